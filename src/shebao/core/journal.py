"""Journal (总账): every movement of money, written twice, so that it sums to zero.

A line is positive where money rests and negative where it came from. Accounts are words
with a colon, such as ``clearing:wechat``: what a channel holds for us.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, NewType

from shebao.core.channel import Method
from shebao.core.money import ZERO, Money, total

Account = NewType("Account", str)
SUSPENSE: Final = Account("suspense:unapplied")  # 待处理款: money that does not fit.


def clearing(method: Method) -> Account:
    """渠道待清算: what a channel holds for us."""
    return Account(f"clearing:{method}")


def fund(name: str) -> Account:
    """基金: what a fund has been paid, such as ``fund:pension``."""
    return Account(f"fund:{name}")


def government(share: str) -> Account:
    """政府承担: what government owes for a person, such as ``government:subsidy``."""
    return Account(f"government:{share}")


@dataclass(frozen=True, slots=True)
class Line:
    """An amount into an account, or out of it when negative."""

    account: Account
    amount: Money


@dataclass(frozen=True, slots=True)
class Entry:
    """A set of lines that sums to zero, under a reference that is used once."""

    region_code: str
    reference: str
    at: datetime
    lines: tuple[Line, ...]

    def __post_init__(self) -> None:
        assert total(line.amount for line in self.lines) == ZERO
        assert all(line.amount != ZERO for line in self.lines)
        assert len(self.lines) > 1
