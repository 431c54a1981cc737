"""Fund (基金) and payer (承担方): where the money of a contribution goes, and whose it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from shebao.core.money import Money


class Fund(StrEnum):
    """A fund keeps its own books: money of one is never lent to another."""

    PENSION = "pension"  # 养老保险
    MEDICAL = "medical"  # 医疗保险
    MEDICAL_ACCOUNT = "medical_account"  # 医保个人账户: one person's own, topped up by them
    LONG_TERM_CARE = "long_term_care"  # 长期护理保险
    UNEMPLOYMENT = "unemployment"  # 失业保险

    @property
    def label(self) -> str:
        """The fund's own name, as people know it."""
        return _FUNDS[self]


class Payer(StrEnum):
    """Whose money a share of a contribution is."""

    PERSONAL = "personal"  # 个人缴费
    GOVERNMENT = "government"  # 政府代缴: in the person's place, so the person owes less
    SUBSIDY = "subsidy"  # 缴费补贴: on top, into the person's own account
    FISCAL = "fiscal"  # 财政补助: on top, into the common pool

    @property
    def label(self) -> str:
        """Who that is, in words."""
        return _PAYERS[self]


_FUNDS: Final[Mapping[Fund, str]] = {
    Fund.PENSION: "养老保险",
    Fund.MEDICAL: "医疗保险",
    Fund.MEDICAL_ACCOUNT: "医保个人账户",
    Fund.LONG_TERM_CARE: "长期护理保险",
    Fund.UNEMPLOYMENT: "失业保险",
}
_PAYERS: Final[Mapping[Payer, str]] = {
    Payer.PERSONAL: "个人缴费",
    Payer.GOVERNMENT: "政府代缴",
    Payer.SUBSIDY: "缴费补贴",
    Payer.FISCAL: "财政补助",
}


@dataclass(frozen=True, slots=True)
class Share:
    """What one payer gives to one fund."""

    fund: Fund
    payer: Payer
    amount: Money
