"""Close (日结): a day's entries, counted, summed and hashed, and chained to the day before.

What is hashed is plain text, so that anybody can do it again with nothing but the export: every
entry on a line of its own, in the order of their times and references, and then the day.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from shebao.core.journal import Account, Entry
from shebao.core.money import ZERO, Money, total
from shebao.core.refusals import Refusal

FIRST: Final = bytes(32)  # What stands before the first day of all.


@dataclass(eq=False)
class DayNotOver(Refusal):
    """A day is closed when it is over."""

    day: str


@dataclass(eq=False)
class DayBeforeOpen(Refusal):
    """Days are closed one after another."""

    day: str
    open_day: str


@dataclass(eq=False)
class DayClosed(Refusal):
    """A day is closed for good: what is found later belongs to the day it is found."""

    day: str


@dataclass(eq=False)
class StatementsMissing(Refusal):
    """Money moved on a day, and files of it are not here or not compared yet."""

    day: str
    sources: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A closed day: all that its hash is made of, and the hash."""

    region_code: str
    day: date
    entries: int
    lines: int
    moved: Money  # What came into accounts, all together.
    entries_hash: bytes
    previous: bytes
    balances: Mapping[Account, Money]
    facts: str  # Files it rests on, differences that stood, what was missing: as JSON.
    hash: bytes

    def proof(self) -> bytes:
        """What its hash must be."""
        balances = ";".join(f"{name}={held.fen}" for name, held in sorted(self.balances.items()))
        text = "\n".join(
            (
                f"{self.region_code} {self.day} {self.entries} {self.lines} {self.moved.fen}",
                self.entries_hash.hex(),
                self.previous.hex(),
                balances,
                self.facts,
            )
        )
        return hashlib.sha256(text.encode()).digest()


@dataclass(slots=True)
class Tally:
    """The entries of a day as they go by, in order."""

    balances: dict[Account, Money]  # At the end of the day before, and soon of this one.
    entries: int = 0
    lines: int = 0
    moved: Money = ZERO
    _hash: Any = field(default_factory=hashlib.sha256)
    _last: tuple[Any, str] | None = None

    def is_next(self, entry: Entry) -> bool:
        """Whether an entry stands after those that went by."""
        return self._last is None or self._last < (entry.at, entry.reference)

    def add(self, entry: Entry) -> None:
        """Count an entry in. They come in the order of their times and references."""
        assert self.is_next(entry), "out of order"
        self._last = entry.at, entry.reference
        parts = [f"{line.account}={line.amount.fen}" for line in entry.lines]
        at = int(entry.at.timestamp() * 1000)
        self._hash.update(f"{entry.reference} {at} {' '.join(parts)}\n".encode())
        for line in entry.lines:
            self.balances[line.account] = self.balances.get(line.account, ZERO) + line.amount
            if line.amount > ZERO:
                self.moved += line.amount
        self.entries += 1
        self.lines += len(entry.lines)

    def close(self, region_code: str, day: date, *, previous: bytes, facts: str) -> Closed:
        """The day as it stands, with its hash."""
        assert total(self.balances.values()) == ZERO
        kept = {name: held for name, held in self.balances.items() if held != ZERO}
        unproved = Closed(
            region_code=region_code,
            day=day,
            entries=self.entries,
            lines=self.lines,
            moved=self.moved,
            entries_hash=self._hash.digest(),
            previous=previous,
            balances=kept,
            facts=facts,
            hash=b"",
        )
        return replace(unproved, hash=unproved.proof())


@dataclass(frozen=True, slots=True)
class Doubt:
    """A closed day that cannot be proved any more, and what of it differs."""

    region_code: str
    day: date
    what: str


def tally_after(before: Closed | None) -> Tally:
    """An empty tally of the day after a closed one, or of the first day of all."""
    return Tally(dict(before.balances) if before else {})


def hash_of(before: Closed | None) -> bytes:
    """What the day after a closed one is chained to."""
    return before.hash if before else FIRST


def doubts(said: Closed, found: Closed) -> list[Doubt]:
    """What of a closed day is not what its entries come to, and the chain before it."""
    facts = (
        ("笔数", said.entries, found.entries),
        ("行数", said.lines, found.lines),
        ("发生额", said.moved, found.moved),
        ("分录哈希", said.entries_hash, found.entries_hash),
        ("上一日哈希", said.previous, found.previous),
        ("余额", dict(said.balances), dict(found.balances)),
        ("本日哈希", said.hash, said.proof()),
    )
    return [
        Doubt(said.region_code, said.day, what) for what, told, counted in facts if told != counted
    ]
