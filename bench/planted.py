"""Planted: a day of money and its statement, which differ exactly where we say they do.

Some things only look like differences: a sum split over two lines, two sums gathered in one, a
payment under another number of theirs. None of them may be found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from shebao.core.books.reconciliation import DifferenceKind
from shebao.core.books.statement import LineKind, StatementLine
from shebao.core.money import Money

REGION: Final = "990008"
SOURCE: Final = "wechat"
DAY: Final = date(2026, 11, 20)
MIDNIGHT: Final = datetime(2026, 11, 19, 16, tzinfo=UTC)  # Of that day, in Beijing.
KINDS: Final = (
    "long",
    "short",
    "amount",
    "duplicate",
    "unknown",
    "refund_unheard_of",
    "refund_not_there",
    "late_in_the_day",
    "of_the_day_before",
)
DECOYS: Final = ("split", "gathered", "other_number")
_FOUND_AS: Final = {
    "long": DifferenceKind.LONG,
    "short": DifferenceKind.SHORT,
    "amount": DifferenceKind.AMOUNT,
    "duplicate": DifferenceKind.DUPLICATE,
    "unknown": DifferenceKind.UNKNOWN,
    "refund_unheard_of": DifferenceKind.REFUND,
    "refund_not_there": DifferenceKind.REFUND,
    "late_in_the_day": DifferenceKind.CUT_OFF,
    "of_the_day_before": DifferenceKind.CUT_OFF,
}
_SQL: Final = Path(__file__).with_name("planted.sql").read_text("utf-8")
_FEE: Final = Money(1)


@dataclass(frozen=True, slots=True)
class Planted:
    """So many sums of money, so many differences among them, and a tenth as many decoys."""

    payments: int
    differences: int

    def marks(self) -> dict[int, str]:
        """Which sums are not what they seem: the n-th of so many, strewn over the day."""
        decoys = self.differences // 10 * 2  # Gathering takes two.
        apart = self.payments // (self.differences + decoys)
        names = [KINDS[n % len(KINDS)] for n in range(self.differences)]
        names += [DECOYS[n // 2 % len(DECOYS)] for n in range(decoys)]
        return {1 + n * apart: name for n, name in enumerate(names)}

    def expected(self) -> dict[tuple[str, str], DifferenceKind]:
        """Every difference by its subject and number, with its kind."""
        return {
            (_subject(name), _refund(n) if _subject(name) == "refund" else reference(n)): (
                _FOUND_AS[name]
            )
            for n, name in self.marks().items()
            if name in _FOUND_AS
        }

    async def fill(self, connection: Any) -> None:
        """Write our side down."""
        marked = {
            name: [n for n, mark in self.marks().items() if mark == name]
            for name in (*KINDS, *DECOYS)
        }
        await connection.execute(f"SET planted.payments = {self.payments}")
        for name, numbers in marked.items():
            listed = ",".join(map(str, numbers))
            await connection.execute(f"SET planted.{name} = '{{{listed}}}'")
        await connection.execute(_SQL)

    def lines(self) -> Iterator[StatementLine]:
        """Their side, line by line."""
        marks, line = self.marks(), 1
        gathering: int | None = None
        for n in range(1, self.payments + 1):
            mark = marks.get(n)
            if mark in {"short", "late_in_the_day", "refund_not_there"}:
                if mark == "refund_not_there":
                    line += 1
                    yield _line(line, n, amount(n))
                continue
            if mark == "gathered":
                if gathering is None:
                    gathering = n
                    continue
                both = amount(gathering) + amount(n)
                line += 1
                yield _line(line, n, both, number=f"G{n}", our_id=attempt(gathering))
                gathering = None
                continue
            for each, number in _written(n, mark):
                line += 1
                yield _line(line, n, each, number=number)
            if mark == "refund_unheard_of":
                line += 1
                yield _line(line, n, amount(n), kind=LineKind.REFUND, our_id=_refund(n))


def amount(n: int) -> Money:
    """What the n-th sum comes to, as planted.sql reckons it."""
    return Money((n * 37 % 5000 + 100) * 100)


def reference(n: int) -> str:
    """The channel's number of the n-th sum."""
    return f"4200{n:024d}"


def attempt(n: int) -> str:
    """Our attempt of the n-th sum."""
    return f"att{n:026d}"


def _refund(n: int) -> str:
    return f"rfd{n:026d}"


def _subject(name: str) -> str:
    return "refund" if name.startswith("refund") else "payment"


def _written(n: int, mark: str | None) -> list[tuple[Money, str]]:
    """What their file says of a sum: an amount under a number, once as a rule."""
    whole, number = amount(n), reference(n)
    if mark == "amount":
        return [(whole + Money(100), number)]
    if mark == "duplicate":
        return [(whole, number), (whole, number)]
    if mark == "split":
        return [(Money(50), number), (whole - Money(50), number)]
    if mark == "other_number":
        return [(whole, f"OTHER{n}")]
    return [(whole, number)]


def _line(
    line: int,
    n: int,
    of: Money,
    *,
    kind: LineKind = LineKind.PAYMENT,
    number: str = "",
    our_id: str = "",
) -> StatementLine:
    return StatementLine(
        line=line,
        kind=kind,
        our_id=our_id or attempt(n),
        reference=number or (reference(n) if kind is LineKind.PAYMENT else f"R{n}"),
        amount=of,
        fee=_FEE,
        happened_at=MIDNIGHT + timedelta(seconds=n % 70_000),
    )
