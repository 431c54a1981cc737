"""SMS (短信登录): real name, number and telephone, then the code that was sent there.

What was typed waits for its code in a cookie that only we can open, so that nothing about
somebody who never comes in is kept by us. For a few minutes it also fills the form in again, for
who goes back a page; who chooses another city has it forgotten.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Final

from shebao.core.entrance.way import Way
from shebao.core.identity import IdType
from shebao.core.person import masked_phone, parse_phone
from shebao.core.refusals import Refusal
from shebao.operations.sign_in import Claim, begin_sign_in, finish_sign_in, sign_out
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.cookies import APP_USER, SESSION, SIGN_IN, forget
from shebao.web.fields import path_with
from shebao.web.keeping import found, kept
from shebao.web.pages.entrance.arriving import (
    ID_TYPES,
    app_name,
    came,
    claim_of,
    first_path,
    local_path,
    signed_in,
    ways_shown,
)
from shebao.web.visit import Entry, Visit

_WAITS: Final = timedelta(minutes=15)


@dataclass(eq=False)
class SignInBegunElsewhere(Refusal):
    """The sign-in this code belongs to is not this browser's, or is too old."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A sign-in that waits for its code."""

    sign_in_id: str
    region_code: str
    channel: str
    name: str
    id_type: str
    number: str
    phone: str
    back: str


async def show(visit: Visit) -> Answer:
    """The form; with the city first, if none is chosen yet."""
    entry, back = visit.entry, visit.query.one("next")
    here = entry and visit.session and visit.session.region_code == entry.region.code
    if visit.session is not None and (entry is None or here):
        return SeeOther(local_path(back))
    if entry is None:
        return SeeOther("/")
    if first_path(entry) != visit.path and not visit.form and "way" not in visit.query:
        return SeeOther(path_with(first_path(entry), next=back))
    waiting = _waiting(visit)
    known = found(visit, APP_USER)
    return Page(
        "sign-in.html",
        {
            "ways": ways_shown(visit, Way.SMS),
            "id_types": ID_TYPES,
            "name": visit.typed("name", waiting.name if waiting else ""),
            "id_type": visit.typed("id_type", waiting.id_type if waiting else IdType.RESIDENT),
            "number": visit.typed("number", waiting.number if waiting else ""),
            "phone": visit.typed("phone", waiting.phone if waiting else ""),
            "next": visit.typed("next", back),
            "expired": "expired" in visit.query,
            "app": app_name(known["app"]) if known else "",
            "channel_name": entry.channel.name,
        },
    )


async def begin(visit: Visit) -> Answer:
    """Check who it is and send a code."""
    entry = visit.entry
    if entry is None:
        return SeeOther("/")
    form = visit.form
    claim = claim_of(visit, lambda: parse_phone(form.one("phone")))
    back = local_path(form.one("next"))
    return await _send(visit, entry, claim=claim, phone=form.one("phone"), back=back)


async def code(visit: Visit) -> Answer:
    """The form for the code."""
    waiting = _waiting(visit)
    if waiting is None:
        return SeeOther("/sign-in")
    shows = {
        "phone": masked_phone(parse_phone(waiting.phone)),
        "again": "again" in visit.query,
        "inbox_url": visit.site.inbox_url,
    }
    return Page("sign-in-code.html", shows)


async def finish(visit: Visit) -> Answer:
    """Take the code, and let them in; or send another."""
    waiting = _waiting(visit)
    if waiting is None:
        raise SignInBegunElsewhere
    if visit.form.one("act") == "again":
        region = visit.world.region(waiting.region_code)
        entry = Entry(region, region.channel(waiting.channel))
        claim = Claim(waiting.name, IdType(waiting.id_type), waiting.number)
        return await _send(visit, entry, claim=claim, phone=waiting.phone, back=waiting.back)
    token = await finish_sign_in(
        visit.world,
        region_code=waiting.region_code,
        sign_in_id=waiting.sign_in_id,
        code=visit.form.one("code"),
        came=came(visit),
    )
    return signed_in(waiting.region_code, token, waiting.back)


async def leave(visit: Visit) -> Answer:
    """Sign out."""
    await sign_out(visit.world, session=visit.signed_in)
    return SeeOther("/", (forget(SESSION),))


async def _send(visit: Visit, entry: Entry, *, claim: Claim, phone: str, back: str) -> SeeOther:
    sign_in_id, _ = await begin_sign_in(
        visit.world,
        region_code=entry.region.code,
        entry_channel=entry.channel.id,
        claim=claim,
        phone=phone,
    )
    waiting = Waiting(
        sign_in_id=sign_in_id,
        region_code=entry.region.code,
        channel=entry.channel.id,
        name=claim.name,
        id_type=claim.id_type,
        number=claim.number,
        phone=phone,
        back=back,
    )
    cookie = kept(visit, SIGN_IN, asdict(waiting), lives=_WAITS)
    again = "?again=1" if visit.form.one("act") == "again" else ""
    return SeeOther(f"/sign-in/code{again}", (cookie,))


def _waiting(visit: Visit) -> Waiting | None:
    """The sign-in this browser has begun; none when the cookie is gone or is not ours."""
    facts = found(visit, SIGN_IN)
    return Waiting(**facts) if facts else None
