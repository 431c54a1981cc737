"""Deduction schema: on which days banks collect a scheme, and who may pay years at once."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from shebao.core.policy.batch_days import BatchDay, BatchTerms, Retry, Shift
from shebao.store.packs.values import Id, Model, PeriodText, Words


class BatchDayModel(Model):
    """A day of some months, and how many work days a run lasts from there."""

    months: Annotated[list[Annotated[int, Field(ge=1, le=12)]], Field(min_length=1)]
    day: Annotated[int, Field(ge=1, le=28)]  # Every month has it.
    times: Annotated[int, Field(ge=1, le=5)] = 1


class DeductionModel(Model):
    """[deduction]: the calendar of a scheme, and what a failure means."""

    days: list[BatchDayModel] = Field(default_factory=list)
    shift: Literal["later", "earlier"] = "later"
    cutoff_hour: Annotated[int, Field(ge=0, le=23)] = 15
    last_day: date | None = None
    retry: Literal["next_day", "next_month", "none"] = "none"
    stop_after_months: Annotated[int, Field(ge=1, le=12)] | None = None
    merges: bool = False
    format: Id = "pipe"
    source: Words

    def terms(self) -> BatchTerms:
        """The same, as the core knows it."""
        return BatchTerms(
            days=tuple(BatchDay(tuple(one.months), one.day, one.times) for one in self.days),
            shift=Shift(self.shift),
            cutoff_hour=self.cutoff_hour,
            last_day=self.last_day,
            retry=Retry(self.retry),
            stop_after_months=self.stop_after_months,
            merges=self.merges,
            format=self.format,
            source=self.source,
        )


class PrepaidModel(Model):
    """[[prepaid]]: who could pay several years at once, and until which first period."""

    category: Id
    begins_until: PeriodText
    source: Words
