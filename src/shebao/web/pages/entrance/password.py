"""Password (密码登录): user name or number and password; then the choice of the second step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from shebao.core.entrance.credential import PasswordsDiffer
from shebao.core.entrance.way import SecondStep, Way
from shebao.core.refusals import Refusal
from shebao.operations.entrance.passkey import ask_to_sign, bring_passkey
from shebao.operations.entrance.password import (
    HALF_WAY_LIVES,
    HalfWay,
    HalfWayTooLongAgo,
    begin_reset,
    bring_password,
    finish_reset,
)
from shebao.operations.entrance.second_step import (
    bring_second_code,
    second_steps,
    send_second_code,
)
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.cookies import CHALLENGE, HALF_WAY, RESET, Cookie, forget
from shebao.web.keeping import found, kept
from shebao.web.pages.entrance.arriving import (
    came,
    entry_of,
    local_path,
    must_offer,
    signed_in,
    ways_shown,
)
from shebao.web.visit import Visit


@dataclass(eq=False)
class WhoMissing(Refusal):
    """No user name, number or telephone was written."""


@dataclass(eq=False)
class PasswordMissing(Refusal):
    """No password was written."""


async def show(visit: Visit) -> Answer:
    """The form for user name and password."""
    entry = must_offer(visit, Way.PASSWORD)
    if visit.session is not None and visit.session.region_code == entry.region.code:
        return SeeOther(local_path(visit.query.one("next")))
    return Page(
        "entrance/password.html",
        {
            "ways": ways_shown(visit, Way.PASSWORD),
            "who": visit.typed("who"),
            "next": visit.typed("next", visit.query.one("next")),
            "reset": "reset" in visit.query,
            "expired": "expired" in visit.query,
            "channel_name": entry.channel.name,
        },
    )


async def begin(visit: Visit) -> Answer:
    """The first step; the browser keeps that it was taken."""
    entry, form = must_offer(visit, Way.PASSWORD), visit.form
    if not form.one("who"):
        raise WhoMissing
    if not visit.form.get("password", [""])[-1]:
        raise PasswordMissing
    half_way = await bring_password(
        visit.world,
        region_code=entry.region.code,
        entry_channel=entry.channel.id,
        who=form.one("who"),
        password=form["password"][-1],
    )
    return SeeOther("/sign-in/second", (_keep(visit, half_way, local_path(form.one("next"))),))


async def second(visit: Visit) -> Answer:
    """Which second step to take."""
    half_way, _ = half_way_of(visit)
    choices = await second_steps(visit.world, half_way)
    return Page("entrance/second.html", {"steps": choices.steps, "phone": choices.phone_masked})


async def send_code(visit: Visit) -> Answer:
    """Send the code of the second step."""
    half_way, back = half_way_of(visit)
    code_id = await send_second_code(visit.world, half_way)
    cookie = _keep(visit, half_way, back, code_id=code_id)
    return SeeOther("/sign-in/second/code", (cookie,))


async def code(visit: Visit) -> Answer:
    """The form for the code of the second step."""
    half_way, _ = half_way_of(visit)
    if not _facts(visit).get("code_id"):
        return SeeOther("/sign-in/second")
    choices = await second_steps(visit.world, half_way)
    shows = {"phone": choices.phone_masked, "inbox_url": visit.site.inbox_url}
    return Page("entrance/second-code.html", shows)


async def bring_code(visit: Visit) -> Answer:
    """Take the code of the second step, and let them in; or send another."""
    half_way, back = half_way_of(visit)
    if visit.form.one("act") == "again":
        return await send_code(visit)
    token = await bring_second_code(
        visit.world,
        half_way,
        code_id=_facts(visit).get("code_id", ""),
        code=visit.form.one("code"),
        came=came(visit),
    )
    return signed_in(half_way.region_code, token, back, HALF_WAY)


async def passkey(visit: Visit) -> Answer:
    """Ask the browser for a passkey."""
    half_way, _ = half_way_of(visit)
    choices = await second_steps(visit.world, half_way)
    if SecondStep.PASSKEY not in choices.steps:
        return SeeOther("/sign-in/second")
    asked = await ask_to_sign(visit.world, half_way)
    cookie = kept(visit, CHALLENGE, {"challenge": asked.challenge.hex()}, lives=HALF_WAY_LIVES)
    shows = {"options": asked.options, "script": visit.site.assets.path("passkey.js")}
    return Page("entrance/second-passkey.html", shows, cookies=(cookie,))


async def bring_key(visit: Visit) -> Answer:
    """Believe what the device signed, and let them in."""
    half_way, back = half_way_of(visit)
    challenge = (found(visit, CHALLENGE) or {}).get("challenge", "")
    token = await bring_passkey(
        visit.world,
        half_way,
        challenge=bytes.fromhex(challenge),
        answer=visit.form.one("answer"),
        came=came(visit),
    )
    return signed_in(half_way.region_code, token, back, HALF_WAY, CHALLENGE)


async def reset(visit: Visit) -> Answer:
    """Who has forgotten their password."""
    must_offer(visit, Way.PASSWORD)
    return Page("entrance/reset.html", {"who": visit.typed("who")})


async def send_reset(visit: Visit) -> Answer:
    """Send a code to the telephone we know of whoever forgot."""
    entry, who = must_offer(visit, Way.PASSWORD), visit.form.one("who")
    if not who:
        raise WhoMissing
    code_id, phone = await begin_reset(
        visit.world, region_code=entry.region.code, entry_channel=entry.channel.id, who=who
    )
    facts = {"code_id": code_id, "phone": phone}
    cookie = kept(visit, RESET, facts, lives=HALF_WAY_LIVES)
    return SeeOther("/sign-in/reset/new", (cookie,))


async def new(visit: Visit) -> Answer:
    """The form for the code and the new password."""
    facts = found(visit, RESET)
    if facts is None:
        return SeeOther("/sign-in/reset")
    shows = {"phone": facts["phone"], "inbox_url": visit.site.inbox_url}
    return Page("entrance/reset-new.html", {**shows, "code": visit.typed("code")})


async def finish(visit: Visit) -> Answer:
    """Take the code and the new password."""
    facts = found(visit, RESET)
    if facts is None:
        raise HalfWayTooLongAgo
    password = new_password(visit)
    await finish_reset(
        visit.world,
        region_code=entry_of(visit).region.code,
        code_id=facts["code_id"],
        code=visit.form.one("code"),
        password=password,
    )
    return SeeOther("/sign-in/password?reset=1", (forget(RESET),))


def new_password(visit: Visit) -> str:
    """The new password, typed twice. Raises PasswordMissing or PasswordsDiffer."""
    first, again = (visit.form.get(name, [""])[-1] for name in ("password", "again"))
    if not first:
        raise PasswordMissing
    if first != again:
        raise PasswordsDiffer
    return first


def half_way_of(visit: Visit) -> tuple[HalfWay, str]:
    """Who knew the password in this browser, and where they want to go."""
    facts = _facts(visit)
    if not facts:
        raise HalfWayTooLongAgo
    until = datetime.fromisoformat(facts["until"])
    half_way = HalfWay(facts["region_code"], facts["person_id"], facts["entry_channel"], until)
    return half_way, facts["back"]


def _facts(visit: Visit) -> Mapping[str, Any]:
    return found(visit, HALF_WAY) or {}


def _keep(visit: Visit, half_way: HalfWay, back: str, *, code_id: str = "") -> Cookie:
    facts = asdict(half_way) | {
        "until": half_way.until.isoformat(),
        "back": back,
        "code_id": code_id,
    }
    return kept(visit, HALF_WAY, facts, lives=HALF_WAY_LIVES)
