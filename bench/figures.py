"""Figures: what was measured, as a table for people and a line of JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure must keep to: its ratio to the limit, at least or at most."""

    at_least: float | None = None
    at_most: float | None = None

    def met(self, ratio: float | None) -> bool | None:
        """Whether it is kept; None when nothing was asked for."""
        if ratio is None or (self.at_least is None and self.at_most is None):
            return None
        if self.at_least is not None:
            return ratio >= self.at_least
        return self.at_most is None or ratio <= self.at_most

    def __str__(self) -> str:
        if self.at_least is not None:
            return f"≥ {self.at_least:g}"
        return "" if self.at_most is None else f"≤ {self.at_most:g}"


NO_GOAL = Goal()
_WIDE: Final = 116  # As wide as the table, wherever it is printed.


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure beside its limit. `cpu_us` is the CPU time an item, of all our processes."""

    name: str
    ours: float
    unit: str
    limit: float | None = None
    cpu_us: float | None = None
    size: int | None = None
    goal: Goal = NO_GOAL

    @property
    def ratio(self) -> float | None:
        """Ours to the limit."""
        return self.ours / self.limit if self.limit else None

    def line(self) -> str:
        """The line other tools read."""
        facts = asdict(self) | {"ratio": self.ratio}
        order = ("name", "ours", "limit", "ratio", "unit", "cpu_us", "size")
        return json.dumps({name: _short(facts[name]) for name in order}, ensure_ascii=False)


def show(figures: Sequence[Figure], *, before: str, after: str) -> None:
    """Print the table, with how busy the machine was before and after."""
    table = Table(title=f"before: {before}; after: {after}", title_justify="left")
    table.add_column("figure", no_wrap=True)
    for column in ("ours", "limit", "ratio", "goal"):
        table.add_column(column, justify="right")
    table.add_column("unit")
    table.add_column("CPU µs", justify="right")
    table.add_column("size", justify="right")
    for figure in figures:
        ratio, met = figure.ratio, figure.goal.met(figure.ratio)
        table.add_row(
            figure.name,
            _written(figure.ours),
            _written(figure.limit),
            "" if ratio is None else f"{ratio:.2f}",
            f"{figure.goal}{'' if met is None else ' ✓' if met else ' ✗'}",
            figure.unit,
            _written(figure.cpu_us),
            "" if figure.size is None else f"{figure.size:,}",
        )
    Console(width=max(Console().width, _WIDE)).print(table)


def write(figures: Iterable[Figure], file: Path) -> None:
    """Write one JSON object a line."""
    file.write_text("".join(f"{figure.line()}\n" for figure in figures), encoding="utf-8")


def _short(value: object) -> object:
    return round(value, 3) if isinstance(value, float) else value


def _written(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.4g}"  # noqa: PLR2004
