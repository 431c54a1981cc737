"""Packet (报文包): the lines of one batch for one bank, and what the bank says of each.

A file is judged whole before any of it is believed: one that contradicts itself, or does not
answer what was asked, is refused with the reason. Then each line is judged by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from shebao.core.channel import Outcome
from shebao.core.deduction.line import Reason
from shebao.core.money import Money
from shebao.core.refusals import Refusal


class PacketStanding(StrEnum):
    """How a bank says that a packet stands."""

    ACCEPTED = "accepted"
    WAITING = "waiting"
    REFUSED = "refused"
    ANSWERED = "answered"
    UNHEARD_OF = "unheard_of"


@dataclass(frozen=True, slots=True)
class Packet:
    """The lines of a batch for one bank, and how the bank says that they stand."""

    batch_id: str
    packet: int
    bank: str
    number: str
    lines: int
    amount: Money
    standing: str
    says: str
    parts: int
    taken_by: str = ""  # Who took its file to carry it.
    taken_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketHead:
    """What a file says of itself before its lines. A result may come in several parts."""

    number: str
    day: date
    count: int
    total: Money
    part: int = 1
    parts: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """One line as the bank is asked for it."""

    serial: int
    account: str = field(repr=False)
    name: str = field(repr=False)
    id_number: str = field(repr=False)
    amount: Money
    agreement: str
    attempt_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One line as the bank answers it."""

    serial: int
    amount: Money
    outcome: Outcome
    reason: Reason | None = None
    reference: str = ""
    happened_at: datetime | None = None
    says: str = ""
    name: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class PacketTold:
    """What a bank says of a packet: how it stands, and which parts of its answer are ready."""

    number: str
    standing: PacketStanding
    says: str = ""
    parts: tuple[int, ...] = ()


@dataclass(eq=False)
class ResultUnreadable(Refusal):
    """A result file contradicts itself, or is not what it should be; none of it is believed."""

    why: str


@dataclass(eq=False)
class ResultNotAskedFor(Refusal):
    """A result file answers something else than what was sent."""

    why: str


@dataclass(eq=False)
class ResultDiffers(Refusal):
    """This part of the answer was taken in before, and said something else then."""

    number: str
    part: int


@dataclass(eq=False)
class CharacterOutside(Refusal):
    """A name cannot be written in the characters of the bank's format."""

    serial: int
    character: str
