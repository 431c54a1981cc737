"""Paying (统一缴费、缴费码): once for everybody, or a code for every family."""

from __future__ import annotations

from shebao.core.channel import Method
from shebao.core.order import OrderState
from shebao.core.person import masked_name
from shebao.operations.issue_receipts import METHOD_NAMES
from shebao.operations.roster.links import look_at_codes, make_codes
from shebao.operations.roster.pay_once import (
    Payment,
    look_at_payment,
    pay_once,
    withdraw_payment,
)
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.collector.wording import ORDERS, periods_of
from shebao.web.desk.forms import believed, grouped
from shebao.web.fields import path_with
from shebao.web.pages.pay import MethodNeeded, picture_of
from shebao.web.visit import Visit

_UNPAID = {OrderState.OPEN, OrderState.PAYING}


async def pay(visit: Visit) -> Answer:
    """Take everybody's unpaid bills together; the notice is next."""
    method = visit.form.one("method")
    if method not in set(Method):
        raise MethodNeeded
    roster_id = visit.parts["roster_id"]
    payment = Payment(believed(visit), roster_id, Method(method))
    notice = await pay_once(visit.world, visit.clerk, payment)
    return SeeOther(f"/collector/rosters/{roster_id}/payments/{notice.order_id}")


async def payment(visit: Visit) -> Answer:
    """The notice of a payment, to be printed; or what became of it."""
    seen = await look_at_payment(
        visit.world, visit.clerk, visit.parts["roster_id"], visit.parts["order_id"]
    )
    order, notice = seen.order.order, seen.notice
    live, paid = seen.order.live, seen.order.paid_by
    method = live.method if live else paid.method if paid else Method.TRANSFER
    return Page(
        "collector/payment.html",
        {
            "roster": seen.roster,
            "collector": seen.collector.name,
            "tax_office": visit.region.collector,
            "scheme": visit.region.scheme(seen.roster.scheme).name,
            "periods": periods_of(seen.roster),
            "order": order,
            "people": len({one.person_id for one in seen.order.contents}),
            "said": ORDERS[order.state],
            "live": order.state in _UNPAID,
            "paid": paid,
            "method": METHOD_NAMES[method],
            "by_transfer": method is Method.TRANSFER,
            "number": grouped(notice.number) if notice else "",
            "picture": picture_of(notice.number) if notice else "",
            "going_back": [
                {"amount": one.amount, "done": one.state == "refunded"}
                for one in seen.order.going_back
            ],
        },
    )


async def withdraw(visit: Visit) -> Answer:
    """Give up a payment that was not made."""
    await withdraw_payment(visit.world, visit.clerk, visit.parts["order_id"])
    return SeeOther(f"/collector/rosters/{visit.parts['roster_id']}")


async def make(visit: Visit) -> Answer:
    """Make the codes of a roster, or of a class; the sheet is next."""
    roster_id, group = visit.parts["roster_id"], visit.form.one("group") or None
    await make_codes(visit.world, visit.clerk, roster_id, group=group)
    return SeeOther(path_with(f"/collector/rosters/{roster_id}/codes", group=group or ""))


async def codes(visit: Visit) -> Answer:
    """The sheet of codes: cut it up, and give each family theirs. No number is on it."""
    group = visit.query.one("group") or None
    seen = await look_at_codes(visit.world, visit.clerk, visit.parts["roster_id"], group=group)
    return Page(
        "collector/codes.html",
        {
            "roster": seen.roster,
            "collector": seen.collector.name,
            "scheme": visit.region.scheme(seen.roster.scheme).name,
            "periods": periods_of(seen.roster),
            "group": group or "",
            "codes": [
                {
                    "line": one.line.line,
                    "group": one.line.group,
                    "name": masked_name(one.line.name),
                    "amount": one.line.amount,
                    "picture": picture_of(f"{visit.world.base_url}{one.path}"),
                    "path": one.path,
                }
                for one in seen.codes
            ],
        },
    )
