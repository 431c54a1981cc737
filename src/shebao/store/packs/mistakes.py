"""Pack mistakes: what is wrong with a pack, in words its author understands.

Each mistake names the file, the place in it and what stands there. Places in a list are counted
from one, as a reader counts: ``version[2]`` is the second version.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from pydantic import ValidationError

from shebao.core.refusals import Refusal

_VALUE_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to put right."""

    file: str
    path: str
    value: str
    says: str

    def __str__(self) -> str:
        value = f" = {self.value}" if self.value else ""
        where = f"{self.file} · {self.path}{value}" if self.path else self.file
        return f"{where}：{self.says}"


@dataclass(eq=False)
class PackBroken(Refusal):
    """A policy pack has mistakes; all of them are here."""

    mistakes: tuple[Mistake, ...]

    def __str__(self) -> str:
        return "\n".join(str(mistake) for mistake in self.mistakes)


def mistakes_in(file: str, error: ValidationError, known: Iterable[str]) -> list[Mistake]:
    """Every mistake pydantic found, in our words; `known` are the names a pack may use."""
    names = tuple(known)
    return [
        Mistake(file, path_of(found["loc"]), _value(found), _says(found, names))
        for found in error.errors(include_url=False)
    ]


def path_of(place: Iterable[int | str]) -> str:
    """A place in a file: version[2].tiers.offers[3].amount."""
    path = ""
    for step in place:
        path += f"[{step + 1}]" if isinstance(step, int) else f".{step}"
    return path.removeprefix(".")


def _value(found: Mapping[str, Any]) -> str:
    if found["type"] == "missing":
        return ""
    value = found["input"]
    if isinstance(value, dict | list):
        return ""
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= _VALUE_LONGEST else f"{text[:_VALUE_LONGEST]}…"


def _says(found: Mapping[str, Any], names: tuple[str, ...]) -> str:
    kind, context = found["type"], found.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind == "extra_forbidden":
        near = get_close_matches(str(found["loc"][-1]), names, n=1)
        return "不认识这一项" + (f"，是不是 {near[0]}？" if near else "，请删去或检查拼写")
    if kind in {"literal_error", "enum"}:
        return f"只能是 {context['expected'].replace(' or ', ', ')} 之一"
    words = _WORDS.get(kind)
    if words is None:
        return f"写法不对（{found['msg']}）"
    return words.format_map({key: str(value) for key, value in context.items()})


_WORDS: Final[Mapping[str, str]] = {
    "missing": "缺少这一项",
    "string_type": "要写成带引号的文字",
    "string_too_short": "不能是空的",
    "string_pattern_mismatch": "格式不对，应符合 {pattern}",
    "int_type": "要写成整数，不加引号",
    "bool_type": "要写成 true 或 false",
    "date_type": "日期要写成 2024-01-31，不加引号",
    "date_from_datetime_inexact": "只写日期，不写时间",
    "list_type": "要写成一列：[…]",
    "dict_type": "要写成一张表",
    "model_type": "要写成一张表",
    "too_short": "至少要有 {min_length} 项",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
}
