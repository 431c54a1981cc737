"""Service schema: what a scheme's file says of topping up an account, and of a break in payment."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from shebao.core.money import Money
from shebao.core.policy.scheme import GapTerms, Source, TopUpTerms
from shebao.store.packs.values import Amount, Id, Model


class TopUpModel(Model):
    """[top_up]: who may put money into a personal account, how much, and through which ways in."""

    on: bool
    member_of: Id
    per_year: Amount
    channels: Annotated[list[Id], Field(min_length=1)]

    def terms(self) -> TopUpTerms:
        """The same, as the core knows it; where it is switched off, no way in offers it."""
        offered = frozenset(self.channels) if self.on else frozenset[str]()
        most: Money = self.per_year
        return TopUpTerms(self.member_of, most, offered)


class GapModel(Model):
    """[gap]: how many months may be missed, and how long cover waits after more."""

    months: Annotated[int, Field(ge=1, le=24)]
    wait_months: Annotated[int, Field(ge=1, le=24)]
    source: Id

    def terms(self, source: Source) -> GapTerms:
        """The same, as the core knows it."""
        return GapTerms(self.months, self.wait_months, source)
