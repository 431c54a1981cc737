"""Sign in (登录): real name, number and telephone, then the code that was sent there.

What was typed waits for its code in a cookie that only we can open, so that nothing about
somebody who never comes in is kept by us.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import asdict, dataclass
from typing import Final

from cryptography.exceptions import InvalidTag

from shebao.core.identity import IdType, parse_id
from shebao.core.person import masked_phone, parse_name, parse_phone
from shebao.core.refusals import Refusal
from shebao.operations.sign_in import (
    SESSION_LIVES,
    Claim,
    begin_sign_in,
    finish_sign_in,
    sign_out,
)
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.cookies import SESSION, SIGN_IN, Cookie, forget
from shebao.web.mistakes import all_of
from shebao.web.visit import Entry, Visit

_WAITS_SECONDS: Final = 900
_LOCAL: Final = re.compile(r"/(?![/\\])[!-~]*")
ID_TYPES: Final = tuple((str(kind), kind.label) for kind in IdType)


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
    if visit.session is not None:
        return SeeOther(local_path(visit.query.one("next")))
    if visit.entry is None:
        return SeeOther("/")
    waiting = _waiting(visit) if "change" in visit.query else None
    return Page(
        "sign-in.html",
        {
            "id_types": ID_TYPES,
            "name": visit.typed("name", waiting.name if waiting else ""),
            "id_type": visit.typed("id_type", waiting.id_type if waiting else IdType.RESIDENT),
            "number": visit.typed("number", waiting.number if waiting else ""),
            "phone": visit.typed("phone", waiting.phone if waiting else ""),
            "next": visit.typed("next", visit.query.one("next")),
            "expired": "expired" in visit.query,
            "channel_name": visit.entry.channel.name,
        },
    )


async def begin(visit: Visit) -> Answer:
    """Check who it is and send a code."""
    entry = visit.entry
    if entry is None:
        return SeeOther("/")
    form = visit.form
    id_type, number = id_type_of(form.one("id_type")), form.one("number")
    today = visit.world.today(entry.region.code)
    all_of(
        lambda: parse_name(form.one("name")),
        lambda: parse_id(id_type, number, on=today),
        lambda: parse_phone(form.one("phone")),
    )
    claim = Claim(form.one("name"), id_type, number)
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
    )
    session = Cookie(SESSION, f"{waiting.region_code}.{token}", int(SESSION_LIVES.total_seconds()))
    return SeeOther(waiting.back, (session, forget(SIGN_IN)))


async def leave(visit: Visit) -> Answer:
    """Sign out."""
    await sign_out(visit.world, session=visit.signed_in)
    return SeeOther("/", (forget(SESSION),))


def id_type_of(text: str) -> IdType:
    """The kind of certificate that was chosen; an identity card, if none of ours was."""
    return IdType(text) if text in set(IdType) else IdType.RESIDENT


def local_path(text: str) -> str:
    """Where to go on, if it is a path of ours; the home page if it is anything else."""
    return text if _LOCAL.fullmatch(text) and not text.startswith("/sign-") else "/home"


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
    sealed = visit.world.vault.seal(json.dumps(asdict(waiting)))
    cookie = Cookie(SIGN_IN, base64.urlsafe_b64encode(sealed).decode(), _WAITS_SECONDS)
    again = "?again=1" if visit.form.one("act") == "again" else ""
    return SeeOther(f"/sign-in/code{again}", (cookie,))


def _waiting(visit: Visit) -> Waiting | None:
    """The sign-in this browser has begun; none when the cookie is gone or is not ours."""
    kept = visit.cookies.get(SIGN_IN)
    if not kept:
        return None
    try:
        return Waiting(**json.loads(visit.world.vault.open(base64.urlsafe_b64decode(kept))))
    except (binascii.Error, ValueError, InvalidTag, LookupError, TypeError):
        return None
