"""Signing (签约): with whom a region lets people agree, and on which accounts, as its pack says."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from shebao.core.account import AccountKind
from shebao.core.channel import Method
from shebao.core.policy.fund import Fund

SIGN_SECONDS: Final = 1800


@dataclass(frozen=True, slots=True)
class AccountRule:
    """The one kind of account a fund is collected from, for some or for all of its people."""

    fund: Fund
    account: AccountKind
    also_pays: str = ""  # Only for those who belong to this scheme, too.


@dataclass(frozen=True, slots=True)
class AgreementTerms:
    """How a region collects by agreement. The first rule that fits says the account."""

    methods: tuple[Method, ...]
    accounts: tuple[AccountKind, ...]
    rules: tuple[AccountRule, ...] = ()
    sign_seconds: int = SIGN_SECONDS

    def accounts_for(self, fund: Fund, schemes: Collection[str]) -> tuple[AccountKind, ...]:
        """The kinds of account somebody in these schemes may let a fund be collected from."""
        for rule in self.rules:
            if rule.fund is fund and (not rule.also_pays or rule.also_pays in schemes):
                return (rule.account,)
        return self.accounts

    def moved(self, fund: Fund) -> AccountRule | None:
        """The rule that moves some people of a fund to the account of their pension, if any."""
        for rule in self.rules:
            if rule.fund is fund and rule.also_pays:
                return rule if rule.account is AccountKind.PENSION_AGREEMENT else None
        return None
