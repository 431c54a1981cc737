"""Look at till (我的钱箱): what a clerk has taken today, what is in the till, what is overdue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from shebao.core.desk.clerk import Clerk, Duty
from shebao.core.desk.deposit import Deposit
from shebao.core.desk.hand_in import HandIn
from shebao.core.desk.payout import CashPayout
from shebao.core.desk.slip import Slip, SlipState
from shebao.core.desk.till import Overdue
from shebao.core.money import Money
from shebao.core.refusals import NotYours
from shebao.operations.desk.hand_in_cash import amount_due
from shebao.operations.world import SHANGHAI, World
from shebao.store.desk import card_slips, cash_payouts, deposits, hand_ins, slips, tills
from shebao.store.desk.card_slips import CardTaken


@dataclass(frozen=True, slots=True)
class Till:
    """One clerk's till: what of today, what is in it now, what was paid out of it."""

    today: tuple[Slip, ...]
    cards: tuple[CardTaken, ...]
    held: tuple[Slip, ...]
    paid_out: tuple[CashPayout, ...]
    hand_ins: tuple[HandIn, ...]

    @property
    def cash(self) -> Money:
        """What must be in the till now."""
        return amount_due(self.held, self.paid_out)


@dataclass(frozen=True, slots=True)
class Office:
    """What an office's cashier sees: hand-ins to count, counted ones, and deposits."""

    hand_ins: tuple[HandIn, ...]
    deposits: tuple[Deposit, ...]


async def look_at_till(world: World, clerk: Clerk) -> Till:
    """A clerk's own till."""
    clerk.must(Duty.COUNTER)
    midnight = datetime.combine(world.now().astimezone(SHANGHAI).date(), time(), SHANGHAI)
    async with world.db.snapshot() as tx:
        held = await slips.in_till(tx, clerk)
        mine = await hand_ins.of_office(tx, region_code=clerk.region_code, office=clerk.office)
        return Till(
            today=tuple(await slips.of_clerk_since(tx, clerk, since=midnight)),
            cards=tuple(await card_slips.of_clerk_since(tx, clerk, since=midnight)),
            held=tuple(one for one in held if one.state is SlipState.ISSUED),
            paid_out=tuple(await cash_payouts.from_till(tx, clerk)),
            hand_ins=tuple(one for one in mine if one.clerk_id == clerk.id),
        )


async def look_at_slip(world: World, clerk: Clerk, slip_id: str) -> tuple[Slip, Slip | None]:
    """A slip of the clerk's office, and the one that replaces it. Raises NotYours."""
    async with world.db.reading() as tx:
        slip = await slips.by_id(tx, region_code=clerk.region_code, slip_id=slip_id)
        if slip is None or slip.office != clerk.office:
            raise NotYours(slip_id)
        return slip, await slips.replacement_of(tx, slip)


async def look_at_office(world: World, cashier: Clerk) -> Office:
    """What waits for an office's cashier, and what went to the bank."""
    cashier.must(Duty.CASHIER)
    where = {"region_code": cashier.region_code, "office": cashier.office}
    async with world.db.snapshot() as tx:
        return Office(
            hand_ins=tuple(await hand_ins.of_office(tx, **where)),
            deposits=tuple(await deposits.of_office(tx, **where)),
        )


async def slips_of(world: World, clerk: Clerk, hand_in_id: str) -> tuple[HandIn, list[Slip]]:
    """A hand-in of the clerk's office with its slips. Raises NotYours."""
    async with world.db.snapshot() as tx:
        found = await hand_ins.by_id(tx, region_code=clerk.region_code, hand_in_id=hand_in_id)
        if found is None or found.office != clerk.office:
            raise NotYours(hand_in_id)
        held = await slips.of_hand_in(tx, region_code=clerk.region_code, hand_in_id=hand_in_id)
    return found, held


async def overdue_cash(world: World, region_code: str) -> list[Overdue]:
    """All cash of a region that should have gone on by now, the oldest first."""
    async with world.db.reading() as tx:
        waiting = await tills.waiting_cash(
            tx, region_code=region_code, today=world.today(region_code)
        )
    return [one for one in waiting if one.late > 0]


async def cash_on_its_way(world: World, region_code: str) -> list[Overdue]:
    """All cash of a region that is not at the bank yet, with how late each is."""
    async with world.db.reading() as tx:
        return await tills.waiting_cash(tx, region_code=region_code, today=world.today(region_code))
