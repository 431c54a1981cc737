"""Card (刷卡单): what a POS terminal prints, as a clerk types it in.

The terminal's number and the acquirer's reference (参考号) name the money in the acquirer's
file; the trace (凭证号) is what the payer's slip is found by.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from shebao.core.money import Money
from shebao.core.refusals import Refusal

_TERMINAL: Final = re.compile(r"[0-9A-Z]{8}")
_TRACE: Final = re.compile(r"[0-9]{6}")
_REFERENCE: Final = re.compile(r"[0-9]{12}")


@dataclass(frozen=True, slots=True)
class CardSlip:
    """One slip of a terminal: 终端号, 凭证号, 参考号, and the amount it has charged."""

    terminal: str
    trace: str
    reference: str
    amount: Money

    @property
    def money(self) -> str:
        """The number of the money, as the acquirer's file has it too."""
        return f"{self.terminal}-{self.reference}"


def terminal_of(text: str) -> str:
    """Read a terminal's number. Raises TerminalWrong."""
    return _read(_TERMINAL, text.upper(), TerminalWrong(len(text.strip())))


def trace_of(text: str) -> str:
    """Read a trace. Raises TraceWrong."""
    return _read(_TRACE, text, TraceWrong(len(text.strip())))


def card_reference_of(text: str) -> str:
    """Read the acquirer's reference. Raises CardReferenceWrong."""
    return _read(_REFERENCE, text, CardReferenceWrong(len(text.strip())))


def _read(form: re.Pattern[str], text: str, otherwise: Refusal) -> str:
    found = text.replace(" ", "")
    if not form.fullmatch(found):
        raise otherwise
    return found


@dataclass(eq=False)
class TerminalWrong(Refusal):
    """A terminal's number has eight letters and digits."""

    found: int


@dataclass(eq=False)
class TraceWrong(Refusal):
    """A trace has six digits."""

    found: int


@dataclass(eq=False)
class CardReferenceWrong(Refusal):
    """A reference has twelve digits."""

    found: int


@dataclass(eq=False)
class CardAmountDiffers(Refusal):
    """The terminal has charged another amount than is owed, and nobody has said that it is so."""

    owed: Money
    charged: Money


@dataclass(eq=False)
class CardSlipUsed(Refusal):
    """This slip of the terminal is written down already, for another order."""

    order_id: str
