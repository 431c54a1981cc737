"""Settlement (清算): a channel hands over what it collected on a day, less what it keeps.

What is owed is known from the channel's own statement. The bank's says when it came, the
treasury's when it was remitted (入库). One line of theirs may be for several days, and one day
may come in several lines: both say for which, in the words of ``Claim``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from shebao.core.books.reconciliation import DifferenceKind
from shebao.core.books.statement import LineKind, StatementLine
from shebao.core.channel import Method
from shebao.core.journal import BANK, Entry, Line, clearing, fees, treasury
from shebao.core.money import ZERO, Money, total
from shebao.core.steps import Steps


class SettlementState(StrEnum):
    """Where a day's money of a channel stands."""

    DUE = "due"  # 待清算
    SETTLED = "settled"  # 已清算
    REMITTED = "remitted"  # 已入库


class SettlementEvent(StrEnum):
    """What can happen to it."""

    FOUND_DUE = "found_due"
    SETTLED = "settled"
    REMITTED = "remitted"


_S, _E = SettlementState, SettlementEvent
STEPS: Final = Steps(
    "settlement",
    {
        (_S.DUE, _E.SETTLED): _S.SETTLED,
        (_S.SETTLED, _E.REMITTED): _S.REMITTED,
    },
)
_ISO_DASHES: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What a channel owes us for one day, and where it stands."""

    region_code: str
    method: Method
    day: date
    payments: Money
    refunds: Money
    fees: Money
    state: SettlementState
    version: int

    @property
    def id(self) -> str:
        """Its number in events and entries."""
        return f"settlement:{self.method}:{self.day}"

    @property
    def held(self) -> Money:
        """What the channel held at the end of that day."""
        return self.payments - self.refunds

    @property
    def net(self) -> Money:
        """What it hands over, its fees kept."""
        return self.held - self.fees

    def entry(self, at: datetime) -> Entry | None:
        """From what the channel held into our bank, and its fees; none when nothing moves."""
        sums = {
            BANK: self.net,
            fees(self.method): self.fees,
            clearing(self.method): -self.held,
        }
        lines = tuple(Line(account, amount) for account, amount in sums.items() if amount != ZERO)
        return Entry(self.region_code, self.id, at, lines) if lines else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remittance:
    """What goes from one day's settlement into one fund at the treasury."""

    region_code: str
    method: Method
    day: date
    fund: str
    amount: Money
    treasury_reference: str | None

    @property
    def number(self) -> str:
        """What the treasury is told to write beside it."""
        return f"{self.method}/{self.day}/{self.fund}"

    def entry(self, at: datetime) -> Entry:
        """From our bank into the treasury."""
        lines = Line(treasury(self.fund), self.amount), Line(BANK, -self.amount)
        return Entry(self.region_code, f"remittance:{self.number}", at, lines)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a line of the bank or the treasury says it is for: a method and its days, a fund."""

    method: Method
    first_day: date
    last_day: date
    fund: str | None = None

    @classmethod
    def parse(cls, text: str) -> Claim:
        """Read ``wechat/2026-11-20``, ``wechat/20261118-20261120`` or ``wechat/20261120/pension``.

        >>> Claim.parse("wechat/20261118-20261120").last_day
        datetime.date(2026, 11, 20)
        """
        method, days, *rest = text.split("/")
        compact = days.replace("-", "") if days.count("-") == _ISO_DASHES else days
        first, _, last = compact.partition("-")
        fund = rest[0] if rest else None
        begins = date.fromisoformat(first)
        return cls(Method(method), begins, date.fromisoformat(last) if last else begins, fund)

    def covers(self, one: Settlement | Remittance) -> bool:
        """Whether this is for what a method owed or sent on a day."""
        return one.method is self.method and self.first_day <= one.day <= self.last_day


@dataclass(frozen=True, slots=True)
class Told:
    """All lines of a statement that are for the same thing, together."""

    our_id: str
    references: tuple[str, ...]
    line: int
    amount: Money  # What came in; negative when it went out.
    happened_at: datetime


def gather(lines: Iterable[StatementLine]) -> list[Told]:
    """Lines that say they are for the same thing count as one; the others stand alone."""
    found: dict[str, list[StatementLine]] = {}
    for line in lines:
        found.setdefault(line.our_id or f":{line.reference}", []).append(line)
    return [
        Told(
            same[0].our_id,
            tuple(line.reference for line in same),
            same[0].line,
            total(line.amount if line.kind is LineKind.PAYMENT else -line.amount for line in same),
            same[0].happened_at,
        )
        for same in found.values()
    ]


@dataclass(frozen=True, slots=True)
class Match:
    """What a telling of the bank settles, or how it differs from what was to come."""

    told: Told
    settles: tuple[Settlement, ...] = ()
    kind: DifferenceKind | None = None
    ours: Money = ZERO


def match_bank(told: Told, known: Sequence[Settlement]) -> Match:
    """What a telling of the bank settles."""
    meant = _meant(told, known)
    if not meant:
        return Match(told, kind=DifferenceKind.UNKNOWN)
    due = tuple(one for one in meant if one.state is SettlementState.DUE)
    if not due:
        return Match(told, kind=DifferenceKind.DUPLICATE)
    owed = total(one.net for one in due)
    if owed != told.amount:
        return Match(told, kind=DifferenceKind.AMOUNT, ours=owed)
    return Match(told, settles=due)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a telling of the treasury confirms, or how it differs from what was sent."""

    told: Told
    confirms: tuple[Remittance, ...] = ()
    kind: DifferenceKind | None = None
    ours: Money = ZERO


def match_treasury(told: Told, sent: Sequence[Remittance]) -> Arrival:
    """Which remittances a telling of the treasury confirms."""
    claim = _claim(told.our_id)
    meant = [
        one for one in sent if claim is not None and claim.covers(one) and claim.fund == one.fund
    ]
    waiting = tuple(one for one in meant if one.treasury_reference is None)
    if not meant:
        return Arrival(told, kind=DifferenceKind.UNKNOWN)
    if not waiting:
        return Arrival(told, kind=DifferenceKind.DUPLICATE)
    owed = total(one.amount for one in waiting)
    if owed != told.amount:
        return Arrival(told, kind=DifferenceKind.AMOUNT, ours=owed)
    return Arrival(told, confirms=waiting)


def _meant(told: Told, known: Sequence[Settlement]) -> list[Settlement]:
    claim = _claim(told.our_id)
    if claim is None:
        return []
    return [one for one in known if claim.covers(one)]


def _claim(text: str) -> Claim | None:
    try:
        return Claim.parse(text)
    except ValueError:
        return None
