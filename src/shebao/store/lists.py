"""Lists: many values as one parameter, written the way PostgreSQL writes arrays itself.

The driver asks every element of a list twice whether it is a list, too. A notice is made of some
75 elements, and answering took longer than its signature check; PostgreSQL reads this text in a
tenth of that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

Written = Callable[[Iterable[object]], str]


def texts(values: Iterable[object]) -> str:
    """Texts, each in quotes; None becomes NULL."""
    found = list(values)
    if not found:
        return "{}"
    try:
        joined = '","'.join(found)  # type: ignore[arg-type]  # Where it is not, we see it.
    except TypeError:
        return _one_by_one(found)
    if "\\" in joined or joined.count('"') != 2 * (len(found) - 1):
        return _one_by_one(found)
    return f'{{"{joined}"}}'


def numbers(values: Iterable[object]) -> str:
    """Whole numbers; None becomes NULL."""
    return f"{{{','.join(map(str, values))}}}".replace("None", "NULL")


def _one_by_one(values: Sequence[object]) -> str:
    return f"{{{','.join(map(_text, values))}}}"


def _text(value: object) -> str:
    if value is None:
        return "NULL"
    assert isinstance(value, str), value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


# How lists of each kind are written; those of other kinds are left to the driver.
WRITTEN: Final[Mapping[str, Written]] = {
    "text": texts,
    "bigint": numbers,
    "integer": numbers,
    "smallint": numbers,
}
