"""Kin (帮缴关系): whether a payer may see and pay what somebody else owes.

Who is paid for has the last word: what they forbid stays forbidden, whatever the payer knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from shebao.core.refusals import Refusal
from shebao.core.steps import Steps


class KinState(StrEnum):
    """Where it stands between a payer and a person."""

    ALLOWED = "allowed"  # 可以帮缴
    REMOVED = "removed"  # 付款人移出了常用家人
    FORBIDDEN = "forbidden"  # 本人不让缴


class KinEvent(StrEnum):
    """What can happen between them."""

    NAMED = "named"  # The payer showed again that they know the person.
    REMOVED = "removed"
    FORBIDDEN = "forbidden"
    ALLOWED_AGAIN = "allowed_again"


_S, _E = KinState, KinEvent
STEPS: Final = Steps(
    "kin",
    {
        (_S.ALLOWED, _E.NAMED): _S.ALLOWED,
        (_S.REMOVED, _E.NAMED): _S.ALLOWED,
        (_S.ALLOWED, _E.REMOVED): _S.REMOVED,
        (_S.ALLOWED, _E.FORBIDDEN): _S.FORBIDDEN,
        (_S.REMOVED, _E.FORBIDDEN): _S.FORBIDDEN,
        (_S.FORBIDDEN, _E.ALLOWED_AGAIN): _S.REMOVED,
    },
)


@dataclass(eq=False)
class ForbiddenByPerson(Refusal):
    """The person has said that this payer shall not pay for them."""


@dataclass(eq=False)
class PhoneCodeNeeded(Refusal):
    """On this channel the person must say yes by a code to their telephone."""


@dataclass(eq=False)
class PhoneNotTheirs(Refusal):
    """It is not the telephone the person themselves signed in with."""
