"""Refusals: the ways things go wrong, which are three.

*Refusal*: the answer is no, we know why, and the person asking can do something about it.
*Unanswered*: we asked somebody outside and do not know what they did. Never retry blindly:
ask again what became of the first attempt.
*AssertionError*: we are wrong. Stop, roll back, wake somebody.

A refusal carries facts, never sentences. The sentences a person reads are in
``web/messages/``, one for each code, and a test sees that none is missing.
Each module defines the refusals of its own subject; here is what they have in common.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar


class Refusal(Exception):  # noqa: N818  A refusal is an answer, not an error.
    """The answer is no. The code is part of the public API and never changes."""

    code: ClassVar[str]

    def __init_subclass__(cls) -> None:
        cls.code = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    def __str__(self) -> str:
        facts = " ".join(f"{name}={value}" for name, value in vars(self).items())
        return f"{self.code} {facts}".rstrip()


@dataclass(eq=False)
class Unanswered(Exception):  # noqa: N818  Not an error either: we do not know yet.
    """Somebody outside did not answer. What we asked for may or may not have happened."""

    whom: str


@dataclass(eq=False)
class Unreached(Unanswered):
    """Nobody was there to ask: what we wanted has certainly not happened."""


@dataclass(eq=False)
class StepNotAllowed(Refusal):
    """A thing cannot take this step from where it stands."""

    thing: str
    state: str
    event: str


@dataclass(eq=False)
class NotYours(Refusal):
    """A thing belongs to somebody else. Told apart from *no such thing* only in our logs."""

    thing: str
