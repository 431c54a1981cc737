"""Sign in (登录) of clerks: number and password, then the code of their authenticator."""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography.exceptions import InvalidTag

from shebao.core.refusals import Refusal
from shebao.operations.desk.sign_in import (
    HALF_WAY_LIVES,
    HalfWay,
    bring_code,
    bring_password,
    code_of_now,
    sign_clerk_out,
)
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.cookies import CLERK, CLERK_SIGN_IN, Cookie, forget
from shebao.web.visit import Visit

_LOCAL: Final = re.compile(r"/(?:console|desk|collector)[!-~]*")
_DOOR: Final = "/console/sign-in"


@dataclass(eq=False)
class NumberAndPasswordNeeded(Refusal):
    """The number or the password was left empty."""


async def show(visit: Visit) -> Answer:
    """The form for the first step."""
    if visit.clerk_session is not None:
        return SeeOther("/console")
    chosen = visit.typed("region", visit.query.one("region"))
    return Page(
        "console/sign-in.html",
        {
            "regions": [
                {"code": one.code, "name": one.name, "chosen": one.code == chosen}
                for one in visit.world.regions.values()
            ],
            "number": visit.typed("number"),
            "next": visit.typed("next", visit.query.one("next")),
            "expired": "expired" in visit.query,
        },
    )


async def begin(visit: Visit) -> Answer:
    """Take the number and the password."""
    form = visit.form
    if not form.one("number") or not form.one("password"):
        raise NumberAndPasswordNeeded
    region = visit.world.region(form.one("region"))
    half_way = await bring_password(
        visit.world,
        region_code=region.code,
        number=form.one("number"),
        password=form.one("password"),
    )
    return SeeOther(f"{_DOOR}/code", (_kept(visit, half_way, local_path(form.one("next"))),))


async def code(visit: Visit) -> Answer:
    """The form for the second step; in a rehearsal it says what the telephone would show."""
    half_way, _ = _half_way(visit)
    if half_way is None:
        return SeeOther(_DOOR)
    played = await code_of_now(visit.world, half_way) if visit.world.rehearsal else ""
    return Page("console/sign-in-code.html", {"played": played})


async def finish(visit: Visit) -> Answer:
    """Take the code, and let them in."""
    half_way, back = _half_way(visit)
    if half_way is None:
        return SeeOther(_DOOR)
    token = await bring_code(visit.world, half_way, visit.form.one("code"))
    session = Cookie(CLERK, f"{half_way.region_code}.{token}")
    return SeeOther(back, (session, forget(CLERK_SIGN_IN)))


async def leave(visit: Visit) -> Answer:
    """Sign out."""
    assert visit.clerk_session is not None
    await sign_clerk_out(visit.world, visit.clerk_session)
    return SeeOther(_DOOR, (forget(CLERK),))


def local_path(text: str) -> str:
    """Where to go on, if it is a page of clerks; their first page if it is anything else."""
    return text if _LOCAL.fullmatch(text) and not text.startswith(_DOOR) else "/console"


def _kept(visit: Visit, half_way: HalfWay, back: str) -> Cookie:
    told = [half_way.region_code, half_way.number, half_way.until.isoformat(), back]
    sealed = visit.world.vault.seal(json.dumps(told))
    seconds = int(HALF_WAY_LIVES.total_seconds())
    return Cookie(CLERK_SIGN_IN, base64.urlsafe_b64encode(sealed).decode(), seconds)


def _half_way(visit: Visit) -> tuple[HalfWay | None, str]:
    """Who has brought a password in this browser, and where they were going."""
    kept = visit.cookies.get(CLERK_SIGN_IN)
    if not kept:
        return None, ""
    try:
        region_code, number, until, back = json.loads(
            visit.world.vault.open(base64.urlsafe_b64decode(kept))
        )
    except (binascii.Error, ValueError, InvalidTag, LookupError, TypeError):
        return None, ""
    return HalfWay(region_code, number, datetime.fromisoformat(until)), back
