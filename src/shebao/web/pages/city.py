"""City (选择城市): which region somebody pays in, and by which way they came."""

from __future__ import annotations

from dataclasses import dataclass

from shebao.core.refusals import Refusal
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.reading import entry_cookie
from shebao.web.visit import Entry, Visit


@dataclass(eq=False)
class EntryUnknown(Refusal):
    """The region has no such way in, or it is one behind a counter."""

    channel: str


async def show(visit: Visit) -> Answer:
    """The cities; or, with one in the address, on to sign in there."""
    region_code = visit.query.one("region")
    if region_code:
        return _enter(visit, region_code)
    if visit.session is not None and "choose" not in visit.query:
        return SeeOther("/home")
    chosen = visit.entry.region.code if visit.entry else ""
    regions = [
        {"code": region.code, "name": region.name, "chosen": region.code == chosen}
        for region in visit.world.regions.values()
    ]
    return Page("city.html", {"regions": regions})


def _enter(visit: Visit, region_code: str) -> SeeOther:
    region = visit.world.region(region_code)
    channel_id = visit.query.one("ch") or region.default_channel
    channel = region.channels.get(channel_id)
    if channel is None or not channel.self_service:
        raise EntryUnknown(channel_id)
    there = visit.session is not None and visit.session.region_code == region_code
    return SeeOther("/home" if there else "/sign-in", (entry_cookie(Entry(region, channel)),))
