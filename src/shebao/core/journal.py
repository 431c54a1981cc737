"""Journal (总账): every movement of money, written twice, so that it sums to zero.

A line is positive where money rests and negative where it came from. Accounts are words
with a colon, such as ``clearing:wechat``: what a channel holds for us.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final, NewType

from shebao.core.channel import Method
from shebao.core.money import Money

Account = NewType("Account", str)
SUSPENSE: Final = Account("suspense:unapplied")  # 待处理款: money that does not fit.
REFUND_DUE: Final = Account("refund:due")  # 应退款: applied money that is to go back.
BANK: Final = Account("bank:settlement")  # 清算账户: what channels have handed over.
# 科目表: every account begins with one of these words. A region has accounts of its own, and
# what belongs to a fund, a method or an office says so after the colon.
CHART: Final[Mapping[str, str]] = MappingProxyType(
    {
        "clearing": "渠道待清算",
        "cash": "库存现金",
        "bank": "清算账户",
        "treasury": "已入库",
        "government": "政府承担",
        "fund": "基金",
        "suspense": "待处理款",
        "refund": "应退款",
        "difference": "对账差异",
        "fees": "手续费",
        "owed": "应收款",
    }
)
DEPOSITS: Final = Account("bank:deposits")  # 银行存款: cash the bank has confirmed.
TAKEN_TWICE: Final = Account("owed:taken_back")  # 应收: a bank took back what had gone back.


def clearing(method: Method) -> Account:
    """渠道待清算: what a channel holds for us."""
    return Account(f"clearing:{method}")


def fund(name: str) -> Account:
    """基金: what a fund has been paid, such as ``fund:pension``."""
    return Account(f"fund:{name}")


def government(share: str) -> Account:
    """政府承担: what government owes for a person, such as ``government:subsidy``."""
    return Account(f"government:{share}")


def fees(source: str) -> Account:
    """手续费: what a channel kept of the money it collected."""
    return Account(f"fees:{source}")


def treasury(name: str) -> Account:
    """已入库: what the treasury holds of a fund, such as ``treasury:pension``."""
    return Account(f"treasury:{name}")


def cash(office: str) -> Account:
    """库存现金: notes and coins at an office that are not in the bank yet."""
    return Account(f"cash:{office}")


def difference(source: str) -> Account:
    """对账差异: what a statement says and we do not know of, until somebody finds out."""
    return Account(f"difference:{source}")


def account_name(account: Account) -> str:
    """What an account is called (科目), by the word before its colon."""
    return CHART[account.partition(":")[0]]


def reversal(entry: Entry, *, reference: str, at: datetime) -> Entry:
    """The same lines the other way: nothing written is ever changed, only answered."""
    back = tuple(Line(line.account, -line.amount) for line in entry.lines)
    return Entry(entry.region_code, reference, at, back)


def till(office: str, clerk_id: str) -> Account:
    """钱箱: the cash in a clerk's hands, as their slips say."""
    assert ":" not in office + clerk_id
    return Account(f"cash:{office}:{clerk_id}")


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
        fens = [line.amount.fen for line in self.lines]
        assert sum(fens) == 0
        assert all(fens)
        assert len(fens) > 1
