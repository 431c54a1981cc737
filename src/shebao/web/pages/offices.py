"""Offices (线上一站办): by district and department, to the service one came for."""

from __future__ import annotations

from dataclasses import dataclass

from shebao.core.refusals import Refusal
from shebao.web import wording
from shebao.web.answers import Answer, Page
from shebao.web.visit import Visit


@dataclass(eq=False)
class OfficeUnknown(Refusal):
    """The region has no such district."""


async def districts(visit: Visit) -> Answer:
    """The districts of the region."""
    region = visit.region
    rows = [{"code": code, "name": name} for code, name in region.districts.items()]
    title = wording.city_word(region, "offices")
    return Page("offices/districts.html", {"title": title, "districts": rows})


async def district(visit: Visit) -> Answer:
    """The tax office of one district, and what it does online; the city's, if none is known."""
    region, code = visit.region, visit.parts["district"]
    if code not in region.districts:
        raise OfficeUnknown
    return Page(
        "offices/district.html",
        {
            "district": region.districts[code],
            "office": region.offices.get(code, region.collector),
            "own": code in region.offices,
            "others": visit.channel.pays_for.others,
        },
    )
