"""Policy (政策): what a region says people owe, in versions, each with its document.

A version governs from a day on. Some are published late and applied back: those also say since
when anybody could know them, so what was right to say in February can still be said in November.
The code here knows how to choose the version; it knows no city and no number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from shebao.core.money import Money
from shebao.core.period import Period
from shebao.core.policy.batch_days import BatchTerms
from shebao.core.policy.benefit import Benefit
from shebao.core.policy.fund import Fund
from shebao.core.policy.rules import Rule
from shebao.core.refusals import Refusal


class Confidence(StrEnum):
    """How sure we are of a figure. What is unconfirmed is kept on file and never charged."""

    SEEN = "S"  # 见于官方或转载的官方文件
    SEED = "SEED"  # 见于当地缴费指南
    DERIVED = "D"  # 由官方数字推算
    UNCONFIRMED = "unconfirmed"  # 未核实


class PeriodKind(StrEnum):
    """How long one contribution lasts."""

    YEAR = "year"  # 按年缴费
    MONTH = "month"  # 按月缴费


class CarryOver(StrEnum):
    """What last year's choice means this year, when nobody has chosen again."""

    ASK = "ask"  # 每年重新选择
    SAME = "same"  # 自动沿用上年
    LIFTED = "lifted"  # 沿用上年基数; 低于新下限的, 提到下限


@dataclass(frozen=True, slots=True)
class Source:
    """The document a figure comes from, so that anybody can check us."""

    title: str
    number: str = ""  # 文号
    issued: date | None = None
    address: str = ""

    def __str__(self) -> str:
        title = self.title if self.title.startswith("《") else f"《{self.title}》"
        number = f"（{self.number}）" if self.number else ""
        issued = f"，{self.issued}" if self.issued else ""
        address = f"，{self.address}" if self.address else ""
        return f"{title}{number}{issued}{address}"


@dataclass(frozen=True, slots=True)
class Version:
    """What one document says, from one day to another. Without a rule nothing is charged."""

    id: str
    begins: date
    ends: date | None
    known_from: date | None
    source: Source
    confidence: Confidence
    rule: Rule | None
    note: str = ""

    @property
    def confirmed(self) -> bool:
        """Whether we may charge by it."""
        return self.rule is not None and self.confidence is not Confidence.UNCONFIRMED

    def governs(self, period: Period, *, as_of: date) -> bool:
        """Whether it says anything of a period, as far as could be known on a day."""
        return (
            self.begins <= period.first_day
            and (self.ends is None or period.first_day <= self.ends)
            and (self.known_from is None or self.known_from <= as_of)
        )


@dataclass(frozen=True, slots=True)
class Extension:
    """A season made longer by a later notice (延期)."""

    known_from: date
    closes: date


@dataclass(frozen=True, slots=True)
class Season:
    """When contributions for one period are taken (集中缴费期), and what happens afterwards."""

    period: Period
    opens: date
    closes: date
    self_service_from: date | None = None  # Batches begin first; people may pay from this day.
    extensions: tuple[Extension, ...] = ()
    wait_months: int | None = None  # Late payment is taken, and cover waits; None: not taken.
    note: str = ""


@dataclass(frozen=True, slots=True)
class Prepaid:
    """A kind of person who may pay several years at once (一次预缴), and until when that began."""

    category: str
    begins_until: Period  # The last first period of such a payment; what was paid stays paid.
    source: Source


@dataclass(frozen=True, slots=True)
class GapTerms:
    """How long a break in payment may be, and what a longer one costs (中断缴费)."""

    months: int  # Up to so many missed months, paying them up leaves no trace.
    wait_months: int  # After more, cover waits this long again.
    source: Source


@dataclass(frozen=True, slots=True)
class TopUpTerms:
    """What a region lets people put into the personal account of an insurance (个人账户充值)."""

    member_of: str  # The scheme whose members have such an account.
    per_year: Money  # The most that comes into one account in a calendar year.
    channels: frozenset[str]  # The ways in that offer it.


@dataclass(frozen=True, slots=True)
class Scheme:
    """One insurance of one region (险种), through time. Newest version first."""

    id: str
    region_code: str
    name: str
    fund: Fund
    kind: PeriodKind
    versions: tuple[Version, ...]
    reviewed_on: date
    seasons: Mapping[Period, Season] = field(default_factory=dict)
    carry_over: CarryOver = CarryOver.ASK
    special: tuple[str, ...] = ()  # What the agency decides: back_pay, lump_sum, paid_for.
    waiting: tuple[str, ...] = ()  # 等待期, in words.
    batch: tuple[str, ...] = ()  # 批量扣款日, in words.
    deduction: BatchTerms = field(default_factory=BatchTerms)  # The same, as days.
    benefit: Benefit | None = None  # What it will pay, as far as that is known.
    districts: Mapping[str, str] = field(default_factory=dict)  # The region's own, code to name.
    identities: Mapping[str, str] = field(default_factory=dict)  # Likewise, id to name.
    collected_by: Mapping[str, str] = field(default_factory=dict)  # 统一代收: by category id, who.
    top_up: TopUpTerms | None = None  # Nobody owes it: people put in what they like.
    gap: GapTerms | None = None  # What a break in payment costs.
    prepaid: tuple[Prepaid, ...] = ()

    @property
    def offered(self) -> bool:
        """Whether any version of it may be charged."""
        return any(version.confirmed for version in self.versions)


@dataclass(eq=False)
class NoPolicyInForce(Refusal):
    """No version governs the period, as far as was known on the day asked for."""

    scheme: str
    region_code: str
    period: str


@dataclass(eq=False)
class PolicyUnconfirmed(Refusal):
    """There is a figure for the period, and nobody could confirm it: we do not charge by it."""

    scheme: str
    region_code: str
    period: str
    note: str


@dataclass(eq=False)
class PeriodMismatch(Refusal):
    """A month was asked of a yearly scheme, or a year of a monthly one."""

    scheme: str
    period: str
    wanted: str


def in_force(scheme: Scheme, period: Period, *, as_of: date) -> Version:
    """The version that governs a period, as far as could be known on a day."""
    monthly = scheme.kind is PeriodKind.MONTH
    if (period.month is not None) is not monthly:
        wanted = "按月写，如 2024-07" if monthly else "按年写，如 2024"
        raise PeriodMismatch(scheme=scheme.name, period=str(period), wanted=wanted)
    doubtful = None
    for version in scheme.versions:
        if version.governs(period, as_of=as_of):
            if version.confirmed:
                return version
            doubtful = doubtful or version
    if doubtful is None:
        raise NoPolicyInForce(scheme.name, scheme.region_code, str(period))
    raise PolicyUnconfirmed(scheme.name, scheme.region_code, str(period), doubtful.note)
