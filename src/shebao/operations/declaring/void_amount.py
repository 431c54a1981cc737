"""Void amount (缴费金额作废): what is set is set no more, and no batch collects it.

What follows from an earlier year without anybody's choice is an amount, too. Years that are paid
stay paid; only what would have followed from them ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from shebao.core.bill import Bill, BillEvent, BillNotOpen, BillState
from shebao.core.election import Election
from shebao.core.enrolment import Enrolment
from shebao.core.money import Money
from shebao.core.period import Period
from shebao.core.policy.window import open_periods
from shebao.core.refusals import Refusal
from shebao.operations.declaring.set_amount import carried
from shebao.operations.elect import whose
from shebao.operations.issue_bills import kind_of
from shebao.operations.world import World
from shebao.store import bills, declarations, elections
from shebao.store.database import Tx

_PAID: Final = frozenset(
    {BillState.PAID, BillState.SETTLED, BillState.REMITTED, BillState.REVERSING}
)


@dataclass(eq=False)
class NoAmountSet(Refusal):
    """还未设置缴费金额: nothing is set, so nothing has to be made void."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voiding:
    """Whose amount is to be void, as told by whom through which channel."""

    region_code: str
    payer_id: str
    entry_channel: str
    enrolment_id: str


async def void_amount(world: World, wish: Voiding) -> tuple[Period, ...]:
    """Make the amount of an insurance void for this year and those after it; which they were.

    Raises NotYours, NoAmountSet, and BillNotOpen while a year is being paid.
    """
    code = wish.region_code
    this_year = Period(world.today(code).year)
    async with world.db.transaction() as tx:
        enrolment, _ = await whose(
            tx, region_code=code, payer_id=wish.payer_id, enrolment_id=wish.enrolment_id
        )
        scheme = world.region(code).scheme(enrolment.scheme)
        found = await elections.standing(
            tx, region_code=code, enrolment_ids=[enrolment.id], since=this_year
        )
        periods = tuple(found.get(enrolment.id, {}))
        follows = carried(scheme, enrolment)
        if not periods and follows is not None:
            ahead = open_periods(scheme, on=world.today(code))
            periods = await _set_what_follows(tx, world, wish, ahead, follows)
        billed = await bills.lock_counting(
            tx,
            region_code=code,
            enrolment_id=enrolment.id,
            periods=periods,
            kind=kind_of(scheme),
        )
        paid = {bill.period for bill in billed if bill.state in _PAID}
        unpaid = tuple(period for period in periods if period not in paid)
        if not unpaid and follows is None:
            raise NoAmountSet
        open_bills = [bill for bill in billed if bill.period not in paid]
        await _end(tx, world, wish, (enrolment, unpaid), open_bills)
    return unpaid


async def _set_what_follows(
    tx: Tx, world: World, wish: Voiding, periods: tuple[Period, ...], amount: Money
) -> tuple[Period, ...]:
    """Write down what would follow in the years that are open, so that it can be made void."""
    made = [
        Election(
            region_code=wish.region_code,
            id=world.mint("elc"),
            enrolment_id=wish.enrolment_id,
            period=period,
            chosen=amount,
            made_by=wish.payer_id,
            entry_channel=wish.entry_channel,
        )
        for period in periods
    ]
    if made:
        await elections.make(tx, made, at=world.now())
    return periods


async def _end(
    tx: Tx,
    world: World,
    wish: Voiding,
    what: tuple[Enrolment, Sequence[Period]],
    billed: Sequence[Bill],
) -> None:
    """Void the elections, the bills that came of them, and what was declared."""
    (enrolment, periods), at, code = what, world.now(), wish.region_code
    for bill in billed:
        if bill.state is not BillState.PAYABLE:
            raise BillNotOpen(bill.id, bill.state)
    await elections.void(tx, region_code=code, enrolment_id=enrolment.id, periods=periods, at=at)
    moves = [(bill, BillEvent.VOIDED, None) for bill in billed]
    await bills.step(tx, region_code=code, moves=moves, at=at)
    kind = kind_of(world.region(code).scheme(enrolment.scheme))
    await declarations.void_of_periods(tx, enrolment, kind=kind, periods=periods, at=at)
