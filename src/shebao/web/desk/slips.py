"""Slips (现金收据): one to be printed, what became of its money, and voiding a spoiled one."""

from __future__ import annotations

from typing import Any

from shebao.core.capitals import in_capitals
from shebao.core.desk.slip import Slip, SlipState
from shebao.core.payment import PaymentState
from shebao.core.person import masked_name
from shebao.operations.desk.look_at_till import look_at_slip
from shebao.operations.desk.open_at_counter import look_at_counter_order
from shebao.operations.desk.void_slip import void_slip
from shebao.web import wording
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.visit import Visit

STATES = {
    SlipState.ISSUED: ("在钱箱里", "b"),
    SlipState.SUBMITTED: ("交款待清点", "wn"),
    SlipState.HANDED_IN: ("已交款", "ok"),
    SlipState.BANKED: ("已缴存银行", "ok"),
    SlipState.VOIDED: ("已作废", "bd"),
}


async def show(visit: Visit) -> Answer:
    """The slip for who paid, and below it what became of the money."""
    slip, stands_for = await look_at_slip(visit.world, visit.clerk, visit.parts["slip_id"])
    seen = await look_at_counter_order(visit.world, visit.clerk, slip.order_id)
    money = next((one for one in seen.payments if one.reference == slip.reference), None)
    return Page(
        "desk/slip.html",
        {
            "slip": slip,
            "said": STATES[slip.state],
            "voided": slip.state is SlipState.VOIDED,
            "own": slip.clerk_id == visit.clerk.id and slip.state is SlipState.ISSUED,
            "capitals": in_capitals(slip.amount),
            "payer": masked_name(seen.contents[0].name),
            "replaced_by": stands_for,
            "lines": [
                {
                    "name": wording.item_name(visit.region.scheme(one.scheme)),
                    "person": masked_name(one.name),
                    "number": one.number_masked,
                    "period": one.period,
                    "label": one.label,
                    "amount": one.amount,
                    "receipt": one.receipt_number or "",
                }
                for one in seen.contents
            ],
            "judged": money is not None,
            "applied": money is not None and money.state is PaymentState.APPLIED,
            "returned": money is not None and money.state is PaymentState.REFUNDED,
            "reason": visit.typed("reason"),
            **_who(visit, slip),
        },
    )


async def void(visit: Visit) -> Answer:
    """Void a spoiled slip; the one that replaces it is printed next."""
    new = await void_slip(
        visit.world,
        visit.clerk,
        slip_id=visit.parts["slip_id"],
        reason=visit.form.one("reason"),
    )
    return SeeOther(f"/desk/slips/{new.id}")


def _who(visit: Visit, slip: Slip) -> dict[str, Any]:
    """Whose slip it is, for its paper."""
    own = slip.clerk_id == visit.clerk.id
    return {"clerk_name": masked_name(visit.clerk.name) if own else "", "at_office": slip.office}
