"""Export (账簿导出): every closed day with its entries, so that others can prove them again.

One JSON object a line: the entries of a day in the order they are hashed in, then the day. Who
has the file needs nothing else, not even a database, to count every fen again.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from datetime import date, datetime, timedelta

from shebao.core.books.close import Closed, Doubt, doubts, hash_of, tally_after
from shebao.core.journal import Account, Entry, Line
from shebao.core.money import ZERO, Money, total
from shebao.operations.books.expect import midnight
from shebao.operations.world import World
from shebao.store.books import closes


async def export(world: World, region_code: str) -> AsyncIterator[str]:
    """Every closed day of a region, line by line."""
    async with world.db.snapshot() as tx:
        for one in await closes.of_region(tx, region_code=region_code):
            ends = midnight(one.day + timedelta(days=1))
            async for entry in closes.entries_between(
                tx, region_code=region_code, begins=midnight(one.day), ends=ends
            ):
                yield _entry_line(entry)
            yield _day_line(one)


def verify_export(lines: Iterator[str]) -> tuple[int, list[Doubt]]:
    """Prove every day of an export again; say how many there are, and what fails."""
    found: list[Doubt] = []
    before: Closed | None = None
    tally, count = tally_after(None), 0
    for line in lines:
        told = json.loads(line)
        if "reference" in told:
            entry = _entry(told)
            if entry is None or not tally.is_next(entry):
                found.append(Doubt(told["region"], _day_of(before), "分录不平或次序不对"))
            else:
                tally.add(entry)
            continue
        said = _day(told)
        counted = tally.close(
            said.region_code, said.day, previous=hash_of(before), facts=said.facts
        )
        found += doubts(said, counted)
        before, tally, count = said, tally_after(said), count + 1
    if tally.entries:
        region_code = before.region_code if before else ""
        found.append(Doubt(region_code, _day_of(before), "最后的分录没有日结"))
    return count, found


def _day_of(before: Closed | None) -> date:
    return before.day + timedelta(days=1) if before else date.min


def _entry_line(entry: Entry) -> str:
    told = {
        "region": entry.region_code,
        "reference": entry.reference,
        "at": entry.at.isoformat(),
        "lines": [[line.account, line.amount.fen] for line in entry.lines],
    }
    return json.dumps(told, ensure_ascii=False)


def _entry(told: dict[str, object]) -> Entry | None:
    """An entry as it was exported; none when it does not balance."""
    lines = told["lines"]
    assert isinstance(lines, list)
    read = tuple(Line(Account(account), Money(fen)) for account, fen in lines)
    if total(line.amount for line in read) != ZERO or len(read) <= 1:
        return None
    at = datetime.fromisoformat(str(told["at"]))
    return Entry(str(told["region"]), str(told["reference"]), at, read)


def _day_line(one: Closed) -> str:
    told = {
        "region": one.region_code,
        "day": one.day.isoformat(),
        "entries": one.entries,
        "lines": one.lines,
        "moved_fen": one.moved.fen,
        "entries_hash": one.entries_hash.hex(),
        "previous": one.previous.hex(),
        "balances": {account: held.fen for account, held in one.balances.items()},
        "facts": one.facts,
        "hash": one.hash.hex(),
    }
    return json.dumps(told, ensure_ascii=False)


def _day(told: dict[str, object]) -> Closed:
    balances, facts = told["balances"], told["facts"]
    assert isinstance(balances, dict)
    return Closed(
        region_code=str(told["region"]),
        day=date.fromisoformat(str(told["day"])),
        entries=int(str(told["entries"])),
        lines=int(str(told["lines"])),
        moved=Money(int(str(told["moved_fen"]))),
        entries_hash=bytes.fromhex(str(told["entries_hash"])),
        previous=bytes.fromhex(str(told["previous"])),
        balances={Account(name): Money(fen) for name, fen in balances.items()},
        facts=str(facts),
        hash=bytes.fromhex(str(told["hash"])),
    )
