"""Levy (年度核定): the bills of everybody in a scheme for one period, issued in one run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from shebao.core.period import Period
from shebao.core.refusals import Refusal
from shebao.core.steps import Steps


class LevyState(StrEnum):
    """Where a levy stands."""

    RUNNING = "running"  # 核定中
    DONE = "done"  # 已核定


class LevyEvent(StrEnum):
    """What can happen to a levy."""

    FINISHED = "finished"


STEPS: Final = Steps("levy", {(LevyState.RUNNING, LevyEvent.FINISHED): LevyState.DONE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Levy:
    """One run: for whom, by what was known on which day, and how far it has come."""

    region_code: str
    id: str
    scheme: str
    period: Period
    as_of: date
    reference_day: date | None  # On which ages are measured, where they count.
    by_choice: bool  # Whether the last choice counts.
    payable_until: date
    people: int  # Who belonged to the scheme when it began.
    seen: int = 0
    issued: int = 0
    after: str = ""  # The last person it has come to.
    state: LevyState = LevyState.RUNNING
    version: int = 1


@dataclass(eq=False)
class LevyUnknown(Refusal):
    """There is no levy of this number, or none of this scheme and period is running."""

    scheme: str
    period: str
