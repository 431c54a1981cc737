"""Result (一起缴的结果): how it stands in each city, with the receipts each has made out."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from shebao.core.payment import PaymentState
from shebao.core.period import Period
from shebao.core.person import masked_name
from shebao.core.refusals import NotYours
from shebao.core.whole import WholeStanding
from shebao.operations.issue_receipts import METHOD_NAMES
from shebao.operations.look_at_order import OrderSeen
from shebao.operations.whole.look import WholeSeen, whole_of
from shebao.store.orders import Content
from shebao.web import wording
from shebao.web.answers import Answer, Facts, Page, SeeOther
from shebao.web.pages.basket.cities import in_city
from shebao.web.pages.basket.pay import look, standing_of
from shebao.web.pages.result import standing
from shebao.web.visit import Visit

_SAYS: Final = {
    "paid": ("缴费成功", "ok"),
    "waiting": ("正在确认", "b"),
    "failed": ("没有付", "wn"),
    "open": ("待支付", "wn"),
    "over": ("没有缴成", ""),
}


async def show(visit: Visit) -> Answer:
    """How it stands. While nobody has told us, the channel is asked, but not too often."""
    seen = await look(visit)
    live = [one.live for one in seen.orders.values() if one.live is not None]
    if any(await asyncio.gather(*(visit.site.inquiries.ask(attempt) for attempt in live))):
        seen = await look(visit)
    stands = standing_of(visit, seen)
    if visit.device.wants_json:
        return Facts({"order": seen.whole.id, "state": stands.value})
    if stands is WholeStanding.OPEN and not seen.apart:
        return SeeOther(f"/together/{seen.whole.id}/pay")
    return Page("basket/result.html", _shows(visit, seen, stands))


async def of_order(visit: Visit) -> Answer:
    """The whole an order of this city belongs to."""
    order_id = visit.parts["order_id"]
    whole_id = await whole_of(
        visit.world, region_code=visit.signed_in.region_code, order_id=order_id
    )
    if whole_id is None:
        raise NotYours(order_id)
    return SeeOther(f"/together/{whole_id}")


def _shows(visit: Visit, seen: WholeSeen, stands: WholeStanding) -> Mapping[str, Any]:
    missing = [code for code in seen.whole.regions if code not in seen.orders]
    return {
        "whole": seen.whole,
        "stands": stands.value,
        "amount": seen.amount,
        "apart": seen.apart,
        "scannable": bool(seen.cashier and seen.cashier.code),
        "cities": [_city(visit, code, one) for code, one in seen.orders.items()],
        "missing": [{"code": code, "name": visit.world.region(code).name} for code in missing],
    }


def _city(visit: Visit, code: str, seen: OrderSeen) -> Mapping[str, Any]:
    region, stands = visit.world.region(code), standing(seen, visit.world.now())
    said, colour = _SAYS[stands]
    return {
        "name": region.name,
        "collector": region.collector,
        "receipt_title": region.receipt_title,
        "state": stands,
        "said": said,
        "colour": colour,
        "amount": seen.order.amount,
        "lines": [_line(visit, code, seen, one) for one in seen.contents],
        "reference": seen.paid_by.reference if seen.paid_by else "",
        "paid_at": seen.paid_by.happened_at if seen.paid_by else None,
        "href": in_city(code, f"/orders/{seen.order.id}/pay"),
        "where": in_city(code, f"/orders/{seen.order.id}/where"),
        "records": in_city(code, "/records"),
        "going_back": [
            {
                "amount": money.amount,
                "done": money.state is PaymentState.REFUNDED,
                "method": METHOD_NAMES[money.method],
            }
            for money in seen.going_back
        ],
    }


def _line(visit: Visit, code: str, seen: OrderSeen, one: Content) -> Mapping[str, Any]:
    scheme = visit.world.region(code).scheme(one.scheme)
    return {
        "person": masked_name(one.name),
        "own": one.person_id == seen.order.payer_id,
        "name": wording.item_name(scheme),
        "line": f"{Period.parse(one.period).label} · {one.label}",
        "amount": one.amount,
        "receipt": one.receipt_number or "",
        "href": in_city(code, f"/receipts/{one.receipt_number}") if one.receipt_number else "",
    }
