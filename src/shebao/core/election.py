"""Election (选档、定额): the amount, tier or base somebody chose, for a year or until changed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from shebao.core.money import Money
from shebao.core.period import Period
from shebao.core.steps import Steps


class ElectionState(StrEnum):
    """Where an election stands."""

    SET = "set"  # 已设置
    REPLACED = "replaced"  # 已更改
    VOIDED = "voided"  # 已作废


class ElectionEvent(StrEnum):
    """What can happen to an election."""

    REPLACED = "replaced"
    VOIDED = "voided"


STEPS: Final = Steps(
    "election",
    {
        (ElectionState.SET, ElectionEvent.REPLACED): ElectionState.REPLACED,
        (ElectionState.SET, ElectionEvent.VOIDED): ElectionState.VOIDED,
    },
)


@dataclass(frozen=True, slots=True)
class Election:
    """What was chosen, by whom, for which period of which enrolment."""

    region_code: str
    id: str
    enrolment_id: str
    period: Period
    chosen: Money
    made_by: str
    entry_channel: str
    state: ElectionState = ElectionState.SET
