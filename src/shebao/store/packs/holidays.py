"""Holidays (放假安排): the yearly notices on days off and weekends that are worked, as tables."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Final

from shebao.core.policy.work_days import WorkDays
from shebao.store.packs.values import Model

FOLDER: Final = "holidays"


class HolidayFile(Model):
    """One year's notice."""

    off: list[date]
    worked: list[date]


def load_holidays(policies: Path) -> WorkDays:
    """Every year there is a notice of."""
    off: set[date] = set()
    worked: set[date] = set()
    years: set[int] = set()
    for path in sorted(policies.glob(f"*/{FOLDER}/*.toml")):
        written = HolidayFile.model_validate(tomllib.loads(path.read_text("utf-8")))
        off.update(written.off)
        worked.update(written.worked)
        years.add(int(path.stem))
    return WorkDays(frozenset(off), frozenset(worked), frozenset(years))
