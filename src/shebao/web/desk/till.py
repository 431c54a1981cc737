"""Till (我的钱箱): what was taken today, what is in the till, and handing it in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shebao.core.desk.hand_in import HandIn, HandInState
from shebao.core.desk.slip import Slip, SlipState
from shebao.core.desk.till import days_late
from shebao.core.money import total
from shebao.operations.desk.hand_in_cash import Counted, submit_hand_in
from shebao.operations.desk.look_at_till import look_at_till, slips_of
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.desk.forms import believed, minted, sum_of
from shebao.web.desk.slips import STATES
from shebao.web.drawing import day
from shebao.web.visit import Visit

HAND_IN_STATES = {
    HandInState.SUBMITTED: ("待清点", "wn"),
    HandInState.RECEIVED: ("已收讫", "ok"),
    HandInState.SENT_BACK: ("已退回", "bd"),
    HandInState.BANKED: ("已缴存银行", "ok"),
}


async def show(visit: Visit) -> Answer:
    """My till today: slips, cards, what was paid out, and what must be there now."""
    till = await look_at_till(visit.world, visit.clerk)
    today = visit.world.today(visit.clerk.region_code)
    picked = set(visit.form.all("slip"))
    late = [slip for slip in till.held if days_late(slip.due_on, today)]
    due = min((slip.due_on for slip in till.held), default=None)
    return Page(
        "desk/till.html",
        {
            "held": [_slip(one, late, picked) for one in till.held],
            "today": [_slip(one, late, picked) for one in till.today],
            "cards": till.cards,
            "card_sum": total(card.slip.amount for card in till.cards),
            "taken": total(one.amount for one in till.today if one.state != SlipState.VOIDED),
            "paid_out": till.paid_out,
            "cash": till.cash,
            "late": len(late),
            "due": day(due) if due else "",
            "hand_ins": [hand_in_shown(one) for one in till.hand_ins],
            "hand_in": minted(visit, "hdn"),
            "amount": visit.typed("amount"),
        },
    )


async def hand_in(visit: Visit) -> Answer:
    """Give the cash of the ticked slips to the cashier."""
    form = visit.form
    counted = Counted(
        hand_in_id=believed(visit),
        slip_ids=frozenset(form.all("slip")),
        amount=sum_of(form.one("amount")),
    )
    submitted = await submit_hand_in(visit.world, visit.clerk, counted)
    return SeeOther(f"/desk/hand-ins/{submitted.id}")


async def one_hand_in(visit: Visit) -> Answer:
    """A hand-in with its slips, to be printed and signed by two people."""
    found, held = await slips_of(visit.world, visit.clerk, visit.parts["hand_in_id"])
    own = found.clerk_id == visit.clerk.id
    return Page(
        "desk/hand-in.html",
        {
            "hand_in": found,
            "said": HAND_IN_STATES[found.state],
            "slips": held,
            "slip_sum": total(slip.amount for slip in held),
            "paid_out": total(slip.amount for slip in held) - found.amount,
            "counts": found.state is HandInState.SUBMITTED and not own,
            "own": own,
            "amount": visit.typed("amount"),
            "reason": visit.typed("reason"),
        },
    )


def hand_in_shown(one: HandIn) -> Mapping[str, Any]:
    """A hand-in as lists show it."""
    said, colour = HAND_IN_STATES[one.state]
    return {"hand_in": one, "said": said, "colour": colour}


def _slip(slip: Slip, late: list[Slip], picked: set[str]) -> Mapping[str, Any]:
    said, colour = STATES[slip.state]
    return {
        "slip": slip,
        "said": said,
        "colour": colour,
        "late": slip in late,
        "ticked": not picked or slip.id in picked,
    }
