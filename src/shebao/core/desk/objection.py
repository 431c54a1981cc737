"""Objection (异议): somebody says that a payment is not as it should be, and a clerk answers.

It may be raised for some days after the receipt, and may bring pictures or papers as evidence.
What kind of file one is is read from its first bytes, never from its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from shebao.core.refusals import Refusal
from shebao.core.steps import Steps

FILES_MOST: Final = 3
FILE_BYTES_MOST: Final = 2 * 1024 * 1024
SAYS_LEAST, SAYS_MOST = 4, 500
NAME_MOST: Final = 60
_MEGABYTE: Final = 1024 * 1024
_BEGINNINGS: Final[Mapping[bytes, tuple[str, str]]] = {
    b"\xff\xd8\xff": ("image/jpeg", "jpg"),
    b"\x89PNG\r\n\x1a\n": ("image/png", "png"),
    b"%PDF-": ("application/pdf", "pdf"),
}


class Matter(StrEnum):
    """What is not as it should be."""

    AMOUNT = "amount"  # 金额、基数或档次不对
    PERIOD = "period"  # 所属期不对，或者少了几个月
    PERSON = "person"  # 记到了别人名下，或者险种不对
    NOT_CREDITED = "not_credited"  # 缴了没有记上
    OTHER = "other"  # 别的问题

    @property
    def label(self) -> str:
        """The same, as payers say it."""
        return _MATTERS[self]


_MATTERS: Final[Mapping[Matter, str]] = {
    Matter.AMOUNT: "金额、基数或者档次不对",
    Matter.PERIOD: "所属期不对，或者少了几个月",
    Matter.PERSON: "记错了人，或者险种不对",
    Matter.NOT_CREDITED: "缴了费，参保信息里没有",
    Matter.OTHER: "别的问题",
}


class ObjectionState(StrEnum):
    """Where an objection stands."""

    OPEN = "open"  # 等待答复
    UPHELD = "upheld"  # 异议成立
    DISMISSED = "dismissed"  # 异议不成立


class ObjectionEvent(StrEnum):
    """What can happen to an objection."""

    RAISED = "raised"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


_S, _E = ObjectionState, ObjectionEvent
STEPS: Final = Steps(
    "objection",
    {
        (_S.OPEN, _E.UPHELD): _S.UPHELD,
        (_S.OPEN, _E.DISMISSED): _S.DISMISSED,
    },
)


@dataclass(frozen=True, slots=True)
class Objection:
    """One objection to one receipt: who raised it, about what, and what was answered."""

    region_code: str
    id: str
    receipt_number: str
    person_id: str  # Whose insurance it is about.
    raised_by: str
    matter: Matter
    says: str
    raised_at: datetime
    state: ObjectionState
    version: int
    answer: str = ""
    answered_by: str | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file that was brought along (证据): its name and kind; what is in it stays sealed."""

    number: int
    name: str
    media_type: str
    size: int

    @property
    def size_label(self) -> str:
        """How large it is, as people say it."""
        if self.size >= _MEGABYTE:
            return f"{self.size / _MEGABYTE:.1f} MB"
        return f"{max(1, round(self.size / 1024))} KB"


@dataclass(eq=False)
class ObjectionTooLate(Refusal):
    """The days in which somebody may object are over."""

    days: int
    last_day: date


@dataclass(eq=False)
class MatterNeeded(Refusal):
    """Nothing was chosen that is not as it should be."""


@dataclass(eq=False)
class ObjectionUnexplained(Refusal):
    """An objection says in words what is wrong, and neither too little nor too much."""

    least: int
    most: int


@dataclass(eq=False)
class AnswerUnexplained(Refusal):
    """Who answers says why."""


@dataclass(eq=False)
class TooManyFiles(Refusal):
    """More files than an objection may bring."""

    most: int


@dataclass(eq=False)
class EvidenceTooLarge(Refusal):
    """A file is larger than one may be."""

    name: str
    most_mb: int


@dataclass(eq=False)
class FileKindUnknown(Refusal):
    """A file is no picture and no PDF, whatever its name says."""

    name: str


def last_day_to_object(paid_on: date, days: int) -> date:
    """The last day on which a payment may be objected to."""
    return paid_on + timedelta(days=days)


def must_be_in_time(paid_on: date, days: int, *, on: date) -> None:
    """See that a day is within those days. Raises ObjectionTooLate."""
    last = last_day_to_object(paid_on, days)
    if on > last:
        raise ObjectionTooLate(days, last)


def matter_of(text: str) -> Matter:
    """What was chosen. Raises MatterNeeded."""
    if text not in set(Matter):
        raise MatterNeeded
    return Matter(text)


def said_of(text: str) -> str:
    """What is wrong, as it was written. Raises ObjectionUnexplained."""
    written = " ".join(text.split())
    if not SAYS_LEAST <= len(written) <= SAYS_MOST:
        raise ObjectionUnexplained(SAYS_LEAST, SAYS_MOST)
    return written


def answer_of(text: str) -> str:
    """What a clerk answers, as it was written. Raises AnswerUnexplained."""
    written = " ".join(text.split())
    if not SAYS_LEAST <= len(written) <= SAYS_MOST:
        raise AnswerUnexplained
    return written


def evidence_of(number: int, name: str, content: bytes) -> Evidence:
    """A file somebody brings, if it is one we take. Raises EvidenceTooLarge or FileKindUnknown."""
    if len(content) > FILE_BYTES_MOST:
        raise EvidenceTooLarge(name, FILE_BYTES_MOST // _MEGABYTE)
    for beginning, (media_type, ending) in _BEGINNINGS.items():
        if content.startswith(beginning):
            stem = "".join(one for one in name.rpartition(".")[0] if one.isprintable())
            stem = "".join("_" if one in '/\\:*?"<>|' else one for one in stem)
            return Evidence(
                number, f"{stem[:NAME_MOST] or number}.{ending}", media_type, len(content)
            )
    raise FileKindUnknown(name)


def must_be_few(files: int) -> None:
    """See that no more files come than we take. Raises TooManyFiles."""
    if files > FILES_MOST:
        raise TooManyFiles(FILES_MOST)
