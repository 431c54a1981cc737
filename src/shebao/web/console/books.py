"""Books (账务): the days with their files, what differs, what was proposed, and the second person.

What a remedy would post is shown before anybody proposes it, and again before it is approved.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from datetime import date
from typing import Any, Final, TypeVar

from shebao.core.books.reconciliation import Difference, DifferenceKind, DifferenceState, Subject
from shebao.core.books.repair import Remedy, Repair, RepairState
from shebao.core.channel import Method
from shebao.core.desk.clerk import Duty
from shebao.core.person import masked_name
from shebao.core.refusals import NotYours
from shebao.operations.books import mend
from shebao.operations.books.look import (
    DaySeen,
    DifferenceSeen,
    look_at_days,
    look_at_differences,
    repairs_waiting,
)
from shebao.operations.books.other_account import accounts_of
from shebao.operations.desk.clerks import clerks_of
from shebao.operations.issue_receipts import METHOD_NAMES
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.console.entries import entry_shown
from shebao.web.console.other_account import account_shown
from shebao.web.visit import Visit

_DAYS: Final = "/console/books"
_REPAIRS: Final = "/console/repairs"
_SOURCES: Final[Mapping[str, str]] = {"bank": "银行", "treasury": "国库"}
_KINDS: Final[Mapping[DifferenceKind, str]] = {
    DifferenceKind.LONG: "长款",
    DifferenceKind.SHORT: "短款",
    DifferenceKind.AMOUNT: "金额不符",
    DifferenceKind.DUPLICATE: "重复",
    DifferenceKind.UNKNOWN: "未知订单",
    DifferenceKind.REFUND: "退款不符",
    DifferenceKind.CUT_OFF: "日切",
}
_SUBJECTS: Final[Mapping[Subject, str]] = {
    Subject.PAYMENT: "收款",
    Subject.REFUND: "退款",
    Subject.SETTLEMENT: "清算",
    Subject.REMITTANCE: "入库",
}
_STATES: Final[Mapping[DifferenceState, tuple[str, str]]] = {
    DifferenceState.OPEN: ("待处理", "wn"),
    DifferenceState.REPAIRED: ("已处理", "ok"),
    DifferenceState.CLEARED: ("已对平", "ok"),
}
_REMEDIES: Final[Mapping[Remedy, tuple[str, str]]] = {
    Remedy.TAKE_IN: ("补记入账", "按渠道通知入账，再照常判断"),
    Remedy.BELIEVE_REFUND: ("确认已退", "渠道已经退了，按已退记"),
    Remedy.CORRECT_AMOUNT: ("更正金额", "按渠道的金额更正，再退回"),
    Remedy.BOOK_APART: ("挂账", "先记到对账差异，查清以后再冲回"),
    Remedy.SENT_BY_HAND: ("线下已退", "已经从对公账户转给缴费人"),
    Remedy.ANOTHER_CARD: ("退到另一张卡", "由渠道把钱退到缴费人的另一张卡"),
    Remedy.TRANSFER_OUT: ("转账退回", "从对公账户转到登记的账户"),
}
_REPAIR_STATES: Final[Mapping[RepairState, tuple[str, str]]] = {
    RepairState.PROPOSED: ("待复核", "wn"),
    RepairState.DONE: ("已执行", "ok"),
    RepairState.DECLINED: ("未同意", "bd"),
    RepairState.UNDONE: ("已冲回", ""),
}
_Found = TypeVar("_Found")


async def days(visit: Visit) -> Answer:
    """The last days, newest first: their files, what is open, whether they are closed."""
    seen = await look_at_days(visit.world, region_code=visit.clerk.region_code)
    waiting = await repairs_waiting(visit.world, visit.clerk.region_code)
    return Page(
        "console/books.html",
        {"days": [_day(one) for one in seen], "waiting": len(waiting)},
    )


async def day(visit: Visit) -> Answer:
    """What differs on one day, what may be done about it, and what was done."""
    on = _date(visit)
    found = await look_at_differences(visit.world, (on, on), region_code=visit.clerk.region_code)
    rows = [await _difference(visit, one) for one in found]
    return Page("console/books-day.html", {"day": on, "rows": rows})


async def propose(visit: Visit) -> Answer:
    """Propose what to do about a difference."""
    form = visit.form
    remedy = Remedy(form.one("remedy")) if form.one("remedy") in set(Remedy) else None
    if remedy is None:
        raise NotYours(form.one("remedy"))
    proposed = mend.propose(
        visit.world,
        visit.clerk,
        visit.parts["difference_id"],
        remedy=remedy,
        says=form.one("says"),
    )
    await _there(proposed)
    return SeeOther(f"{_DAYS}/{_date(visit)}")


async def sent_by_hand(visit: Visit) -> Answer:
    """Propose that a refund was sent from our bank, under the bank's number."""
    proposed = mend.propose_sent_by_hand(
        visit.world,
        visit.clerk,
        visit.parts["refund_id"],
        reference=visit.form.one("reference"),
        says=visit.form.one("says"),
    )
    await _there(proposed)
    return SeeOther(_REPAIRS)


async def repairs(visit: Visit) -> Answer:
    """What waits for a second person, oldest first."""
    waiting = await repairs_waiting(visit.world, visit.clerk.region_code)
    names = await _names(visit)
    accounts = await accounts_of(visit.world, visit.clerk.region_code, waiting)
    rows = [
        {
            **_repair(visit, one),
            "by": names.get(one.proposed_by, ""),
            "account": account_shown(visit, accounts.get(one.id)),
        }
        for one in waiting
    ]
    return Page("console/repairs.html", {"rows": rows})


async def approve(visit: Visit) -> Answer:
    """Do what somebody else proposed."""
    await _there(mend.approve(visit.world, visit.clerk, visit.parts["repair_id"]))
    return SeeOther(_REPAIRS)


async def decline(visit: Visit) -> Answer:
    """Say no to a proposal, or take one's own back."""
    await _there(mend.decline(visit.world, visit.clerk, visit.parts["repair_id"]))
    return SeeOther(_REPAIRS)


async def undo(visit: Visit) -> Answer:
    """Answer what was booked by the opposite entry."""
    await _there(mend.undo(visit.world, visit.clerk, visit.parts["repair_id"]))
    return SeeOther(_DAYS)


async def _there(work: Awaitable[_Found]) -> _Found:
    """What an operation gives; what it does not find is a page that is not there."""
    try:
        return await work
    except LookupError as missing:
        raise NotYours(str(missing)) from None


async def _names(visit: Visit) -> Mapping[str, str]:
    found = await clerks_of(visit.world, visit.clerk.region_code)
    return {row.clerk.id: masked_name(row.clerk.name) for row in found}


def _date(visit: Visit) -> date:
    try:
        return date.fromisoformat(visit.parts["day"])
    except ValueError:
        raise NotYours(visit.parts["day"]) from None


def _source(source: str) -> str:
    if source in set(Method):
        return METHOD_NAMES[Method(source)]
    return _SOURCES.get(source, source)


def _day(seen: DaySeen) -> Mapping[str, Any]:
    missing = {one.source for one in seen.day.missing}
    return {
        "day": seen.day.day,
        "open": seen.open,
        "closed": seen.closed is not None,
        "hash": seen.closed.hash.hex()[:16] if seen.closed else "",
        "files": [
            {
                "source": _source(one.source),
                "lines": sum(file.lines for file in one.files),
                "missing": one.source in missing,
            }
            for one in seen.day.sources
        ],
        "standing": [
            {"source": _source(one.source), "kind": _KINDS[one.kind], "times": one.times}
            for one in seen.standing
        ],
    }


async def _difference(visit: Visit, seen: DifferenceSeen) -> Mapping[str, Any]:
    one = seen.difference
    waits = any(repair.state is RepairState.PROPOSED for repair in seen.repairs)
    offered: Sequence[mend.Option] = ()
    if one.state is DifferenceState.OPEN and not waits and visit.clerk.may(Duty.BOOKS_PROPOSE):
        offered = await mend.options(visit.world, region_code=one.region_code, difference_id=one.id)
    return {
        **_told(one),
        "repairs": [_repair(visit, repair) for repair in seen.repairs],
        "options": [
            {
                "id": option.remedy,
                "name": _REMEDIES[option.remedy][0],
                "says": _REMEDIES[option.remedy][1],
                "lines": entry_shown(option.entry) if option.entry else [],
            }
            for option in offered
        ],
    }


def _told(one: Difference) -> Mapping[str, Any]:
    said, colour = _STATES[one.state]
    return {
        "id": one.id,
        "source": _source(one.source),
        "subject": _SUBJECTS[one.subject],
        "kind": _KINDS[one.kind],
        "number": one.number,
        "ours": one.ours,
        "theirs": one.theirs,
        "at": one.happened_at,
        "said": said,
        "colour": colour,
    }


def _repair(visit: Visit, one: Repair) -> Mapping[str, Any]:
    said, colour = _REPAIR_STATES[one.state]
    own = one.proposed_by == visit.clerk.id
    approves = visit.clerk.may(Duty.BOOKS_APPROVE) and not own
    waiting = one.state is RepairState.PROPOSED
    return {
        "id": one.id,
        "remedy": _REMEDIES[one.remedy][0],
        "then": _REMEDIES[one.remedy][1],
        "says": one.says,
        "reference": one.reference,
        "at": one.proposed_at,
        "said": said,
        "colour": colour,
        "own": own,
        "may_approve": waiting and approves,
        "may_decline": waiting and (own or visit.clerk.may(Duty.BOOKS_APPROVE)),
        "may_undo": one.state is RepairState.DONE and one.remedy is Remedy.BOOK_APART and approves,
    }
