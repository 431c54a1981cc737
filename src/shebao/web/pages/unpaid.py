"""Unpaid (待支付): orders that were opened and not paid yet: go on, or give them up."""

from __future__ import annotations

from shebao.core.deduction.batch import ENTRY as BATCH_ENTRY
from shebao.core.order import OrderState
from shebao.core.whole import ENTRY as TOGETHER_ENTRY
from shebao.operations.expire import withdraw
from shebao.operations.look_at_order import waiting_orders
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.pages.result import line_of
from shebao.web.visit import Visit


async def show(visit: Visit) -> Answer:
    """What waits to be paid, newest first."""
    session, now = visit.signed_in, visit.world.now()
    found = await waiting_orders(
        visit.world, region_code=session.region_code, payer_id=session.person_id
    )
    waiting = [
        {
            "order": order,
            "lines": [line_of(visit, content) for content in contents],
            "payable": order.state is not OrderState.EXPIRING and order.expires_at > now,
            "begun": order.attempt_id is not None,
            "together": order.entry_channel == TOGETHER_ENTRY,
        }
        for order, contents in found
        if order.entry_channel != BATCH_ENTRY
    ]
    return Page("unpaid.html", {"orders": waiting})


async def give_up(visit: Visit) -> Answer:
    """Give an order up; its result page says what became of it."""
    order_id = visit.parts["order_id"]
    session = visit.signed_in
    await withdraw(
        visit.world,
        region_code=session.region_code,
        order_id=order_id,
        payer_id=session.person_id,
    )
    return SeeOther(f"/result/{order_id}")
