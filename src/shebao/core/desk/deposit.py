"""Deposit (现金缴存): the cash of an office goes to the bank, under the bank's own serial.

Until the bank's file names the same serial with the same amount the money is in transit. What
the bank says otherwise is a difference with both amounts beside each other, and nothing is
posted until it is resolved.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from shebao.core.money import Money
from shebao.core.refusals import Refusal
from shebao.core.steps import Steps

_SERIAL: Final = re.compile(r"[0-9A-Za-z-]{6,40}")


class DepositState(StrEnum):
    """Where a deposit stands."""

    MADE = "made"  # 已送存，待银行确认
    CONFIRMED = "confirmed"  # 银行已确认
    DIFFERS = "differs"  # 与银行不符


class DepositEvent(StrEnum):
    """What can happen to a deposit."""

    MADE = "made"
    CONFIRMED = "confirmed"
    DIFFERED = "differed"


_S, _E = DepositState, DepositEvent
STEPS: Final = Steps(
    "deposit",
    {
        (_S.MADE, _E.CONFIRMED): _S.CONFIRMED,
        (_S.MADE, _E.DIFFERED): _S.DIFFERS,
        (_S.DIFFERS, _E.CONFIRMED): _S.CONFIRMED,  # The bank has put its line right.
    },
)


@dataclass(frozen=True, slots=True)
class Deposit:
    """One deposit; `told` is what the bank says it received, once it has said so."""

    region_code: str
    id: str
    office: str
    cashier_id: str
    bank_serial: str
    amount: Money
    made_at: datetime
    state: DepositState
    version: int
    told: Money | None = None

    def event_of(self, told: Money) -> DepositEvent | None:
        """The step the bank's own figure takes it; none when it stays where it is."""
        event = DepositEvent.CONFIRMED if told == self.amount else DepositEvent.DIFFERED
        return event if STEPS.allows(self.state, event) else None


@dataclass(frozen=True, slots=True)
class DepositLine:
    """One line of the bank's file: cash it has received under its serial."""

    line: int
    serial: str
    amount: Money
    happened_at: datetime


def bank_serial_of(text: str) -> str:
    """Read the serial a bank has printed. Raises BankSerialWrong."""
    serial = text.strip()
    if not _SERIAL.fullmatch(serial):
        raise BankSerialWrong(serial)
    return serial.upper()


@dataclass(eq=False)
class BankSerialWrong(Refusal):
    """This is not a serial as banks print them."""

    serial: str


@dataclass(eq=False)
class BankSerialUsed(Refusal):
    """Another deposit bears this serial of the bank."""

    serial: str


@dataclass(eq=False)
class NothingToDeposit(Refusal):
    """No cash that was counted and received waits to go to the bank."""
