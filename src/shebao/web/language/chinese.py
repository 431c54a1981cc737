"""Chinese: what counts as a text that somebody who reads no Chinese cannot read."""

from __future__ import annotations

import re
from typing import Final

_WORDS: Final = r"\u4e00-\u9fff"
_MARKS: Final = r"\u3000-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65“”‘’…—"
_WORD: Final = re.compile(f"[{_WORDS}]")
_WORD_OR_MARK: Final = re.compile(f"[{_WORDS}{_MARKS}]")
_WESTERN: Final = {
    "。": ". ", "，": ", ", "、": ", ", "；": "; ", "：": ": ", "？": "? ",
    "（": " (", "）": ") ", "“": " “", "”": "” ",
}  # fmt: skip
CLAUSE_ENDS: Final = re.compile(f"([{''.join(_WESTERN)}])")
_TOO_MANY_SPACES: Final = re.compile(r" +([.,;:?)]|$)|^ +| +(?= )")


def has_words(text: str) -> bool:
    """Whether a text has a Chinese word in it."""
    return _WORD.search(text) is not None


def is_chinese(text: str) -> bool:
    """Whether a text has Chinese words or punctuation in it."""
    return _WORD_OR_MARK.search(text) is not None


def western(text: str) -> str:
    """A text with the punctuation of the West."""
    for mark, instead in _WESTERN.items():
        text = text.replace(mark, instead)
    return _TOO_MANY_SPACES.sub(lambda found: found[1] or "", text)
