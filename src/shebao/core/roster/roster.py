"""Roster (名册): the people one collector lists for one scheme and period, as a file they sent.

A file is judged first, line by line, and nothing comes of it. Once somebody has seen what is
wrong with it, its good lines are taken in, and from then on the roster is collected.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from shebao.core.channel import Method
from shebao.core.period import Period
from shebao.core.refusals import Refusal
from shebao.core.steps import Steps

ENTRY: Final = "roster"  # The entry channel of an order for many lines of a roster.
METHODS: Final = (Method.TRANSFER, Method.COUNTER)  # How an office pays it.
LINES_MOST: Final = 100_000
BYTES_MOST: Final = 8 * 1024 * 1024


class RosterState(StrEnum):
    """Where a roster stands."""

    CHECKED = "checked"  # 已核对
    OPEN = "open"  # 收缴中
    CLOSED = "closed"  # 已结束
    DISCARDED = "discarded"  # 已作废


class RosterEvent(StrEnum):
    """What can happen to a roster."""

    CHECKED = "checked"
    TAKEN_IN = "taken_in"
    CLOSED = "closed"
    DISCARDED = "discarded"


_S, _E = RosterState, RosterEvent
STEPS: Final = Steps(
    "roster",
    {
        (_S.CHECKED, _E.TAKEN_IN): _S.OPEN,
        (_S.CHECKED, _E.DISCARDED): _S.DISCARDED,
        (_S.OPEN, _E.CLOSED): _S.CLOSED,
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """One roster. Of a prepaid cohort it covers several years, and else one period."""

    region_code: str
    id: str
    collector_id: str
    clerk_id: str
    scheme: str
    periods: tuple[Period, ...]
    title: str
    file_name: str
    lines: int
    made_at: datetime
    state: RosterState = RosterState.CHECKED
    version: int = 1


@dataclass(eq=False)
class RosterUnknown(Refusal):
    """There is no such roster, or it is another collector's."""


@dataclass(eq=False)
class RosterEmpty(Refusal):
    """A file without a single line, or with none that can be taken in."""


@dataclass(eq=False)
class RosterTooLong(Refusal):
    """A file with more lines, or more bytes, than one roster may have."""

    most: int


@dataclass(eq=False)
class RosterUnreadable(Refusal):
    """A file that is neither Excel nor a table of text, or is broken."""

    why: str


@dataclass(eq=False)
class HeadingMissing(Refusal):
    """A column that must be there has no heading in the first lines."""

    headings: str


@dataclass(eq=False)
class RosterFileGone(Refusal):
    """The file a roster came from is kept for a month, and then no more."""
