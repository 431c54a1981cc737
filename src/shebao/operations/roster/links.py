"""Links (缴费码): each family gets a code for its child alone, and pays by itself.

A code is a plea made by the collector: it shows a masked name and an amount, no number, and is
the first taker's from then on. What a code says follows from the line and its edition, so that a
sheet printed again is the same; a new edition is made when one was lost.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from shebao.core.desk.clerk import Clerk
from shebao.core.family.plea import PleaEvent, PleaState
from shebao.core.roster.collector import Collector
from shebao.core.roster.line import LineUnknown
from shebao.core.roster.roster import Roster
from shebao.operations.family.plead import token_hash
from shebao.operations.roster.collectors import collector_of
from shebao.operations.roster.look import found
from shebao.operations.roster.take_in import locked
from shebao.operations.world import World
from shebao.store.database import Tx
from shebao.store.family import pleas
from shebao.store.family.pleas import Plea
from shebao.store.roster import progress
from shebao.store.roster.progress import Linked

LIVES: Final = timedelta(days=100)  # Longer than a season; what is paid or lapsed is over anyway.
SHEET_MOST: Final = 600
EDITIONS_MOST: Final = 20
_TOKEN_BYTES: Final = 24


@dataclass(frozen=True, slots=True)
class Code:
    """One family's code: for whom, how much, and where it leads."""

    line: Linked
    path: str


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes of a roster, or of one of its groups."""

    collector: Collector
    roster: Roster
    codes: Sequence[Code]


async def make_codes(world: World, clerk: Clerk, roster_id: str, *, group: str | None) -> Codes:
    """The codes of everybody who may still pay; made once, and the same whenever asked again."""
    async with world.db.transaction() as tx:
        collector = await collector_of(tx, clerk)
        roster = await locked(tx, clerk, roster_id)
        linked = await _linked(tx, world, roster, group)
        codes = [Code(line, await _made(tx, world, collector, roster, line)) for line in linked]
    return Codes(collector, roster, codes)


async def look_at_codes(world: World, clerk: Clerk, roster_id: str, *, group: str | None) -> Codes:
    """The codes that were made, of everybody who may still pay. Raises RosterUnknown."""
    async with world.db.snapshot() as tx:
        collector, roster = await found(tx, clerk, roster_id)
        linked = await _linked(tx, world, roster, group)
        paths = [(line, await _path(tx, world, roster, line.line)) for line in linked]
    return Codes(collector, roster, [Code(line, path) for line, path in paths if path])


async def renew_code(world: World, clerk: Clerk, roster_id: str, line: int) -> None:
    """Let a line's code lead nowhere any more; the next sheet has another. Raises LineUnknown."""
    async with world.db.transaction() as tx:
        roster = await locked(tx, clerk, roster_id)
        if not await withdraw_code(tx, world, roster, line):
            raise LineUnknown


async def withdraw_code(tx: Tx, world: World, roster: Roster, line: int) -> bool:
    """Take a line's code back, if it has one that is good."""
    for edition in range(1, EDITIONS_MOST + 1):
        plea = await _of(tx, world, roster, line, edition)
        if plea is None:
            return False
        if plea.state is not PleaState.WITHDRAWN:
            seen = await pleas.lock(tx, region_code=roster.region_code, plea_id=plea.id)
            assert seen is not None
            await pleas.step(tx, seen, PleaEvent.WITHDRAWN, at=world.now())
            return True
    return False


async def _linked(tx: Tx, world: World, roster: Roster, group: str | None) -> list[Linked]:
    """Who gets a code: nobody whose contribution a school must pay together (统一代收代缴)."""
    scheme = world.region(roster.region_code).scheme(roster.scheme)
    return await progress.linked(
        tx,
        roster,
        today=world.today(roster.region_code),
        group=group,
        most=SHEET_MOST,
        together=list(scheme.collected_by),
    )


async def _made(tx: Tx, world: World, collector: Collector, roster: Roster, line: Linked) -> str:
    """Where the code of a line leads: the newest edition that was not taken back."""
    for edition in range(1, EDITIONS_MOST + 1):
        plea = await _of(tx, world, roster, line.line, edition)
        if plea is None:
            await _insert(tx, world, collector, roster, (line, edition))
        elif plea.state is PleaState.WITHDRAWN:
            continue
        return _leads_to(world, roster, line.line, edition)
    raise LineUnknown


async def _path(tx: Tx, world: World, roster: Roster, line: int) -> str:
    """The same, if it was made; nothing, if not."""
    for edition in range(1, EDITIONS_MOST + 1):
        plea = await _of(tx, world, roster, line, edition)
        if plea is None:
            return ""
        if plea.state is not PleaState.WITHDRAWN:
            return _leads_to(world, roster, line, edition)
    return ""


def _leads_to(world: World, roster: Roster, line: int, edition: int) -> str:
    return f"/ask/{roster.region_code}/{_token(world, roster, line, edition)}"


async def _insert(
    tx: Tx, world: World, collector: Collector, roster: Roster, which: tuple[Linked, int]
) -> None:
    line, edition = which
    at = world.now()
    plea = Plea(
        region_code=roster.region_code,
        id=world.mint("ple"),
        person_id=line.person_id,
        bill_ids=line.bill_ids,
        made_at=at,
        expires_at=at + LIVES,
        asked_by=collector.id,
    )
    token = _token(world, roster, line.line, edition)
    await pleas.insert(tx, plea, token_hash=token_hash(world, token))


async def _of(tx: Tx, world: World, roster: Roster, line: int, edition: int) -> Plea | None:
    hashed = token_hash(world, _token(world, roster, line, edition))
    return await pleas.by_token(tx, region_code=roster.region_code, token_hash=hashed)


def _token(world: World, roster: Roster, line: int, edition: int) -> str:
    secret = world.vault.hash("roster code", roster.id, str(line), str(edition))
    return base64.urlsafe_b64encode(secret[:_TOKEN_BYTES]).decode()
