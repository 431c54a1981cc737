"""By hand (人工退款): refunds no channel finishes: who looks after each, since when, what next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shebao.core.desk.clerk import Duty
from shebao.core.person import masked_name
from shebao.operations.desk.by_hand import refunds_by_hand, take_over
from shebao.operations.issue_receipts import METHOD_NAMES
from shebao.store.refunds import HandledByPerson
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.fields import path_with
from shebao.web.telling import WHY_BY_HAND
from shebao.web.visit import Visit


async def show(visit: Visit) -> Answer:
    """All of them, those that wait longest first."""
    found = await refunds_by_hand(visit.world, visit.clerk.region_code)
    return Page("console/by-hand.html", {"rows": [_row(visit, one) for one in found]})


async def take(visit: Visit) -> Answer:
    """Look after one from now on."""
    await take_over(visit.world, visit.clerk, visit.parts["refund_id"])
    return SeeOther("/console/by-hand")


def _row(visit: Visit, one: HandledByPerson) -> Mapping[str, Any]:
    why, then = WHY_BY_HAND[one.refund.why]
    days = (visit.world.now() - one.since).days
    return {
        "refund": one.refund,
        "method": METHOD_NAMES[one.refund.method],
        "payer": one.payer or "不知道是谁",
        "phone": one.phone_masked or "",
        "why": why,
        "then": then,
        "since": one.since,
        "days": days,
        "colour": "" if days < 1 else "wn" if days < 3 else "bd",  # noqa: PLR2004  days of waiting
        "owner": masked_name(one.owner) if one.owner else "",
        "own": one.refund.owner_id == visit.clerk.id,
        "may_send": one.refund.owner_id == visit.clerk.id and visit.clerk.may(Duty.BOOKS_PROPOSE),
        "where": path_with("/console/where", q=one.order_id) if one.order_id else "",
    }
