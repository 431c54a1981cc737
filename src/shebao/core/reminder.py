"""Reminder (短信提醒): a text somebody asked for, about one matter, sent once and never at night.

The days before and the quiet hours are our own choice: no document gives any.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

_MORNING: Final = time(9)
_EVENING: Final = time(20)


class Matter(StrEnum):
    """What somebody may want to be reminded of; each has words of its own at the carrier."""

    OPENS = "opens"  # 开始缴费
    CLOSES = "closes"  # 快截止
    DEDUCTION = "deduction"  # 快扣款
    UNPAID = "unpaid"  # 下了单还没有付
    LAPSE = "lapse"  # 快中断
    RECEIPT = "receipt"  # 缴费成功，凭证已开

    @property
    def days_before(self) -> int:
        """From how many days before its day on it is told."""
        return _DAYS_BEFORE.get(self, 0)

    @property
    def template(self) -> str:
        """The name of its words at the carrier."""
        return f"remind_{self.value}"

    def due(self, day: date, *, on: date) -> bool:
        """Whether a day is near enough to be told of, and not yet over."""
        return on <= day <= on + timedelta(days=self.days_before)


_DAYS_BEFORE: Final = {Matter.OPENS: 1, Matter.CLOSES: 7, Matter.DEDUCTION: 3}


@dataclass(frozen=True, slots=True)
class Reminder:
    """One thing to tell somebody; the same matter and subject are never told twice."""

    person_id: str
    matter: Matter
    subject: str  # What makes it this one: a scheme and a day, or an order.
    words: dict[str, str]  # What the carrier puts into the words of the matter.
    drop_after: datetime  # Later it would tell nothing new.


def quiet(at: datetime) -> bool:
    """Whether it is a time of day, by the clock given, at which nobody is to be disturbed."""
    return not _MORNING <= at.time() < _EVENING
