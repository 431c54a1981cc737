"""Mandate (扣款授权): leave to collect what one person owes to one fund from one account.

A mandate is signed at the bank by whoever holds the account, and only the bank's own word
makes it active. One person has one mandate in force a fund: a new one is signed before the
old one ends. A mandate that is being ended collects nothing any more, whatever the bank says.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from shebao.core.account import AccountKind
from shebao.core.agreement import AgreementTold, Standing
from shebao.core.channel import Method
from shebao.core.policy.fund import Fund
from shebao.core.steps import Steps


class MandateState(StrEnum):
    """Where a mandate stands."""

    DRAFT = "draft"  # 待提交
    PENDING_BANK = "pending_bank"  # 待银行签约
    ACTIVE = "active"  # 已生效
    SUSPENDED = "suspended"  # 已暂停
    CANCELLING = "cancelling"  # 正在解约
    CANCELLED = "cancelled"  # 已解约
    REFUSED = "refused"  # 银行未通过
    LAPSED = "lapsed"  # 超时未签

    @property
    def in_force(self) -> bool:
        """Whether it is the person's one mandate for its fund."""
        return self in {MandateState.ACTIVE, MandateState.SUSPENDED}

    @property
    def being_signed(self) -> bool:
        """Whether the account holder may still sign it."""
        return self in {MandateState.DRAFT, MandateState.PENDING_BANK}


class MandateEvent(StrEnum):
    """What can happen to a mandate."""

    SUBMITTED = "submitted"
    CONFIRMED = "confirmed"
    CONFIRMED_LATE = "confirmed_late"  # Signed after its time, and still wanted.
    REFUSED = "refused"
    LAPSED = "lapsed"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    REPLACED = "replaced"  # Another account was signed in its place.
    UNWANTED = "unwanted"  # Signed after all, but on a wrong account, or with another in force.
    CANCEL_ASKED = "cancel_asked"
    CANCELLED = "cancelled"  # The bank says that it has ended.


_S, _E = MandateState, MandateEvent
STEPS: Final = Steps(
    "mandate",
    {
        (_S.DRAFT, _E.SUBMITTED): _S.PENDING_BANK,
        (_S.DRAFT, _E.CONFIRMED): _S.ACTIVE,  # We asked, and did not hear the answer.
        (_S.DRAFT, _E.REFUSED): _S.REFUSED,
        (_S.DRAFT, _E.LAPSED): _S.LAPSED,
        (_S.DRAFT, _E.UNWANTED): _S.CANCELLING,
        (_S.PENDING_BANK, _E.CONFIRMED): _S.ACTIVE,
        (_S.PENDING_BANK, _E.REFUSED): _S.REFUSED,
        (_S.PENDING_BANK, _E.LAPSED): _S.LAPSED,
        (_S.PENDING_BANK, _E.UNWANTED): _S.CANCELLING,
        (_S.PENDING_BANK, _E.CANCEL_ASKED): _S.CANCELLING,
        (_S.LAPSED, _E.CONFIRMED_LATE): _S.ACTIVE,
        (_S.LAPSED, _E.UNWANTED): _S.CANCELLING,
        (_S.ACTIVE, _E.SUSPENDED): _S.SUSPENDED,
        (_S.SUSPENDED, _E.RESUMED): _S.ACTIVE,
        (_S.ACTIVE, _E.REPLACED): _S.CANCELLING,
        (_S.SUSPENDED, _E.REPLACED): _S.CANCELLING,
        (_S.ACTIVE, _E.CANCEL_ASKED): _S.CANCELLING,
        (_S.SUSPENDED, _E.CANCEL_ASKED): _S.CANCELLING,
        (_S.ACTIVE, _E.CANCELLED): _S.CANCELLED,  # The account holder ended it at the bank.
        (_S.SUSPENDED, _E.CANCELLED): _S.CANCELLED,
        (_S.CANCELLING, _E.CANCELLED): _S.CANCELLED,
    },
)


@dataclass(frozen=True, slots=True)
class SignedAccount:
    """The account a mandate stands on: hidden, sealed, and recognised by its keyed hash."""

    kind: AccountKind
    bank: str
    masked: str
    sealed: bytes = field(repr=False)
    hash: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Mandate:
    """One mandate. Its id is the number the bank knows it by until it gives its own."""

    region_code: str
    id: str
    person_id: str
    fund: Fund
    method: Method
    state: MandateState
    version: int
    created_at: datetime
    expires_at: datetime  # Until when it may be signed.
    account: SignedAccount | None = None
    agreement: str = ""  # 协议号
    signed_at: datetime | None = None
    sign_url: str = ""
    says: str = ""


def meaning(
    mandate: Mandate,
    told: AgreementTold,
    *,
    in_force: Mandate | None,
    allowed: Collection[AccountKind],
) -> tuple[tuple[Mandate, MandateEvent], ...]:
    """What a bank's word about a mandate does: the steps taken, in order; none, if nothing new.

    ``in_force`` is the other mandate of this person for this fund that holds today.
    """
    assert told.mandate_id == mandate.id
    assert in_force is None or in_force.id != mandate.id
    if told.standing is Standing.VALID:
        return _signed(mandate, told, in_force=in_force, allowed=allowed)
    events: tuple[MandateEvent, ...] = {
        Standing.REFUSED: (MandateEvent.REFUSED,),
        Standing.ENDED: (MandateEvent.CANCELLED, MandateEvent.REFUSED),
        Standing.UNHEARD_OF: (),
        Standing.WAITING: (),
    }[told.standing]
    if told.standing is Standing.UNHEARD_OF and mandate.state is MandateState.CANCELLING:
        events = (MandateEvent.CANCELLED,)  # What the bank never had needs no ending.
    return tuple((mandate, one) for one in events if STEPS.allows(mandate.state, one))[:1]


def _signed(
    mandate: Mandate,
    told: AgreementTold,
    *,
    in_force: Mandate | None,
    allowed: Collection[AccountKind],
) -> tuple[tuple[Mandate, MandateEvent], ...]:
    """A newer signature takes the place of an older one; what comes too late does not."""
    if not STEPS.allows(mandate.state, MandateEvent.UNWANTED):
        return ()
    late = mandate.state is MandateState.LAPSED
    if told.kind not in allowed or (late and in_force is not None):
        return ((mandate, MandateEvent.UNWANTED),)
    event = MandateEvent.CONFIRMED_LATE if late else MandateEvent.CONFIRMED
    before = ((in_force, MandateEvent.REPLACED),) if in_force is not None else ()
    return (*before, (mandate, event))
