"""Lapses (中断缴费): a break in payment is told before it costs somebody, and after it did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shebao.operations.lapses import LapseSeen, lapses
from shebao.web.visit import Visit


async def lapses_shown(visit: Visit, person_id: str) -> list[Mapping[str, Any]]:
    """The breaks of somebody, as pages tell them."""
    found = await lapses(visit.world, region_code=visit.region.code, person_id=person_id)
    return [_shown(visit, one) for one in found]


def _shown(visit: Visit, seen: LapseSeen) -> Mapping[str, Any]:
    one, agency = seen.lapse, visit.region.agency_for(seen.scheme)
    return {
        "name": seen.scheme.name,
        "last": one.last_paid.label,
        "first": one.first_missed.label,
        "missed": one.missed,
        "months": one.months,
        "wait": one.wait_months,
        "broken": one.broken,
        "pay_by": one.pay_by,
        "choose": f"/choose/{seen.enrolment.id}",
        "agency": agency.name,
        "phone": agency.phone,
        "earlier": one.first_missed.year < visit.world.today(visit.region.code).year,
    }
