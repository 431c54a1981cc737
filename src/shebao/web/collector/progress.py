"""Progress (收缴进度): who has paid, who has not and who cannot, class by class; and one line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from shebao.core.bill import BillState
from shebao.core.channel import Method
from shebao.core.desk.clerk import Duty
from shebao.core.order import OrderState
from shebao.core.person import masked_name
from shebao.core.policy.returning import Ground
from shebao.core.receipt import ReceiptState
from shebao.core.roster.roster import RosterState
from shebao.operations.desk.requests import Ask
from shebao.operations.issue_receipts import METHOD_NAMES
from shebao.operations.roster.leave import ask_back, come_back, leave
from shebao.operations.roster.links import renew_code
from shebao.operations.roster.look import (
    LINES_A_PAGE,
    LineInFull,
    Progress,
    look_at_line,
    look_at_lines,
    look_at_roster,
)
from shebao.operations.roster.take_cash import cash_of_roster, open_for_cash
from shebao.store.roster.progress import BillSeen, LineSeen
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.collector.wording import CANNOT, ORDERS, ROSTERS, STANDINGS, periods_of
from shebao.web.desk.cashier import names_of
from shebao.web.desk.forms import believed, minted
from shebao.web.desk.slips import STATES as SLIPS
from shebao.web.drawing import day
from shebao.web.fields import path_with
from shebao.web.visit import Visit

_FILTERS: Final = (
    ("", "全部", ()),
    ("unpaid", "没有缴的", ("unpaid", "paying", "in_payment")),
    ("paid", "已缴的", ("paid",)),
    ("cannot", "不收的", CANNOT),
    ("applying", "办参保登记的", ("applying",)),
)
_LIVE: Final = {OrderState.OPEN, OrderState.PAYING}


def progress_page(visit: Visit, seen: Progress) -> Page:
    """How far a roster has come, class by class, and how it can be paid."""
    there = f"/collector/rosters/{seen.roster.id}"
    groups = list(dict.fromkeys(one.group for one in seen.tallies))
    return Page(
        "collector/progress.html",
        {
            "roster": seen.roster,
            "there": there,
            "scheme": visit.region.scheme(seen.roster.scheme).name,
            "periods": periods_of(seen.roster),
            "said": ROSTERS[seen.roster.state],
            "open": seen.roster.state is RosterState.OPEN,
            "paid": seen.lines("paid"),
            "paid_sum": seen.amount("paid"),
            "unpaid": seen.lines("unpaid", "paying", "in_payment"),
            "unpaid_sum": seen.amount("unpaid", "paying", "in_payment"),
            "payable": seen.lines("unpaid"),
            "payable_sum": seen.amount("unpaid"),
            "cannot": seen.lines(*CANNOT),
            "applying": seen.lines("applying"),
            "refused": seen.lines("refused"),
            "groups": [_group(seen, group, there) for group in groups],
            "payments": [
                {
                    "one": one,
                    "said": ORDERS[one.state],
                    "method": METHOD_NAMES[Method(one.method)] if one.method else "",
                    "live": one.state in _LIVE,
                }
                for one in seen.orders
            ],
            "order": minted(visit, "ord"),
            "takes_cash": visit.clerk.may(Duty.COUNTER),
        },
    )


async def lines(visit: Visit) -> Answer:
    """Lines of a roster: all of them, those to be reminded, or those of one class."""
    roster_id, query = visit.parts["roster_id"], visit.query
    seen = await look_at_roster(visit.world, visit.clerk, roster_id)
    chosen = next((one for one in _FILTERS if one[0] == query.one("only")), _FILTERS[0])
    group = query.one("group") if "group" in query else None
    page = int(query.one("page", "1")) if query.one("page", "1").isdigit() else 1
    found = await look_at_lines(
        visit.world, visit.clerk, roster_id, standings=chosen[2], group=group, page=max(1, page)
    )
    there = f"/collector/rosters/{roster_id}/lines"
    kept = {"group": group or ""}
    return Page(
        "collector/lines.html",
        {
            "roster": seen.roster,
            "title": chosen[1],
            "group": group,
            "filters": [
                {"href": path_with(there, only=id_, **kept), "name": name, "on": id_ == chosen[0]}
                for id_, name, _ in _FILTERS
            ],
            "rows": [_line(one) for one in found],
            "back": page > 1 and path_with(there, only=chosen[0], page=str(page - 1), **kept),
            "more": len(found) == LINES_A_PAGE
            and path_with(there, only=chosen[0], page=str(page + 1), **kept),
        },
    )


async def line(visit: Visit) -> Answer:
    """One line: what it stands for, and what can be done with it."""
    seen = await look_at_line(visit.world, visit.clerk, visit.parts["roster_id"], _number(visit))
    standing = seen.line.standing
    return Page(
        "collector/line.html",
        {
            "roster": seen.roster,
            "row": _line(seen.line),
            "there": f"/collector/rosters/{seen.roster.id}/lines/{seen.line.line}",
            "bills": [_bill(one) for one in seen.bills],
            "may_leave": standing in {"unpaid", "applying", "unbilled"},
            "may_return": standing == "left",
            "may_pay_cash": standing == "unpaid" and visit.clerk.may(Duty.COUNTER),
            "has_code": standing == "unpaid",
            "receipt": _paid_by_us(seen),
            "grounds": [{"id": str(one), "name": one.label} for one in Ground],
            "evidence": visit.typed("evidence"),
            "order": minted(visit, "ord"),
        },
    )


async def has_left(visit: Visit) -> Answer:
    """Somebody has left, before anything was paid."""
    await leave(visit.world, visit.clerk, visit.parts["roster_id"], _number(visit))
    return SeeOther(_here(visit))


async def is_back(visit: Visit) -> Answer:
    """They are still here."""
    await come_back(visit.world, visit.clerk, visit.parts["roster_id"], _number(visit))
    return SeeOther(_here(visit))


async def renew(visit: Visit) -> Answer:
    """A code was lost: it leads nowhere any more."""
    await renew_code(visit.world, visit.clerk, visit.parts["roster_id"], _number(visit))
    return SeeOther(_here(visit))


async def refund(visit: Visit) -> Answer:
    """Ask for the money of one person back, which we have paid."""
    form = visit.form
    ground = form.one("ground")
    wanted = Ask(
        region_code=visit.region.code,
        number=form.one("receipt"),
        ground=Ground(ground) if ground in set(Ground) else Ground.MISTAKEN,
        evidence=form.one("evidence"),
    )
    await ask_back(visit.world, visit.clerk, wanted)
    return SeeOther(_here(visit))


async def take_cash(visit: Visit) -> Answer:
    """Take cash for one line; the counter's page is next."""
    order_id = await open_for_cash(
        visit.world,
        visit.clerk,
        visit.parts["roster_id"],
        _number(visit),
        order_id=believed(visit),
    )
    return SeeOther(f"/desk/orders/{order_id}/cash")


async def cash(visit: Visit) -> Answer:
    """Where the cash of a roster's people is: slips, deposits, and what is late."""
    seen = await cash_of_roster(visit.world, visit.clerk, visit.parts["roster_id"])
    names = await names_of(visit)
    late = {one.slip_id for one in seen.late}
    return Page(
        "collector/cash.html",
        {
            "roster": seen.roster,
            "not_banked": seen.not_banked,
            "late": len(late),
            "slips": [
                {
                    "one": one,
                    "said": SLIPS[one.state],
                    "clerk": names.get(one.clerk_id, ""),
                    "due": day(one.due_on),
                    "late": one.slip_id in late,
                }
                for one in seen.slips
            ],
            "deposits": [
                {"serial": serial, "agrees": state == "confirmed", "amount": amount}
                for serial, state, amount in seen.deposits
            ],
        },
    )


def _number(visit: Visit) -> int:
    text = visit.parts["line"]
    return int(text) if text.isascii() and text.isdigit() and len(text) < len("10000000") else 0


def _here(visit: Visit) -> str:
    return visit.path.rpartition("/")[0]


def _group(seen: Progress, group: str, there: str) -> Mapping[str, Any]:
    counts = {one.standing: one.lines for one in seen.tallies if one.group == group}

    def count(*standings: str) -> int:
        return sum(counts.get(one, 0) for one in standings)

    return {
        "name": group or "没有写班级或组",
        "href": path_with(f"{there}/lines", group=group) if group else f"{there}/lines",
        "paid": count("paid"),
        "unpaid": count("unpaid", "paying", "in_payment"),
        "cannot": count(*CANNOT),
        "other": count("applying", "repeated"),
    }


def _line(one: LineSeen) -> Mapping[str, Any]:
    return {
        "line": one.line,
        "group": one.group,
        "name": masked_name(one.name),
        "number": one.number_masked,
        "amount": one.amount,
        "owes": one.amount.fen > 0,
        "said": STANDINGS[one.standing],
        "says": one.says,
    }


def _bill(one: BillSeen) -> Mapping[str, Any]:
    return {
        "period": one.period.label,
        "label": one.label,
        "amount": one.amount,
        "receipt": one.receipt_number or "",
        "voided": one.receipt_state is ReceiptState.VOIDED,
    }


def _paid_by_us(seen: LineInFull) -> str:
    """The receipt of a bill our own payment has paid, that can still be given back."""
    paid = {BillState.PAID, BillState.SETTLED, BillState.REMITTED}
    return next(
        (one.receipt_number or "" for one in seen.bills if one.by_collector and one.state in paid),
        "",
    )
