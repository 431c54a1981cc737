"""Cities (别的城市): going on to another city as oneself, and turning between those one is in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from shebao.core.entrance.way import Place
from shebao.operations.entrance.cities import cities_of, go_to_city
from shebao.operations.family.basket import joining
from shebao.store.sessions import Session
from shebao.web.answers import Answer, SeeOther
from shebao.web.cookies import SESSION, Cookie
from shebao.web.fields import path_with
from shebao.web.pages.entrance.arriving import local_path
from shebao.web.reading import entry_cookie
from shebao.web.visit import Entry, Visit

_LEFT_LEAST: Final = 1


async def go_on(visit: Visit) -> Answer:
    """Let somebody into another city as who they are, and go there."""
    region_code = visit.form.one("region")
    await go_to_city(
        visit.world, session=visit.signed_in, token=visit.token, region_code=region_code
    )
    return await _there(visit, region_code, visit.form.one("next"))


async def turn_to(visit: Visit) -> Answer:
    """Turn to a city somebody is in already; else to where cities are added."""
    return await _there(visit, visit.parts["region_code"], visit.query.one("next"))


async def _there(visit: Visit, region_code: str, after: str) -> SeeOther:
    found = {one.region_code: one for one in await cities_of(visit.world, visit.token)}
    session = found.get(region_code)
    if session is None:
        return SeeOther("/basket")
    region = visit.world.region(region_code)
    entry = Entry(region, region.channels.get(session.entry_channel) or region.channel())
    left = int((session.expires_at - visit.world.now()).total_seconds())
    kept = Cookie(SESSION, f"{region_code}.{visit.token}", max(left, _LEFT_LEAST))
    return SeeOther(local_path(after), (kept, entry_cookie(entry)))


async def cities_in(visit: Visit) -> list[Session]:
    """The cities somebody is in and has agreed to the rules of, this one first."""
    found = [one for one in await cities_of(visit.world, visit.token) if not one.must_agree]
    here = visit.signed_in.region_code
    return sorted(found, key=lambda one: (one.region_code != here, one.region_code))


def others(visit: Visit, within: Sequence[Session]) -> list[Mapping[str, str]]:
    """The cities somebody is not in."""
    there = {one.region_code for one in within}
    return [
        {"code": region.code, "name": region.name}
        for region in visit.world.regions.values()
        if region.code not in there
    ]


def in_city(region_code: str, path: str) -> str:
    """The way to a page of another city."""
    return path_with(f"/in/{region_code}", next=path)


def may_pay_together(visit: Visit) -> bool:
    """Whether the way somebody came in lets them pay for several cities at once."""
    several = len(visit.world.regions) > 1
    at_kiosk = visit.channel.place is Place.KIOSK
    return several and not at_kiosk and bool(joining(visit.world, visit.channel.methods))


async def elsewhere(visit: Visit, path: str) -> list[Mapping[str, Any]]:
    """The same page in the other cities somebody is in."""
    here = visit.signed_in.region_code
    return [
        {"name": visit.world.region(code).name, "href": in_city(code, path)}
        for code in (one.region_code for one in await cities_in(visit))
        if code != here
    ]
