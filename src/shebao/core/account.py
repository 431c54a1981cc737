"""Account (缴费账户): what kind of account money is collected from, and how its number is shown."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

_SHOWN: Final = 4


class AccountKind(StrEnum):
    """What kind of account somebody lets money be collected from."""

    BANK_CARD = "bank_card"  # 银行卡
    SOCIAL_CARD = "social_card"  # 社会保障卡
    PENSION_AGREEMENT = "pension_agreement"  # 养老保险协议账户: wherever pension is taken from
    WALLET = "wallet"  # 电子钱包

    @property
    def label(self) -> str:
        """Its name, as people know it."""
        return _LABELS[self]


_LABELS: Final = {
    AccountKind.BANK_CARD: "银行卡",
    AccountKind.SOCIAL_CARD: "社会保障卡的银行账户",
    AccountKind.PENSION_AGREEMENT: "养老保险的协议账户",
    AccountKind.WALLET: "电子钱包",
}


def masked_account(number: str) -> str:
    """Hide an account's number but for its last four characters.

    >>> masked_account("6222021234567890123")
    '***************0123'
    """
    return "*" * max(len(number) - _SHOWN, _SHOWN) + number[-_SHOWN:]
