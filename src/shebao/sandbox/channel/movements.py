"""Movements: what a channel did with a merchant's money, as the lines of its files tell it.

Whoever rehearses may have the lines spoilt before the file is written, and is told how.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from shebao.sandbox import clock

_WRONG_BY_FEN: Final = 100
_FEE_PER_MILLE: Final = 2


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of a file. The amount is positive; a refund gives its fee back."""

    is_refund: bool
    our_id: str  # The merchant's number of the payment or the refund.
    reference: str  # The channel's own number of it.
    paid_id: str  # The merchant's number of the payment.
    paid_reference: str
    fen: int
    at: int
    name: str
    payer: str
    way: str = ""  # How the channel calls the way it was paid.
    state: str = "SUCCESS"
    spoilt: bool = False

    @property
    def fee_fen(self) -> int:
        """What the channel keeps of a payment, or gives back with a refund."""
        return self.fen * _FEE_PER_MILLE // 1000


class Mishap(StrEnum):
    """What can be wrong with a file."""

    LATE = "file_late"  # It is not made yet.
    NONE = "file_none"  # The channel says that nothing happened that day.
    DAMAGED = "file_damaged"  # A byte was changed on the way.
    CUT_SHORT = "file_cut_short"  # Its last lines are missing.
    TOTALS_WRONG = "totals_wrong"
    MISSING = "line_missing"
    EXTRA = "line_extra"  # A line nobody else knows.
    TWICE = "line_twice"
    ALTERED = "amount_altered"
    GARBLED = "line_garbled"


OF_LINES: Final = frozenset(
    {Mishap.MISSING, Mishap.EXTRA, Mishap.TWICE, Mishap.ALTERED, Mishap.GARBLED}
)


@dataclass(frozen=True, slots=True)
class Spoiling:
    """One mishap: which line it befalls, if not any, and by how much."""

    mishap: Mishap
    our_id: str | None = None
    fen: int = _WRONG_BY_FEN


def read_spoiling(told: Mapping[str, Any]) -> Spoiling:
    """Read a mishap somebody ordered; ValueError when there is none of that name."""
    our_id, fen = told.get("our_id"), told.get("fen", _WRONG_BY_FEN)
    if not isinstance(fen, int):
        raise TypeError("fen must be a whole number")
    return Spoiling(Mishap(str(told.get("kind"))), None if our_id is None else str(our_id), fen)


def spoil(
    movements: Sequence[Movement], wanted: Sequence[Spoiling]
) -> tuple[list[Movement], list[dict[str, Any]]]:
    """Spoil the lines of a file as ordered, and say what was done to which.

    Without a number the next line that is still whole is taken.
    """
    lines = [[movement] for movement in movements]
    whole = dict(enumerate(movements))
    done = []
    for one in wanted:
        if one.mishap is Mishap.EXTRA:
            lines.append([_invented(one, len(lines))])
            done.append(_told(one, lines[-1][0]))
        elif one.mishap in OF_LINES:
            at = _taken(whole, one.our_id)
            befallen = whole.pop(at)
            lines[at] = _befallen(befallen, one)
            done.append(_told(one, befallen))
    return [movement for line in lines for movement in line], done


def yuan(fen: int) -> str:
    """An amount as files of channels write it: -1000.00."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02}"


def span(day: date) -> dict[str, int]:
    """When a day begins and ends in China, in milliseconds."""
    begins = datetime(day.year, day.month, day.day, tzinfo=clock.CHINA)
    ends = begins + timedelta(days=1)
    return {"begins": int(begins.timestamp()) * 1000, "ends": int(ends.timestamp()) * 1000}


def is_made(day: date, *, hour: int) -> bool:
    """Whether a channel that makes its files at an hour has made that of a day by now."""
    now = clock.at(clock.now_ms())
    return now >= datetime(day.year, day.month, day.day, hour, tzinfo=clock.CHINA) + timedelta(1)


def _taken(whole: Mapping[int, Movement], our_id: str | None) -> int:
    for at, movement in whole.items():
        if our_id in (None, movement.our_id):
            return at
    raise LookupError(f"no whole line {our_id or 'is left'}")


def _befallen(movement: Movement, one: Spoiling) -> list[Movement]:
    match one.mishap:
        case Mishap.TWICE:
            return [movement, movement]
        case Mishap.ALTERED:
            return [replace(movement, fen=movement.fen + one.fen)]
        case Mishap.GARBLED:
            return [replace(movement, spoilt=True)]
        case _:
            return []


def _invented(one: Spoiling, number: int) -> Movement:
    our_id = one.our_id or f"extra{number:08}"
    reference = f"9{clock.now_ms()}{number:014}"
    return Movement(
        is_refund=False,
        our_id=our_id,
        reference=reference,
        paid_id=our_id,
        paid_reference=reference,
        fen=one.fen,
        at=clock.now_ms(),
        name="商户没有下过的单",
        payer="somebody",
    )


def _told(one: Spoiling, movement: Movement) -> dict[str, Any]:
    told = {"kind": one.mishap.value, "our_id": movement.our_id, "fen": movement.fen}
    return told | {"is_refund": movement.is_refund, "reference": movement.reference}
