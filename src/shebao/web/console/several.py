"""Several (退其中几项): a clerk asks for parts of a payment, and decides what was asked at once."""

from __future__ import annotations

from typing import Final

from shebao.operations.desk.decide import approve_together, check
from shebao.operations.desk.several import ask_several_for, parts_askable_for
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.pages.refunds.several import several_asked, several_shown
from shebao.web.visit import Visit

_QUEUE: Final = "/console/refunds"


async def show(visit: Visit) -> Answer:
    """The parts of a payment; once some are chosen, what goes back to whom, and why."""
    order_id = visit.form.one("order") or visit.query.one("order")
    parts = await parts_askable_for(visit.world, visit.clerk, order_id)
    shown = several_shown(visit, parts)
    return Page("console/refund-several.html", {**shown, "order_id": order_id})


async def send(visit: Visit) -> Answer:
    """Ask for somebody; the first of the requests leads to the others."""
    wanted = several_asked(visit, visit.clerk.region_code, visit.form.one("order"))
    asked = await ask_several_for(visit.world, wanted, visit.clerk)
    return SeeOther(f"{_QUEUE}/{asked[0]}")


async def take_up(visit: Visit) -> Answer:
    """A first clerk has looked at all that was asked for at once."""
    request_id = visit.parts["request_id"]
    await check(visit.world, visit.clerk, request_id, together=True)
    return SeeOther(f"{_QUEUE}/{request_id}")


async def agree(visit: Visit) -> Answer:
    """Approve all that was asked for at once, or nothing of it."""
    request_id = visit.parts["request_id"]
    await approve_together(visit.world, visit.clerk, request_id)
    return SeeOther(f"{_QUEUE}/{request_id}")
