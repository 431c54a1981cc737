"""Plea (请家人代付): a link by which somebody asks a relative to pay some bills of theirs.

It shows no number, is good once and for a while, and lets nobody see more than these bills.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from shebao.core.refusals import Refusal
from shebao.core.steps import Steps


class PleaState(StrEnum):
    """Where a plea stands."""

    OPEN = "open"  # 等待家人打开
    TAKEN = "taken"  # 家人已答应
    WITHDRAWN = "withdrawn"  # 已撤回


class PleaEvent(StrEnum):
    """What can happen to it."""

    TAKEN = "taken"
    WITHDRAWN = "withdrawn"


_S, _E = PleaState, PleaEvent
STEPS: Final = Steps(
    "plea",
    {
        (_S.OPEN, _E.TAKEN): _S.TAKEN,
        (_S.OPEN, _E.WITHDRAWN): _S.WITHDRAWN,
        (_S.TAKEN, _E.WITHDRAWN): _S.WITHDRAWN,
    },
)


@dataclass(eq=False)
class PleaGone(Refusal):
    """The link is too old, was taken back, or somebody else has taken it."""


@dataclass(eq=False)
class PleaOfYourOwn(Refusal):
    """Somebody opened the link they made themselves."""


@dataclass(eq=False)
class NotOfferedHere(Refusal):
    """This entry channel does not offer it."""

    channel: str
