"""Take cash (上门收现金): a village agent takes cash for one line, against a numbered slip.

It is the counter's own business from there: the slip, the till, the hand-in and the deposit. The
roster only shows where the cash of its people is, and which of it is late.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from shebao.core.bill import BillState
from shebao.core.channel import Method
from shebao.core.desk.clerk import Clerk, Duty
from shebao.core.desk.slip import SlipState
from shebao.core.money import Money, total
from shebao.core.roster.line import LineUnknown
from shebao.core.roster.roster import Roster
from shebao.operations.desk.open_at_counter import CounterBasket, open_at_counter
from shebao.operations.roster.look import found
from shebao.operations.world import World
from shebao.store.roster import progress
from shebao.store.roster.progress import SlipOfRoster

_IN_HANDS = frozenset({SlipState.ISSUED, SlipState.SUBMITTED, SlipState.HANDED_IN})


@dataclass(frozen=True, slots=True)
class CashOfRoster:
    """The cash of a roster's people: its slips, and the deposits they went into."""

    roster: Roster
    slips: Sequence[SlipOfRoster]
    today: date

    @property
    def counting(self) -> list[SlipOfRoster]:
        """The slips that still speak of money: those that were voided do not."""
        return [one for one in self.slips if one.state is not SlipState.VOIDED]

    @property
    def not_banked(self) -> Money:
        """What is not at the bank yet."""
        return total(one.amount for one in self.counting if one.state in _IN_HANDS)

    @property
    def late(self) -> list[SlipOfRoster]:
        """Slips whose cash should have been handed in by now."""
        return [
            one
            for one in self.counting
            if one.state in {SlipState.ISSUED, SlipState.SUBMITTED} and one.due_on <= self.today
        ]

    @property
    def deposits(self) -> list[tuple[str, str, Money]]:
        """What of it went to the bank, by the bank's serial: serial, how it stands, amount."""
        banked = sorted(
            (one for one in self.counting if one.deposit_serial),
            key=lambda one: one.deposit_serial or "",
        )
        return [
            (serial or "", next(iter(same)).deposit_state or "", amount)
            for serial, same, amount in (
                (serial, rows, total(one.amount for one in rows))
                for serial, rows in (
                    (serial, list(some))
                    for serial, some in groupby(banked, key=lambda one: one.deposit_serial)
                )
            )
        ]


async def open_for_cash(
    world: World, clerk: Clerk, roster_id: str, line: int, *, order_id: str
) -> str:
    """Open the order of one line, to be paid in cash to its collector. Raises LineUnknown."""
    clerk.must(Duty.COUNTER)
    async with world.db.snapshot() as tx:
        _, roster = await found(tx, clerk, roster_id)
        seen = await progress.line_seen(tx, roster, line)
        owed = await progress.bills_of(tx, roster, line)
    if seen is None or seen.person_id is None:
        raise LineUnknown
    basket = CounterBasket(
        order_id=order_id,
        person_id=seen.person_id,
        bill_ids=frozenset(one.bill_id for one in owed if one.state is BillState.PAYABLE),
        method=Method.CASH,
    )
    return await open_at_counter(world, clerk, basket)


async def cash_of_roster(world: World, clerk: Clerk, roster_id: str) -> CashOfRoster:
    """Where the cash of a roster's people is. Raises RosterUnknown."""
    async with world.db.snapshot() as tx:
        _, roster = await found(tx, clerk, roster_id)
        return CashOfRoster(
            roster, await progress.slips(tx, roster), world.today(clerk.region_code)
        )
