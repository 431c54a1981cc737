"""Face check (刷脸核验): a provider looks at a living face, and tells us yes or no; no image."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from shebao.core.refusals import Refusal
from shebao.core.steps import Steps


class FaceState(StrEnum):
    """Where a face check stands."""

    ASKED = "asked"  # 等待刷脸
    PASSED = "passed"  # 是本人
    FAILED = "failed"  # 没有通过
    USED = "used"  # 已登录


class FaceEvent(StrEnum):
    """What can happen to it."""

    PASSED = "passed"
    FAILED = "failed"
    USED = "used"


_S, _E = FaceState, FaceEvent
STEPS: Final = Steps(
    "face_check",
    {
        (_S.ASKED, _E.PASSED): _S.PASSED,
        (_S.ASKED, _E.FAILED): _S.FAILED,
        (_S.PASSED, _E.USED): _S.USED,
    },
)


class FaceOutcome(StrEnum):
    """What the provider says."""

    PENDING = "pending"
    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class FaceTold:
    """What the provider said of one check. There is no room for an image in it."""

    check_id: str
    outcome: FaceOutcome
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FaceBegun:
    """A check the provider has begun: its number there, and the page that prompts the payer."""

    reference: str
    url: str


@dataclass(eq=False)
class FaceNotPassed(Refusal):
    """The face is not the number's owner's, or nobody alive was seen."""

    reason: str


@dataclass(eq=False)
class FaceTriedTooOften(Refusal):
    """There were too many checks that failed today: another way must be used."""

    most: int


@dataclass(eq=False)
class FaceGone(Refusal):
    """The check is too old, or was used."""
