"""Gaps (查漏缴): the months and years somebody missed, what they cost, and where to pay or ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from shebao.core.policy.gaps import Gap, Standing
from shebao.operations.gaps import Missed, missed
from shebao.web import wording
from shebao.web.answers import Answer, Page
from shebao.web.pages.services.lapses import lapses_shown
from shebao.web.visit import Visit

_SAID: Final = {
    Standing.OWED: ("已经有应缴", "wn"),
    Standing.OPEN: ("还可以缴", "b"),
    Standing.CLOSED: ("缴费期已过", "bd"),
    Standing.FREE: ("由政府代缴", ""),
    Standing.UNCERTAIN: ("金额没有查到", ""),
}


async def show(visit: Visit) -> Answer:
    """What is missing, one insurance after another."""
    session = visit.signed_in
    found = await missed(visit.world, region_code=session.region_code, person_id=session.person_id)
    return Page(
        "services/gaps.html",
        {
            "schemes": [_scheme(visit, one) for one in found],
            "lapses": await lapses_shown(visit, session.person_id),
        },
    )


def _scheme(visit: Visit, one: Missed) -> Mapping[str, Any]:
    return {
        "name": wording.item_name(one.scheme),
        "since": one.since.label if one.since else "",
        "agency": visit.region.agency_for(one.scheme),
        "waiting": one.scheme.waiting,
        "rows": [_row(visit, one, gap) for gap in one.gaps],
        "ask": any(gap.standing in {Standing.CLOSED, Standing.UNCERTAIN} for gap in one.gaps),
    }


def _row(visit: Visit, one: Missed, gap: Gap) -> Mapping[str, Any]:
    said, colour = _SAID[gap.standing]
    today = visit.world.today(visit.region.code)
    closed = gap.standing is Standing.CLOSED
    return {
        "period": gap.period.label,
        "said": said,
        "colour": colour,
        "amount": gap.personal,
        "lowest": gap.lowest,
        "until": wording.deadline(gap.until, today),
        "closed": gap.window.payable_until if closed and gap.window.confirmed else None,
        "past": closed and not gap.window.confirmed,
        "cover": gap.window.cover_from if gap.until else None,
        "href": _way(one, gap),
    }


def _way(one: Missed, gap: Gap) -> str:
    """Where it can be paid; nowhere, if it cannot."""
    if gap.standing is Standing.OWED or (gap.standing is Standing.OPEN and not gap.lowest):
        return "/items"
    return f"/choose/{one.enrolment.id}" if gap.standing is Standing.OPEN else ""
