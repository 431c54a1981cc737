"""Confirm (核对): who pays what for whom, and why; then an order is opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from shebao.core.money import ZERO, total
from shebao.core.order import OrderEmpty
from shebao.core.policy.fund import Fund, Payer
from shebao.operations.open_order import Basket
from shebao.operations.review import Reviewed, review
from shebao.web import wording
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.fields import path_with
from shebao.web.guard import believe_order, seal_of
from shebao.web.pages.basket.cities import may_pay_together
from shebao.web.visit import Visit

BILLS_MOST: Final = 40
_MINUTE: Final = 60
_GOVERNMENT: Final = (Payer.GOVERNMENT, Payer.SUBSIDY, Payer.FISCAL)


async def show(visit: Visit) -> Answer:
    """Everything to agree to, person by person, under the number the order will have."""
    session, world = visit.signed_in, visit.world
    bill_ids = visit.query.all("bill")[:BILLS_MOST]
    if not bill_ids:
        raise OrderEmpty
    lines = await review(
        world,
        region_code=session.region_code,
        viewer_id=session.person_id,
        bill_ids=bill_ids,
    )
    people = visit.query.all("person")
    order_id = world.mint("ord")
    region = visit.region
    return Page(
        "confirm.html",
        {
            "people": _people(visit, lines, people),
            "bills": bill_ids,
            "order": order_id,
            "seal": seal_of(visit, order_id),
            "total": total(line.bill.amount for line in lines),
            "count": len(lines),
            "open_word": wording.word_here(visit, "open"),
            "minutes": region.order_seconds // _MINUTE,
            "cashier_seconds": region.cashier_seconds,
            "back": path_with("/items", person=people, bill=bill_ids),
            "together": may_pay_together(visit),
        },
    )


async def open_order(visit: Visit) -> Answer:
    """Open the order, once, however often the button was pressed."""
    session, form = visit.signed_in, visit.form
    order_id = form.one("order")
    believe_order(visit, order_id)
    opened = await visit.site.orders.put(
        Basket(
            region_code=session.region_code,
            order_id=order_id,
            payer_id=session.person_id,
            entry_channel=visit.channel.id,
            bill_ids=frozenset(form.all("bill")),
        )
    )
    return SeeOther(f"/orders/{opened}/pay")


def _people(
    visit: Visit, lines: Sequence[Reviewed], people: Sequence[str]
) -> list[Mapping[str, Any]]:
    found: dict[str, list[Reviewed]] = {}
    for line in lines:
        found.setdefault(line.person.id, []).append(line)
    viewer = visit.signed_in.person_id
    return [
        {
            "person": wording.person_shown(of[0].person, own=person_id == viewer),
            "lines": [_line(visit, line, people) for line in of],
            "asked_for": of[0].asked_for,
            "sum": total(line.bill.amount for line in of),
        }
        for person_id, of in found.items()
    ]


def _line(visit: Visit, line: Reviewed, people: Sequence[str]) -> Mapping[str, Any]:
    bill = line.bill
    change = path_with(f"/choose/{bill.enrolment_id}", person=people) if line.chosen else ""
    funds = [share for share in bill.shares if share.payer == Payer.PERSONAL]
    return {
        "name": wording.item_name(line.scheme),
        "kind": wording.kind_name(visit.region, bill.kind),
        "period": bill.period.label,
        "label": bill.label,
        "amount": bill.amount,
        "change": change,
        "government": [
            {
                "who": payer.label,
                "amount": total(one.amount for one in bill.shares if one.payer == payer),
            }
            for payer in _GOVERNMENT
            if any(one.payer == payer and one.amount != ZERO for one in bill.shares)
        ],
        "funds": [{"name": Fund(one.fund).label, "amount": one.amount} for one in funds]
        if len(funds) > 1
        else [],
        "arithmetic": line.explanation.arithmetic,
        "source": line.explanation.source,
        "where": _where(visit, line),
        "category": wording.category_name(line.scheme, line.enrolment.category, bill.period),
        "paid_last": _paid_last(line),
    }


def _where(visit: Visit, line: Reviewed) -> str:
    """Where the insured belongs: 宁波市 鄞州区."""
    region, district = visit.region, line.enrolment.district
    return " ".join(filter(None, [region.name, region.districts.get(district or "", "")]))


def _paid_last(line: Reviewed) -> Mapping[str, Any]:
    """What was paid last for this insurance; nothing, if nothing ever was."""
    last = line.paid_last
    return {"period": last.period.label, "amount": last.amount, "at": last.at} if last else {}
