"""Payouts (退付现金): cash that did not fit is given back against a signature."""

from __future__ import annotations

from shebao.core.desk.clerk import Duty
from shebao.core.person import masked_name
from shebao.operations.desk.look_at_till import look_at_till
from shebao.operations.desk.pay_out_cash import cash_to_pay_out, pay_out_cash
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.visit import Visit


async def show(visit: Visit) -> Answer:
    """What waits to be given back, and what the till holds."""
    waiting = await cash_to_pay_out(visit.world, visit.clerk)
    till = await look_at_till(visit.world, visit.clerk)
    wrong = visit.parts.get("refund_id", "")
    return Page(
        "desk/payouts.html",
        {
            "cash": till.cash,
            "may_transfer": visit.clerk.may(Duty.BOOKS_PROPOSE),
            "rows": [
                {
                    "one": one,
                    "payer": masked_name(one.payer_name),
                    "enough": till.cash >= one.amount,
                    "typed": visit.typed("name") if one.refund_id == wrong else "",
                    "wrong": one.refund_id == wrong,
                }
                for one in waiting
            ],
        },
    )


async def pay_out(visit: Visit) -> Answer:
    """Give it back; the payer has signed."""
    await pay_out_cash(
        visit.world,
        visit.clerk,
        refund_id=visit.parts["refund_id"],
        signed_by=visit.form.one("name"),
    )
    return SeeOther("/desk/payouts")
