"""Credential (登录密码): the user name and password somebody chose, and what is wrong with them.

A password is judged by its length and by what everybody would try first; what it must contain is
little, because a rule that is hard to follow makes people write it down.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from shebao.core.refusals import Refusal
from shebao.core.steps import Steps

FEWEST: Final = 8
MOST: Final = 64
LONG: Final = 12
_PART: Final = 6  # So many characters of a number of yours make a password easy to guess.
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{3,19}")
_KINDS: Final = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^A-Za-z0-9]")
_STRONG_KINDS: Final = 3
_COMMON: Final = re.compile(
    r"(?i)(.)\1{4,}.{0,4}|(password|passw0rd|qwerty|asdf|abcd?|admin|iloveyou|woaini|5201314|shebao|"
    r"welcome|letmein|a1b2c3|1q2w3e|qazwsx|zxcvbn)[\W\d_]*"
)
_RUNS: Final = ("01234567890", "09876543210", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop")


class CredentialState(StrEnum):
    """Where somebody's password stands."""

    IN_USE = "in_use"  # 可以用
    REMOVED = "removed"  # 已停用


class CredentialEvent(StrEnum):
    """What can happen to it."""

    CHOSEN = "chosen"
    CHANGED = "changed"
    RESET = "reset"  # 忘记密码，短信重设
    REMOVED = "removed"


_S, _E = CredentialState, CredentialEvent
STEPS: Final = Steps(
    "credential",
    {
        (_S.IN_USE, _E.CHANGED): _S.IN_USE,
        (_S.IN_USE, _E.RESET): _S.IN_USE,
        (_S.IN_USE, _E.REMOVED): _S.REMOVED,
        (_S.REMOVED, _E.CHOSEN): _S.IN_USE,
    },
)


class Strength(StrEnum):
    """How hard a password is to guess."""

    FAIR = "fair"  # 可以
    STRONG = "strong"  # 很强


@dataclass(eq=False)
class UserNameWrong(Refusal):
    """A user name has 4 to 20 small letters, digits or _, and begins with a letter."""

    found: int


@dataclass(eq=False)
class UserNameTaken(Refusal):
    """Somebody else in the city has this user name."""


@dataclass(eq=False)
class PasswordLengthWrong(Refusal):
    """A password has 8 to 64 characters."""

    found: int


@dataclass(eq=False)
class PasswordTooPlain(Refusal):
    """It has characters of one kind only, or is one that everybody would try."""


@dataclass(eq=False)
class PasswordTellsOfYou(Refusal):
    """It holds the owner's number, birthday, telephone or user name."""


@dataclass(eq=False)
class PasswordsDiffer(Refusal):
    """It was typed differently the second time."""


def parse_user_name(text: str) -> str:
    """Read a user name. Capitals are small letters here.

    >>> parse_user_name(" Wang_1975 ")
    'wang_1975'
    """
    name = text.strip().lower()
    if _NAME.fullmatch(name) is None:
        raise UserNameWrong(len(name))
    return name


def check_password(password: str, *, of_owner: Iterable[str]) -> Strength:
    """Judge a new password, knowing what belongs to its owner and is easy to find out."""
    if not FEWEST <= len(password) <= MOST:
        raise PasswordLengthWrong(len(password))
    lowered = password.lower()
    if any(own and _tells(lowered, own.lower()) for own in of_owner):
        raise PasswordTellsOfYou
    kinds = sum(re.search(kind, password) is not None for kind in _KINDS)
    if kinds < 2 or _COMMON.fullmatch(password) or _is_a_run(lowered):  # noqa: PLR2004
        raise PasswordTooPlain
    return Strength.STRONG if kinds >= _STRONG_KINDS and len(password) >= LONG else Strength.FAIR


def _tells(password: str, own: str) -> bool:
    """Whether a password holds a part of something of its owner's."""
    parts = {own[at : at + _PART] for at in range(len(own) - _PART + 1)} or {own}
    return any(part in password for part in parts)


def _is_a_run(password: str) -> bool:
    """Whether it is little more than neighbours on the keyboard: abc12345, qwert67890."""
    rest = password
    for run in _RUNS:
        for length in range(len(run), 2, -1):
            for at in range(len(run) - length + 1):
                rest = rest.replace(run[at : at + length], "")
    return len(rest) < 3  # noqa: PLR2004
