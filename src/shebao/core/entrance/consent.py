"""Consent (同意): what somebody agreed to about their personal information, in which version.

The rules and the sensitive part are agreed to apart: numbers of certificates, of telephones and
of accounts, and a face, are never bundled with the rest (个人信息保护法, articles 14, 15 and 29).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from shebao.core.refusals import Refusal
from shebao.core.steps import Steps


class ConsentKind(StrEnum):
    """What is agreed to."""

    RULES = "rules"  # 个人信息处理规则
    SENSITIVE = "sensitive"  # 敏感个人信息

    @property
    def label(self) -> str:
        """What it is called."""
        return _LABELS[self]


class ConsentState(StrEnum):
    """Where a consent stands."""

    GIVEN = "given"  # 已同意
    WITHDRAWN = "withdrawn"  # 已撤回


class ConsentEvent(StrEnum):
    """What can happen to it."""

    WITHDRAWN = "withdrawn"
    GIVEN_AGAIN = "given_again"


_LABELS: Final[Mapping[ConsentKind, str]] = {
    ConsentKind.RULES: "个人信息处理规则",
    ConsentKind.SENSITIVE: "敏感个人信息的处理",
}
_S, _E = ConsentState, ConsentEvent
STEPS: Final = Steps(
    "consent",
    {
        (_S.GIVEN, _E.WITHDRAWN): _S.WITHDRAWN,
        (_S.WITHDRAWN, _E.GIVEN_AGAIN): _S.GIVEN,
    },
)


@dataclass(eq=False)
class ConsentNeeded(Refusal):
    """Somebody has not agreed to the version in force, or has withdrawn."""


@dataclass(eq=False)
class ConsentMissing(Refusal):
    """One of the two was not ticked."""

    kind: ConsentKind
