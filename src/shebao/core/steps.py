"""Steps: a table of which event takes a thing from which state to which, and nothing else does.

Every machine of the house is one of these tables. The pictures in ``docs/generated/states.md``
are drawn from them, and every pair of state and event is tested.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Generic, TypeVar

from shebao.core.refusals import StepNotAllowed

State = TypeVar("State", bound=StrEnum)
Event = TypeVar("Event", bound=StrEnum)


class Steps(Generic[State, Event]):
    """The steps one kind of thing may take."""

    def __init__(self, thing: str, table: Mapping[tuple[State, Event], State]) -> None:
        self.thing = thing
        self.table: Mapping[tuple[State, Event], State] = MappingProxyType(dict(table))

    def after(self, state: State, event: Event) -> State:
        """The state a thing is in once the event has happened. Raises StepNotAllowed."""
        try:
            return self.table[state, event]
        except KeyError:
            raise StepNotAllowed(self.thing, state, event) from None

    def allows(self, state: State, event: Event) -> bool:
        """Whether the event may happen in this state."""
        return (state, event) in self.table
