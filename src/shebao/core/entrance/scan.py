"""Scan (扫码登录): a desktop shows a code, the telephone that is signed in says yes or no."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from shebao.core.refusals import Refusal
from shebao.core.steps import Steps


class ScanState(StrEnum):
    """Where a code stands."""

    SHOWN = "shown"  # 等待扫码
    LOOKED_AT = "looked_at"  # 已扫码，等待确认
    AGREED = "agreed"  # 已确认
    REFUSED = "refused"  # 已拒绝
    USED = "used"  # 已登录


class ScanEvent(StrEnum):
    """What can happen to it."""

    SCANNED = "scanned"
    AGREED = "agreed"
    REFUSED = "refused"
    USED = "used"


_S, _E = ScanState, ScanEvent
STEPS: Final = Steps(
    "scan",
    {
        (_S.SHOWN, _E.SCANNED): _S.LOOKED_AT,
        (_S.LOOKED_AT, _E.AGREED): _S.AGREED,
        (_S.LOOKED_AT, _E.REFUSED): _S.REFUSED,
        (_S.AGREED, _E.USED): _S.USED,
    },
)


@dataclass(eq=False)
class ScanGone(Refusal):
    """The code is too old, was used, or was refused."""


@dataclass(eq=False)
class ScanOfSomebodyElse(Refusal):
    """Another telephone has scanned the code, or the password was another person's."""
