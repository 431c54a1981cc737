"""Agreement (协议): the words in which we and a bank speak of leave to collect from an account.

A bank is told the number of a *mandate*, which is ours; the number of the agreement is its
own. The number of an account passes through here and is never kept as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from shebao.core.account import AccountKind


class Standing(StrEnum):
    """How a bank says that an agreement stands."""

    WAITING = "waiting"  # The account holder has not signed yet.
    VALID = "valid"
    REFUSED = "refused"
    ENDED = "ended"
    UNHEARD_OF = "unheard_of"


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningWish:
    """What we ask a bank to have its account holder sign."""

    mandate_id: str
    fund: str
    name: str = field(repr=False)
    id_type: str
    id_number: str = field(repr=False)
    kinds: tuple[AccountKind, ...]
    beside: str = ""  # The agreement whose account alone may be signed; any, when empty.
    notify_url: str
    return_url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementTold:
    """What a bank said of one agreement, in a notice or in answer to a question."""

    mandate_id: str
    standing: Standing
    number: str = ""  # 协议号: the bank's own.
    account: str = field(default="", repr=False)
    kind: AccountKind | None = None
    bank: str = ""  # 开户行, in words.
    happened_at: datetime | None = None
    notice_id: str = ""
    says: str = ""
