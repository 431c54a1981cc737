"""Cashier (收款清点): hand-ins are counted again, and the cash goes to the bank."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shebao.core.desk.deposit import Deposit, DepositState
from shebao.core.desk.hand_in import HandInState
from shebao.core.desk.till import Overdue, age_of
from shebao.core.money import total
from shebao.core.person import masked_name
from shebao.operations.desk.clerks import clerks_of
from shebao.operations.desk.deposit_cash import deposit_cash
from shebao.operations.desk.hand_in_cash import receive_hand_in, send_back
from shebao.operations.desk.look_at_till import cash_on_its_way, look_at_office
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.desk.forms import sum_of
from shebao.web.desk.till import hand_in_shown
from shebao.web.drawing import day
from shebao.web.visit import Visit

_DEPOSITS = {
    DepositState.MADE: ("待银行确认", "wn"),
    DepositState.CONFIRMED: ("银行已确认", "ok"),
    DepositState.DIFFERS: ("与银行不符", "bd"),
}
_STAGES = {
    "till": "在经办人钱箱里",
    "counting": "交款待清点",
    "safe": "已收讫，未缴存",
    "bank": "已送存，银行未确认",
}
_COLOURS = {"0": "b", "1": "wn", "3": "bd", "more": "bd"}


async def show(visit: Visit) -> Answer:
    """What waits to be counted, what was counted, and what went to the bank."""
    office = await look_at_office(visit.world, visit.clerk)
    counted = [one for one in office.hand_ins if one.state is HandInState.RECEIVED]
    deposited = total(one.amount for one in office.deposits if one.state is DepositState.MADE)
    differing = total(one.amount for one in office.deposits if one.state is DepositState.DIFFERS)
    waiting = [one for one in office.hand_ins if one.state is HandInState.SUBMITTED]
    in_safe = total(one.amount for one in counted) - deposited - differing
    return Page(
        "desk/cashier.html",
        {
            "waiting": [hand_in_shown(one) for one in waiting],
            "others": [hand_in_shown(one) for one in office.hand_ins if one not in waiting],
            "in_safe": in_safe,
            "any_counted": in_safe.fen > 0,
            "deposits": [_deposit(one) for one in office.deposits],
            "serial": visit.typed("serial"),
            "own_id": visit.clerk.id,
            "names": await names_of(visit),
        },
    )


async def receive(visit: Visit) -> Answer:
    """Count a hand-in and take it."""
    hand_in_id = visit.parts["hand_in_id"]
    counted = sum_of(visit.form.one("amount"))
    await receive_hand_in(visit.world, visit.clerk, hand_in_id=hand_in_id, counted=counted)
    return SeeOther(f"/desk/hand-ins/{hand_in_id}")


async def refuse(visit: Visit) -> Answer:
    """The count does not agree: give it all back."""
    hand_in_id = visit.parts["hand_in_id"]
    reason = visit.form.one("reason")
    await send_back(visit.world, visit.clerk, hand_in_id=hand_in_id, reason=reason)
    return SeeOther(f"/desk/hand-ins/{hand_in_id}")


async def deposit(visit: Visit) -> Answer:
    """All that was counted has gone to the bank, under its serial."""
    await deposit_cash(visit.world, visit.clerk, bank_serial=visit.form.one("serial"))
    return SeeOther("/desk/cashier")


async def overdue(visit: Visit) -> Answer:
    """Cash of the region that is not at the bank yet, the latest first."""
    waiting = await cash_on_its_way(visit.world, visit.clerk.region_code)
    late, names = [one for one in waiting if one.late], await names_of(visit)
    return Page(
        "desk/overdue.html",
        {
            "late": [_overdue(one, names) for one in late],
            "others": [_overdue(one, names) for one in waiting if not one.late],
            "sum": total(one.amount for one in late),
        },
    )


def _deposit(one: Deposit) -> Mapping[str, Any]:
    said, colour = _DEPOSITS[one.state]
    return {"deposit": one, "said": said, "colour": colour}


async def names_of(visit: Visit) -> Mapping[str, str]:
    """The clerks of the region by id, as pages name them."""
    found = await clerks_of(visit.world, visit.clerk.region_code)
    return {row.clerk.id: masked_name(row.clerk.name) for row in found}


def _overdue(one: Overdue, names: Mapping[str, str]) -> Mapping[str, Any]:
    return {
        "one": one,
        "clerk": names.get(one.clerk_id, one.clerk_id),
        "stage": _STAGES[one.stage],
        "due": day(one.due),
        "colour": _COLOURS[age_of(one.late)],
    }
