"""Leave (离开名册): somebody has left the school or the village, before or after it was paid.

Before: nothing is collected from them here any more, and what they owe is theirs to pay. After:
the collector asks for the money of that one back; it goes back where it came from, the receipt is
voided, and the roster shows it. All the others stay paid.
"""

from __future__ import annotations

from dataclasses import replace

from shebao.core.desk.clerk import Clerk
from shebao.core.roster.line import LineEvent, LineUnknown, PaidAlready, StillInPayment
from shebao.core.roster.roster import Roster
from shebao.operations.desk.requests import Ask, NothingToGiveBack, ask_for
from shebao.operations.roster.links import withdraw_code
from shebao.operations.roster.take_in import bill, locked
from shebao.operations.world import World
from shebao.store.database import Tx
from shebao.store.roster import progress, roster_lines
from shebao.store.roster.roster_lines import Move

LEFT: str = "已离开"


async def leave(world: World, clerk: Clerk, roster_id: str, line: int) -> None:
    """Somebody left who has not paid. Raises PaidAlready or StillInPayment. Safe to repeat."""
    async with world.db.transaction() as tx:
        roster, standing = await _standing(tx, clerk, roster_id, line)
        if standing == "left":
            return
        if standing in {"in_payment", "paying"}:
            raise StillInPayment
        if standing == "paid":
            raise PaidAlready
        await _step(tx, world, roster, line, LineEvent.LEFT)
        await withdraw_code(tx, world, roster, line)


async def come_back(world: World, clerk: Clerk, roster_id: str, line: int) -> None:
    """It was a mistake: they are still here. Safe to repeat."""
    async with world.db.transaction() as tx:
        roster, standing = await _standing(tx, clerk, roster_id, line)
        if standing == "left":
            await _step(tx, world, roster, line, LineEvent.CAME_BACK)
            await bill(tx, world, roster)


async def ask_back(world: World, clerk: Clerk, wanted: Ask) -> str:
    """Ask for the money of one person of a roster that the collector has paid.

    What a family paid by itself is the family's to ask for. Raises NothingToGiveBack.
    """
    async with world.db.transaction() as tx:
        paid = await progress.paid_by_roster(
            tx, region_code=clerk.region_code, number=wanted.number
        )
        if paid is None:
            raise NothingToGiveBack("not_by_collector")
        await locked(tx, clerk, paid.roster_id)
    return await ask_for(world, replace(wanted, region_code=clerk.region_code), clerk)


async def _standing(tx: Tx, clerk: Clerk, roster_id: str, line: int) -> tuple[Roster, str]:
    roster = await locked(tx, clerk, roster_id)
    seen = await progress.line_seen(tx, roster, line)
    if seen is None:
        raise LineUnknown
    return roster, seen.standing


async def _step(tx: Tx, world: World, roster: Roster, line: int, event: LineEvent) -> None:
    seen = await roster_lines.lock(tx, roster, line)
    assert seen is not None
    said = LEFT if event is LineEvent.LEFT else ""
    move = Move(line, seen.version, seen.state, event, reason="", says=said)
    await roster_lines.step(
        tx,
        region_code=roster.region_code,
        roster_id=roster.id,
        moves=[move],
        at=world.now(),
    )
