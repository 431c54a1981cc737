"""Look at books: the trial balance, and the promises asked of everything written so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shebao.core.journal import Account
from shebao.core.money import ZERO, Money, total
from shebao.operations.world import World
from shebao.store import journal, promises


@dataclass(frozen=True, slots=True)
class Books:
    """What every account holds, and what breaks a promise: nothing, if all is well."""

    balances: tuple[tuple[str, Account, Money], ...]
    broken: Mapping[str, list[str]]

    @property
    def sum(self) -> Money:
        """What all accounts come to together: zero."""
        return total(amount for _, _, amount in self.balances)

    @property
    def kept(self) -> bool:
        """Whether the journal sums to zero and no promise is broken."""
        return self.sum == ZERO and not any(self.broken.values())


async def look_at_books(world: World) -> Books:
    """One moment of the books, added up and asked."""
    async with world.db.snapshot() as tx:
        return Books(tuple(await journal.trial_balance(tx)), await promises.broken(tx))
