"""Wording (名册用语): how pages call what became of a line, a roster or a payment of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from shebao.core.order import OrderState
from shebao.core.refusals import Refusal
from shebao.core.roster.roster import Roster, RosterState
from shebao.web.words import words_of

STANDINGS: Final[Mapping[str, tuple[str, str]]] = {
    "unpaid": ("未缴", "wn"),
    "paid": ("已缴", "ok"),
    "paying": ("正在缴", "b"),
    "in_payment": ("在统一缴费单里", "b"),
    "applying": ("办参保登记", "b"),
    "unbilled": ("还没有账单", "wn"),
    "exempt": ("政府代缴，不收", ""),
    "left": ("已离开", ""),
    "going_back": ("退费中", "wn"),
    "gone_back": ("已退费", ""),
    "refused": ("不能收", "bd"),
    "repeated": ("以前报过", ""),
}
CANNOT: Final = ("exempt", "left", "refused", "gone_back", "going_back", "unbilled")
ROSTERS: Final = {
    RosterState.CHECKED: ("待收下", "wn"),
    RosterState.OPEN: ("收缴中", "b"),
    RosterState.CLOSED: ("已结束", ""),
    RosterState.DISCARDED: ("已作废", ""),
}
ORDERS: Final = {
    OrderState.OPEN: ("待付款", "wn"),
    OrderState.PAYING: ("待付款", "wn"),
    OrderState.PAID: ("已到账", "ok"),
    OrderState.EXPIRING: ("正在撤回", ""),
    OrderState.EXPIRED: ("已撤回", ""),
    OrderState.CANCELLED: ("已撤回", ""),
}


def reason_of(refusal: Refusal) -> str:
    """What a line is told: what is wrong, and what to do."""
    said = words_of(refusal)
    return f"{said.says}。{said.do}"


def periods_of(roster: Roster) -> str:
    """For when a roster is: 2024 年度, or 2024 至 2027 年度."""
    first, last = roster.periods[0], roster.periods[-1]
    return first.label if first == last else f"{first} 至 {last.label}"
