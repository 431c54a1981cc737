"""Orders (柜台缴费单): the money is counted, charged or sent to the bank, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shebao.core.channel import Method
from shebao.core.desk.card import CardSlip, card_reference_of, terminal_of, trace_of
from shebao.core.order import OrderState
from shebao.core.payment import Payment
from shebao.core.person import masked_name
from shebao.core.refusals import NotYours
from shebao.operations.desk.charge_card import Charged, charge_card
from shebao.operations.desk.open_at_counter import (
    COUNTER_METHODS,
    give_up,
    is_counters,
    look_at_counter_order,
)
from shebao.operations.desk.print_notice import believe_bank_slip, notice_of, print_notice
from shebao.operations.desk.take_cash import Cash, take_cash
from shebao.operations.issue_receipts import METHOD_NAMES, receipt_paper
from shebao.operations.look_at_order import OrderSeen
from shebao.store.orders import Content
from shebao.web import wording
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.desk.forms import believed, grouped, minted, sum_of
from shebao.web.mistakes import all_of
from shebao.web.pages.pay import picture_of
from shebao.web.pages.receipts import on_page
from shebao.web.visit import Visit

_UNPAID = {OrderState.OPEN, OrderState.PAYING}


async def show(visit: Visit) -> Answer:
    """An order of the counter: how to take its money, or what became of it."""
    seen = await _look(visit)
    if seen.order.state not in _UNPAID:
        return Page("desk/order-over.html", _frame(visit, seen) | _over(seen))
    method = _method(visit)
    if not is_counters(visit.region, seen.order.entry_channel, method):
        raise NotYours(seen.order.id)
    notice = None
    if method is Method.COUNTER:
        notice = await notice_of(visit.world, visit.clerk, seen.order.id)
    return Page(
        f"desk/take-{method}.html",
        _frame(visit, seen)
        | {
            "slip": minted(visit, "slp"),
            "typed": {
                name: visit.typed(name) for name in ("amount", "terminal", "trace", "reference")
            },
            "notice": notice,
            "serial": visit.typed("serial"),
            "methods": [
                {"id": str(one), "name": METHOD_NAMES[one], "on": one is method}
                for one in COUNTER_METHODS
                if is_counters(visit.region, seen.order.entry_channel, one)
            ],
        },
    )


async def cash(visit: Visit) -> Answer:
    """Take the notes on the counter; the slip is printed next."""
    slip_id = believed(visit)
    received = sum_of(visit.form.one("amount"))
    taken = Cash(slip_id, visit.parts["order_id"], received)
    slip = await take_cash(visit.world, visit.clerk, taken)
    return SeeOther(f"/desk/slips/{slip.id}")


async def card(visit: Visit) -> Answer:
    """Write the terminal's slip down."""
    form = visit.form
    all_of(
        lambda: terminal_of(form.one("terminal")),
        lambda: trace_of(form.one("trace")),
        lambda: card_reference_of(form.one("reference")),
        lambda: sum_of(form.one("amount")),
    )
    slip = CardSlip(
        terminal_of(form.one("terminal")),
        trace_of(form.one("trace")),
        card_reference_of(form.one("reference")),
        sum_of(form.one("amount")),
    )
    order_id = visit.parts["order_id"]
    charged = Charged(order_id, slip, differs=form.one("differs") == "1")
    await charge_card(visit.world, visit.clerk, charged)
    return SeeOther(f"/desk/orders/{order_id}/pos")


async def notice(visit: Visit) -> Answer:
    """Let the bank know, and print the sheet."""
    order_id = visit.parts["order_id"]
    await print_notice(visit.world, visit.clerk, order_id)
    return SeeOther(f"/desk/orders/{order_id}/sheet")


async def sheet(visit: Visit) -> Answer:
    """The sheet a payer takes to the bank: its number, as digits and as a picture."""
    seen = await _look(visit)
    found = await notice_of(visit.world, visit.clerk, seen.order.id)
    if found is None:
        return SeeOther(f"/desk/orders/{seen.order.id}/counter")
    return Page(
        "desk/sheet.html",
        _frame(visit, seen)
        | {
            "number": grouped(found.number),
            "picture": picture_of(found.number),
            "printed_at": found.printed_at,
            "expires_at": found.expires_at,
        },
    )


async def bank_slip(visit: Visit) -> Answer:
    """The payer has come back with the bank's slip: ask the bank."""
    order_id = visit.parts["order_id"]
    found = await notice_of(visit.world, visit.clerk, order_id)
    if found is None:
        raise NotYours(order_id)
    serial = visit.form.one("serial")
    await believe_bank_slip(visit.world, visit.clerk, number=found.number, serial=serial)
    return SeeOther(f"/desk/orders/{order_id}/counter")


async def withdraw(visit: Visit) -> Answer:
    """The payer does not want to pay after all."""
    seen = await _look(visit)
    payer_id = seen.order.payer_id
    await give_up(visit.world, visit.clerk, order_id=seen.order.id, person_id=payer_id)
    return SeeOther(f"/desk/people/{payer_id}")


async def receipt(visit: Visit) -> Answer:
    """A receipt of the order, to be printed for who paid."""
    seen = await _look(visit)
    number = visit.parts["number"]
    if number not in {line.receipt_number for line in seen.contents}:
        raise NotYours(number)
    paper = await receipt_paper(
        visit.world,
        region_code=visit.clerk.region_code,
        number=number,
        viewer_id=seen.order.payer_id,
        whole=False,
    )
    shows = {"paper": on_page(paper), "picture": picture_of(paper.verify_url)}
    return Page("desk/receipt.html", shows | {"order": seen.order})


def _frame(visit: Visit, seen: OrderSeen) -> dict[str, Any]:
    return {
        "order": seen.order,
        "lines": [_line(visit, one) for one in seen.contents],
        "back": f"/desk/people/{seen.order.payer_id}",
    }


def _line(visit: Visit, one: Content) -> Mapping[str, Any]:
    return {
        "name": wording.item_name(visit.region.scheme(one.scheme)),
        "person": masked_name(one.name),
        "number": one.number_masked,
        "period": one.period,
        "label": one.label,
        "amount": one.amount,
        "receipt": one.receipt_number or "",
    }


def _over(seen: OrderSeen) -> dict[str, Any]:
    paid: Payment | None = seen.paid_by
    return {
        "paid": seen.order.state is OrderState.PAID,
        "method": METHOD_NAMES[paid.method] if paid else "",
        "reference": paid.reference if paid else "",
        "paid_at": paid.happened_at if paid else None,
        "going_back": [
            {"amount": one.amount, "method": METHOD_NAMES[one.method], "done": one.state}
            for one in seen.going_back
        ],
    }


async def _look(visit: Visit) -> OrderSeen:
    return await look_at_counter_order(visit.world, visit.clerk, visit.parts["order_id"])


def _method(visit: Visit) -> Method:
    """The way of paying that a page or its form is about: the last part of its path."""
    word = visit.path.rpartition("/")[2]
    named = {"card": Method.POS, "bank-slip": Method.COUNTER, "notice": Method.COUNTER}
    if word in named:
        return named[word]
    return Method(word) if word in {str(one) for one in COUNTER_METHODS} else Method.CASH
