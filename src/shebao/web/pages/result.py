"""Result (支付结果): paid, still being confirmed, not paid, or too late, and what happens now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from shebao.core.attempt import AttemptState
from shebao.core.bill import BillState
from shebao.core.channel import Method
from shebao.core.order import OrderState
from shebao.core.payment import PaymentState
from shebao.core.period import Period
from shebao.core.person import masked_name
from shebao.operations.deduction.reverse import taken_back
from shebao.operations.issue_receipts import METHOD_NAMES
from shebao.operations.look_at_order import OrderSeen
from shebao.store.orders import Content
from shebao.web import wording
from shebao.web.answers import Answer, Facts, Page, SeeOther
from shebao.web.pages.pay import look
from shebao.web.visit import Visit

_LASTING: Final = frozenset({Method.UNIONPAY, Method.CARD})  # Cashiers nobody can close.


async def show(visit: Visit) -> Answer:
    """How it stands. While nobody has told us, the channel is asked, but not too often."""
    seen = await look(visit)
    live = seen.live
    if live is not None and await visit.site.inquiries.ask(live):
        seen = await look(visit)
    word = standing(seen, visit.world.now())
    if visit.device.wants_json:
        return Facts({"order": seen.order.id, "state": word})
    if word == "open":
        return SeeOther(f"/orders/{seen.order.id}/pay")
    shows = _shows(visit, seen)
    if seen.paid_by and any(one.state == BillState.REVERSED for one in seen.contents):
        reversal = await taken_back(visit.world, seen.paid_by)
        if reversal is not None:
            return Page("result-taken-back.html", {**shows, "back": reversal.told})
    return Page(f"result-{word}.html", shows)


async def come_back(visit: Visit) -> Answer:
    """The payer is back from a cashier that posts a form; we ask for ourselves how it stands."""
    order_id = visit.parts["order_id"]
    return SeeOther(f"/result/{order_id}" if order_id.isascii() and order_id.isalnum() else "/")


def standing(seen: OrderSeen, now: datetime) -> str:
    """Where an order stands, in the words of its pages."""
    order, live = seen.order, seen.live
    match order.state:
        case OrderState.PAID:
            return "paid"
        case OrderState.EXPIRED | OrderState.CANCELLED:
            return "over"
        case OrderState.EXPIRING:
            return "waiting"
        case OrderState.OPEN:  # Nobody ever went to a cashier: no money can come of it.
            return "open" if now < order.expires_at else "over"
        case OrderState.PAYING:
            return "failed" if live is None else "waiting"


def line_of(visit: Visit, content: Content) -> Mapping[str, Any]:
    """One line of an order, as pages show it: person, item, period, amount."""
    scheme = visit.region.scheme(content.scheme)
    return {
        "person": masked_name(content.name),
        "number": content.number_masked,
        "own": content.person_id == visit.signed_in.person_id,
        "name": wording.item_name(scheme),
        "period": Period.parse(content.period).label,
        "label": content.label,
        "amount": content.amount,
        "receipt": content.receipt_number,
        "state": content.state,
        "topped_up": scheme.top_up is not None,
    }


def _shows(visit: Visit, seen: OrderSeen) -> Mapping[str, Any]:
    order, live, paid_by = seen.order, seen.live, seen.paid_by
    last = seen.attempts[-1] if seen.attempts else None
    now = visit.world.now()
    return {
        "order": order,
        "lines": [line_of(visit, content) for content in seen.contents],
        "receipt": next((one.receipt_number for one in seen.contents if one.receipt_number), ""),
        "method": METHOD_NAMES[last.method] if last else "",
        "says": last.says if last else "",
        "unknown": live is not None and live.state is not AttemptState.PENDING,
        "payable": order.state is OrderState.PAYING and order.expires_at > now,
        "lasting": live is not None and live.method in _LASTING,
        "scannable": bool(live and live.cashier and live.cashier.code),
        "paid_at": paid_by.happened_at if paid_by else None,
        "reference": paid_by.reference if paid_by else "",
        "cancelled": order.state is OrderState.CANCELLED,
        "going_back": [
            {
                "amount": money.amount,
                "done": money.state is PaymentState.REFUNDED,
                "method": METHOD_NAMES[money.method],
            }
            for money in seen.going_back
        ],
    }
