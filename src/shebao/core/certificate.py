"""Certificate (缴费证明): what was paid for a person over a stretch of time, proven in one paper.

It says what was true when it was issued, and its facts never change afterwards. What changes is
seen beside it: that it was revoked (撤销), or that something it lists was given back since.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from shebao.core.capitals import in_capitals
from shebao.core.money import Money, total
from shebao.core.paper import Party
from shebao.core.period import Period
from shebao.core.person import masked_name
from shebao.core.refusals import Refusal
from shebao.core.steps import Steps

NUMBER_BEGINS: Final = "Z"  # Then the region, the day and a serial, as receipts have them.
_REGION: Final = slice(1, 7)


class CertificateState(StrEnum):
    """Where a certificate stands."""

    ISSUED = "issued"  # 有效
    REVOKED = "revoked"  # 已撤销


class CertificateEvent(StrEnum):
    """What can happen to a certificate."""

    ISSUED = "issued"
    REVOKED = "revoked"


STEPS: Final = Steps(
    "certificate",
    {(CertificateState.ISSUED, CertificateEvent.REVOKED): CertificateState.REVOKED},
)


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate, as it is kept: its facts are sealed, and bound by their digest."""

    region_code: str
    number: str
    person_id: str
    first: Period
    last: Period
    schemes: tuple[str, ...]
    receipts: tuple[str, ...]
    amount: Money
    facts_sealed: bytes
    digest: bytes
    issued_at: datetime
    state: CertificateState = CertificateState.ISSUED
    version: int = 1
    revoked_by: str | None = None
    revoked_at: datetime | None = None
    revoke_reason: str = ""


@dataclass(frozen=True, slots=True)
class CertificateLine:
    """One payment a certificate lists."""

    receipt: str
    item: str
    period: str
    label: str
    amount: Money
    paid_at: str  # Asia/Shanghai, as it is printed.


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificatePaper:
    """All that a certificate says. ``whole`` tells whether its reader may see names in full."""

    title: str
    number: str
    region: str
    collector: str
    person: Party
    first: str
    last: str
    lines: tuple[CertificateLine, ...]
    issued_at: str
    verify_code: str
    verify_url: str
    digest: str  # SHA-256 of the machine-readable twin, in hexadecimal digits.
    revoked: bool = False
    revoked_at: str = ""
    revoke_reason: str = ""
    given_back: tuple[str, ...] = ()  # Receipts it lists that count no more.
    whole: bool = False

    @property
    def total(self) -> Money:
        """What all of it comes to."""
        return total(line.amount for line in self.lines)

    @property
    def capitals(self) -> str:
        """The total as nobody can alter it with a stroke."""
        return in_capitals(self.total)

    @property
    def name(self) -> str:
        """The person's name, as much of it as the reader may see."""
        return self.person.name if self.whole else masked_name(self.person.name)

    @property
    def id_number(self) -> str:
        """The person's number, as much of it as the reader may see."""
        number = self.person.number
        return number.whole if self.whole else number.masked


@dataclass(eq=False)
class PeriodsBackwards(Refusal):
    """起止所属期颠倒: the stretch of time ends before it begins, or is none at all."""

    first: str
    last: str


@dataclass(eq=False)
class NothingToProve(Refusal):
    """没有可以开证明的缴费记录: nothing was paid in this stretch of time that still counts."""

    first: str
    last: str


@dataclass(eq=False)
class CertificateUnknown(Refusal):
    """There is no certificate of this number with this code."""

    number: str


@dataclass(eq=False)
class ReasonNeeded(Refusal):
    """A certificate is revoked for a reason, and none was given."""


def region_of(number: str) -> str:
    """The region a certificate's number speaks of; nothing, if it is no such number."""
    return number[_REGION] if number.startswith(NUMBER_BEGINS) else ""


def stretch(first: str, last: str) -> tuple[Period, Period]:
    """A stretch of time, as somebody wrote it: 2024 or 2024-03. Raises PeriodsBackwards."""
    try:
        begins, ends = Period.parse(first), Period.parse(last)
    except ValueError:
        raise PeriodsBackwards(first, last) from None
    if ends.last_day < begins.first_day:
        raise PeriodsBackwards(first, last)
    return begins, ends


def touches(period: Period, first: Period, last: Period) -> bool:
    """Whether a period has a day in a stretch of time."""
    return period.first_day <= last.last_day and first.first_day <= period.last_day
