"""Find (柜台收款): who comes, by number and with the reason; what they owe, and how they pay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shebao.core.channel import Method
from shebao.core.identity import IdType
from shebao.core.money import total
from shebao.operations.desk.find_person import LookReason, Number, find_person, owed_at_counter
from shebao.operations.desk.look_at_till import look_at_till
from shebao.operations.desk.open_at_counter import (
    CounterBasket,
    counter_methods,
    give_up,
    open_at_counter,
)
from shebao.operations.desk.print_notice import find_notice
from shebao.operations.issue_receipts import METHOD_NAMES
from shebao.operations.payables import Due, NotNow
from shebao.web import wording
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.desk.forms import ID_TYPES, believed, id_type_of, minted
from shebao.web.pages.pay import MethodNeeded
from shebao.web.visit import Visit


async def show(visit: Visit) -> Answer:
    """Whom to look for, and what is in the till now."""
    till = await look_at_till(visit.world, visit.clerk)
    return Page(
        "desk/find.html",
        {
            "id_types": ID_TYPES,
            "id_type": visit.typed("id_type", IdType.RESIDENT),
            "number": visit.typed("number"),
            "reasons": [{"id": str(one), "name": one.label} for one in LookReason],
            "reason": visit.typed("reason", LookReason.PAYS),
            "notice": visit.typed("notice"),
            "cash": till.cash,
            "slips": len(till.held),
            "today": total(slip.amount for slip in till.today if slip.state != "voided"),
            "cards": total(card.slip.amount for card in till.cards),
        },
    )


async def find(visit: Visit) -> Answer:
    """Look somebody up; the look is kept with its reason."""
    form = visit.form
    number = Number(id_type_of(form.one("id_type")), form.one("number"))
    person = await find_person(visit.world, visit.clerk, number, reason=form.one("reason"))
    return SeeOther(f"/desk/people/{person.id}")


async def by_notice(visit: Visit) -> Answer:
    """The order of a payment notice somebody brings."""
    found = await find_notice(visit.world, visit.clerk, visit.form.one("notice"))
    return SeeOther(f"/desk/orders/{found.order_id}/counter")


async def owed(visit: Visit) -> Answer:
    """What somebody owes, what they want to pay of it, and how."""
    found = await owed_at_counter(visit.world, visit.clerk, visit.parts["person_id"])
    region, due = visit.region, [one for one in found.due if not one.first]
    picked = set(visit.form.all("bill"))
    return Page(
        "desk/owed.html",
        {
            "person": wording.person_shown(found.person, own=False),
            "enrolled": found.enrolled,
            "due": [_due(visit, one, picked) for one in found.due],
            "payable": bool(due),
            "sum": total(one.bill.amount for one in due),
            "count": len(due),
            "not_now": [_not_now(one) for one in found.not_now],
            "to_choose": [
                {"name": wording.item_name(one.scheme), "line": wording.choose_words(one)[1]}
                for one in found.to_choose
            ],
            "methods": [
                {"id": str(one), "name": METHOD_NAMES[one], "on": str(one) == _method(visit)}
                for one in counter_methods(region)
            ],
            "order": minted(visit, "ord"),
        },
    )


async def open_order(visit: Visit) -> Answer:
    """Open the order, once, however often the button was pressed."""
    form = visit.form
    if form.one("method") not in set(Method):
        raise MethodNeeded
    basket = CounterBasket(
        order_id=believed(visit),
        person_id=visit.parts["person_id"],
        bill_ids=frozenset(form.all("bill")),
        method=Method(form.one("method")),
    )
    opened = await open_at_counter(visit.world, visit.clerk, basket)
    return SeeOther(f"/desk/orders/{opened}/{basket.method}")


async def let_go(visit: Visit) -> Answer:
    """Give up an unpaid order of who stands here, also one of their telephone."""
    person_id = visit.parts["person_id"]
    await give_up(visit.world, visit.clerk, order_id=visit.form.one("order"), person_id=person_id)
    return SeeOther(f"/desk/people/{person_id}")


def _method(visit: Visit) -> str:
    methods = counter_methods(visit.region)
    return visit.typed("method", str(methods[0]) if methods else "")


def _due(visit: Visit, due: Due, picked: set[str]) -> Mapping[str, Any]:
    bill = due.bill
    return {
        "id": bill.id,
        "name": wording.item_name(due.scheme),
        "line": wording.bill_line(bill),
        "kind": wording.kind_name(visit.region, bill.kind),
        "amount": bill.amount,
        "until": wording.deadline(bill.payable_until, visit.world.today(visit.region.code)),
        "first": due.first,
        "ticked": not due.first and (not picked or bill.id in picked),
    }


def _not_now(one: NotNow) -> Mapping[str, Any]:
    label = f"{one.period.label} · " if one.period else ""
    mine = one.word == "in_your_order"
    why = "在本人没付完的缴费单里" if mine else wording.waits(one)
    return {
        "name": wording.item_name(one.scheme),
        "line": f"{label}{why}",
        "order": one.order_id or "",
    }
