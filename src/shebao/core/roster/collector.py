"""Collector (代收单位): a school, a village, a community or an agent who collects for many people.

A collector is an office with clerks. What it may collect is said scheme by scheme, and where a
region wants it, for one category or one district only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from shebao.core.refusals import Refusal
from shebao.core.steps import Steps


class CollectorKind(StrEnum):
    """What kind of place it is."""

    SCHOOL = "school"  # 学校
    VILLAGE = "village"  # 村
    COMMUNITY = "community"  # 社区
    AGENT = "agent"  # 单位代办

    @property
    def label(self) -> str:
        """The kind as people call it."""
        return _LABELS[self]


_LABELS: Final[Mapping[CollectorKind, str]] = {
    CollectorKind.SCHOOL: "学校",
    CollectorKind.VILLAGE: "村",
    CollectorKind.COMMUNITY: "社区",
    CollectorKind.AGENT: "单位代办",
}


class CollectorState(StrEnum):
    """Where a collector stands."""

    ACTIVE = "active"  # 在用
    CLOSED = "closed"  # 已停用


class CollectorEvent(StrEnum):
    """What can happen to a collector."""

    ADDED = "added"
    SCOPES_GIVEN = "scopes_given"
    CLOSED = "closed"
    OPENED_AGAIN = "opened_again"


_S, _E = CollectorState, CollectorEvent
STEPS: Final = Steps(
    "collector",
    {
        (_S.ACTIVE, _E.SCOPES_GIVEN): _S.ACTIVE,
        (_S.ACTIVE, _E.CLOSED): _S.CLOSED,
        (_S.CLOSED, _E.OPENED_AGAIN): _S.ACTIVE,
    },
)


@dataclass(frozen=True, slots=True)
class Scope:
    """What may be collected: a scheme, and of it everybody, or one category or district only."""

    scheme: str
    category: str | None = None
    district: str | None = None

    def covers(self, category: str | None, district: str | None) -> bool:
        """Whether somebody of this category and district is inside."""
        return self.category in {None, category} and self.district in {None, district}


@dataclass(frozen=True, slots=True)
class Collector:
    """One collector. Its office is the word its clerks carry."""

    region_code: str
    id: str
    office: str
    name: str
    kind: CollectorKind
    scopes: tuple[Scope, ...]
    state: CollectorState = CollectorState.ACTIVE
    version: int = 1

    def scopes_of(self, scheme: str) -> tuple[Scope, ...]:
        """What it may collect of a scheme. Raises SchemeNotCollected."""
        found = tuple(scope for scope in self.scopes if scope.scheme == scheme)
        if not found:
            raise SchemeNotCollected(self.name)
        return found


@dataclass(eq=False)
class CollectorUnknown(Refusal):
    """The region has no collector of this office."""

    office: str


@dataclass(eq=False)
class OfficeTaken(Refusal):
    """Another collector of the region has this office."""

    office: str


@dataclass(eq=False)
class NotACollector(Refusal):
    """A clerk's office collects for nobody, or not any more."""

    office: str


@dataclass(eq=False)
class ScopeNeeded(Refusal):
    """A collector that may collect nothing is none."""


@dataclass(eq=False)
class SchemeNotCollected(Refusal):
    """The collector was not given this scheme."""

    collector: str
