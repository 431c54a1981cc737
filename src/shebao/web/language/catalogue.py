"""Catalogue: what is said instead of a Chinese text, and how what a page is given is told.

A template's own texts are said anew once, when it is loaded. What Python gives a page (a refusal,
a name of the pack, a day) is told when it is written: by the whole text, by a sentence with names
for what changes in it, or clause by clause. What nobody has translated stays Chinese.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import resources
from typing import Any, Final

from minijinja import Markup

from shebao.core.policy.region import Region
from shebao.web.language.chinese import CLAUSE_ENDS, has_words, is_chinese, western
from shebao.web.language.po import headings, read_po

CHINESE: Final = "zh"
_FOLDER: Final = "locale"
_FILE: Final = "LC_MESSAGES/shebao.po"
_REMEMBERED: Final = 8192
_SHORT: Final = 2  # So few words of a sentence say nothing about what stands in its gaps.
_GAP: Final = re.compile(r"\{(\w+)\}")
_DAY: Final = re.compile(r"(?:(?P<year>\d{4}) 年 )?(?P<month>\d{1,2}) 月 (?P<day>\d{1,2}) 日")
_MONTH: Final = re.compile(r"(?P<year>\d{4}) 年 (?P<month>\d{1,2}) 月")
_DATES: Final = ("{year} 年 {month} 月 {day} 日", "{month} 月 {day} 日", "{year} 年 {month} 月")
_BETWEEN: Final = " · "


class Sentence:
    """A message with gaps, found again in a text whose gaps are filled."""

    __slots__ = ("_found", "_said", "_words", "weight")

    def __init__(self, message: str, said: str) -> None:
        solid = _GAP.sub("\0", message).split("\0")
        names = _GAP.findall(message)
        seen: set[str] = set()
        text = re.escape(solid[0])
        for name, piece in zip(names, solid[1:], strict=True):
            text += f"(?P={name})" if name in seen else f"(?P<{name}>.+?)"
            text += re.escape(piece)
            seen.add(name)
        self._found, self._said = re.compile(text, re.DOTALL), said
        self._words = max(solid, key=len)
        self.weight = sum(map(len, solid))

    def filled(self, text: str) -> Mapping[str, str] | None:
        """What stands in the gaps, if the text is this sentence."""
        if self._words not in text:
            return None
        found = self._found.fullmatch(text)
        return found.groupdict() if found else None

    def say(self, gaps: Mapping[str, str]) -> str:
        """The sentence in the other language, with its gaps filled."""
        return _GAP.sub(lambda found: gaps.get(found[1], found[0]), self._said)


class Catalogue:
    """All that can be said in one language."""

    def __init__(self, code: str, text: str, glosses: Mapping[str, str]) -> None:
        heading, *entries = read_po(text)
        self.code = code
        self.name = headings(heading.said)["X-Name"]
        self._said = {entry.message: entry.said for entry in entries if entry.said} | dict(glosses)
        sentences = [
            Sentence(message, said)
            for message, said in self._said.items()
            if _GAP.search(message) and has_words(message)
        ]
        self._sentences = sorted(sentences, key=lambda one: one.weight, reverse=True)
        self._remembered = lru_cache(_REMEMBERED)(self._other_words)

    def say(self, message: str) -> str | None:
        """What is said instead of a message of a template."""
        return self._said.get(message)

    def told(self, value: Any) -> Any:
        """A value as it is told in this language; what is no Chinese text is left alone."""
        if type(value) is not str or isinstance(value, Markup) or not is_chinese(value):
            return value
        return self._remembered(value)

    def _other_words(self, text: str) -> str:
        if _BETWEEN in text and text not in self._said:
            return _BETWEEN.join(self._remembered(part) for part in text.split(_BETWEEN))
        return self._whole(text) or self._in_words(text) or self._clauses(text) or text

    def _whole(self, text: str) -> str | None:
        """A text that is in the catalogue, as it is or with its gaps filled."""
        bare = text.strip()
        if bare in self._said:
            return text.replace(bare, self._said[bare])
        dated = self._dates(text)
        if not is_chinese(dated):
            return dated
        for sentence in self._sentences:
            gaps = sentence.filled(dated)
            if gaps is not None:
                told = {name: self._remembered(gap) for name, gap in gaps.items()}
                if sentence.weight > _SHORT or not any(map(has_words, told.values())):
                    return sentence.say(told)
        return dated if dated != text and not has_words(dated) else None

    def _in_words(self, text: str) -> str | None:
        """A text of several words, such as a city and a district, if each can be told."""
        parts = text.split(" ")
        told = [self._whole(part) if has_words(part) else part for part in parts]
        return " ".join(map(str, told)) if None not in told and len(parts) > 1 else None

    def _clauses(self, text: str) -> str | None:
        """A text clause by clause, if every one of them can be told."""
        if not has_words(text):
            return western(text)
        parts = CLAUSE_ENDS.split(text)
        if len(parts) == 1:
            return None
        told = [self._whole(part) if has_words(part) else part for part in parts]
        return western("".join(map(str, told))) if None not in told else None

    def _dates(self, text: str) -> str:
        """A text with its days and months written as this language writes them."""

        def again(found: re.Match[str]) -> str:
            facts = {name: value for name, value in found.groupdict().items() if value}
            pattern = next(one for one in _DATES if set(_GAP.findall(one)) == set(facts))
            month = self._said.get(f"{facts['month']} 月", facts["month"])
            return self._said.get(pattern, pattern).format_map({**facts, "month": month})

        return _MONTH.sub(again, _DAY.sub(again, text))


def date_messages() -> tuple[str, ...]:
    """The messages by which days and months are written."""
    return (*_DATES, *(f"{month} 月" for month in range(1, 13)))


def offered() -> tuple[str, ...]:
    """The languages there are catalogues of, besides Chinese."""
    folder = resources.files("shebao.web") / _FOLDER
    return tuple(sorted(one.name for one in folder.iterdir() if one.is_dir()))


LANGUAGES: Final = (CHINESE, *offered())


def read_catalogue(code: str) -> str:
    """The file of a catalogue."""
    return (resources.files("shebao.web") / _FOLDER / code / _FILE).read_text("utf-8")


def language_names() -> Mapping[str, str]:
    """Every language pages are read in, by what its readers call it."""
    names = {code: headings(read_po(read_catalogue(code))[0].said)["X-Name"] for code in offered()}
    return {CHINESE: "中文", **names}


def load_catalogue(code: str, regions: Iterable[Region]) -> Catalogue:
    """A catalogue, with the glosses that the regions' packs give in its language."""
    glosses: dict[str, str] = {}
    for region in regions:
        glosses |= _glosses(region, code)
    return Catalogue(code, read_catalogue(code), glosses)


def _glosses(region: Region, code: str) -> Mapping[str, str]:
    """What a region's names mean; what people must find again on paper keeps its own name."""
    found = region.glosses.get(code, {})
    kept = {scheme.name for scheme in region.schemes.values()}
    glosses = {name: f"{name} ({said})" if name in kept else said for name, said in found.items()}
    dues = {f"{name}费": f"{name}费 ({found[name]})" for name in kept if name in found}
    return {**glosses, **dues}
