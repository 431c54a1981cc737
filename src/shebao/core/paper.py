"""Paper (缴费凭证): what the receipt of one bill says to the person who reads it.

The titles are the city's own (缴费回执, 社会保险费缴费凭证, 电子缴款凭证); everything else is
the same everywhere. Whether names and numbers stand there whole or masked is decided here, before
the words leave the core: what must not be seen never reaches the printer.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

from shebao.core.capitals import in_capitals
from shebao.core.identity import IdNumber
from shebao.core.money import Money, total
from shebao.core.person import masked_name

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U.
_CODE_LETTERS: Final = 8
_CODE_BITS: Final = 5
_MISREAD: Final = str.maketrans("OIL", "011", "- ")
_SECRET_BYTES_MIN: Final = 16


@dataclass(frozen=True, slots=True, repr=False)
class Party:
    """A person the receipt names."""

    name: str
    number: IdNumber

    def __repr__(self) -> str:
        return f"Party({masked_name(self.name)} {self.number})"


@dataclass(frozen=True, slots=True)
class Office:
    """An office that paid for many: it has no number, and nothing to hide."""

    name: str


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One line of the receipt: a fund, its period, how its amount came about."""

    item: str  # 城乡居民基本养老保险费
    period: str  # 2026-01-01 至 2026-12-31
    base: str  # 缴费基数或档次: 5,000.00 元/年
    rate: str  # 费率: 20%, or empty where none applies
    amount: Money


@dataclass(frozen=True, slots=True)
class PaperSource:
    """A document the amount rests on, and the arithmetic that follows from it."""

    title: str
    number: str  # 甬人社发〔2023〕41号, or empty
    arithmetic: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptPaper:
    """All that a receipt says. ``whole`` tells whether its reader may see names in full."""

    title: str
    number: str
    region: str
    collector: str  # 征收机关
    payer: Party | Office
    insured: Party
    rows: tuple[PaperRow, ...]
    total: Money
    paid_at: str  # Asia/Shanghai, as it is printed: 2026-11-21 15:14:08
    method: str  # 微信支付
    channel_reference: str
    ticket_number: str | None  # 电子税票号码; None until the tax office has issued one
    sources: tuple[PaperSource, ...]
    verify_code: str
    verify_url: str
    voided: bool = False
    void_reason: str = ""  # 重复缴费
    voided_at: str = ""  # Asia/Shanghai, as it is printed
    gone_back: bool = False  # What it was given for is with its payer again.
    whole: bool = False
    hides_payer: bool = False  # The reader was paid for by somebody whose number is not theirs.

    def __post_init__(self) -> None:
        assert self.rows
        assert self.total == total(row.amount for row in self.rows)
        assert self.number.isascii()

    @property
    def capitals(self) -> str:
        """The total as nobody can alter it with a stroke."""
        return in_capitals(self.total)

    def name_of(self, party: Party | Office) -> str:
        """A person's name, as much of it as the reader may see."""
        shown = isinstance(party, Office) or self._shows(party)
        return party.name if shown else masked_name(party.name)

    def number_of(self, party: Party | Office) -> str:
        """A person's number, as much of it as the reader may see; nothing of an office."""
        if isinstance(party, Office):
            return ""
        return party.number.whole if self._shows(party) else party.number.masked

    def _shows(self, party: Party) -> bool:
        return self.whole and not (self.hides_payer and party is self.payer)


def thousands(amount: Money) -> str:
    """Write an amount with its thousands apart, as pages and papers do: 1,000.00.

    >>> thousands(Money.yuan("12345.6"))
    '12,345.60'
    """
    yuan, fen = divmod(abs(amount.fen), 100)
    return f"{'-' if amount.fen < 0 else ''}{yuan:,}.{fen:02d}"


def verify_code(number: str, secret: bytes) -> str:
    """Derive the code printed beside a receipt's number, such as 7Q4K-92MD.

    Only who holds the secret can tell which code belongs to a number, so a number that was
    guessed opens nothing.
    """
    assert len(secret) >= _SECRET_BYTES_MIN
    digest = hmac.digest(secret, f"receipt\n{number}".encode(), hashlib.sha256)
    bits = int.from_bytes(digest[: _CODE_LETTERS * _CODE_BITS // 8])
    letters = "".join(
        _ALPHABET[bits >> (_CODE_BITS * place) & 31] for place in reversed(range(_CODE_LETTERS))
    )
    return f"{letters[:4]}-{letters[4:]}"


def is_code_of(number: str, code: str, secret: bytes) -> bool:
    """Tell whether a code belongs to a number, forgiving O for 0, I and L for 1, and case."""
    expected = verify_code(number, secret).replace("-", "")
    given = code.strip().upper().translate(_MISREAD)
    return hmac.compare_digest(given.encode(), expected.encode())
