"""Repair (差异处理): what can be done about a difference, safely, by two people.

Money they hold is taken in as if they had told us, and judged as all money is. What cannot be
told so is booked apart, by an entry that a second one can answer. Nothing is ever edited.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from shebao.core.books.reconciliation import (
    Difference,
    DifferenceKind,
    DifferenceState,
    Source,
    Subject,
)
from shebao.core.books.settlement import Claim
from shebao.core.channel import Method
from shebao.core.journal import (
    BANK,
    SUSPENSE,
    Account,
    Entry,
    Line,
    clearing,
    difference,
    treasury,
)
from shebao.core.money import ZERO
from shebao.core.policy.fund import Fund
from shebao.core.refusals import Refusal
from shebao.core.steps import Steps

NO_FUND: Final = "unassigned"  # 待明确: the treasury has it, and does not say for what.


class Remedy(StrEnum):
    """What is done about a difference (处理方式)."""

    TAKE_IN = "take_in"  # 补记入账: shelve it as told by the channel, and judge it
    BELIEVE_REFUND = "believe_refund"  # 确认已退: the channel says the refund is done
    CORRECT_AMOUNT = "correct_amount"  # 更正金额: what we were told was wrong; send it back again
    BOOK_APART = "book_apart"  # 挂账: into the account of differences, until it is known
    SENT_BY_HAND = "sent_by_hand"  # 线下已退: a person sent the money another way
    ANOTHER_CARD = "another_card"  # 退到另一张卡: the channel brings a refund to another card
    TRANSFER_OUT = "transfer_out"  # 转账退回: from our bank to an account of the payer's

    @property
    def names_an_account(self) -> bool:
        """Whether it is approved by who has read the account too."""
        return self in {Remedy.ANOTHER_CARD, Remedy.TRANSFER_OUT}


class RepairState(StrEnum):
    """Where a repair stands."""

    PROPOSED = "proposed"  # 待复核
    DONE = "done"  # 已执行
    DECLINED = "declined"  # 未同意
    UNDONE = "undone"  # 已冲回


class RepairEvent(StrEnum):
    """What can happen to a repair."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    DECLINED = "declined"
    UNDONE = "undone"


_S, _E = RepairState, RepairEvent
STEPS: Final = Steps(
    "repair",
    {
        (_S.PROPOSED, _E.APPROVED): _S.DONE,
        (_S.PROPOSED, _E.DECLINED): _S.DECLINED,
        (_S.DONE, _E.UNDONE): _S.UNDONE,
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """One proposal: what is to be done about which difference, or refund, and who said so."""

    region_code: str
    id: str
    difference_id: str | None
    refund_id: str | None
    remedy: Remedy
    says: str
    reference: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    undone_by: str | None
    state: RepairState
    version: int


@dataclass(eq=False)
class RemedyDoesNotFit(Refusal):
    """A difference of this kind is not mended in this way, or needs no mending."""

    kind: str
    remedy: str


@dataclass(eq=False)
class RepairCannotBeUndone(Refusal):
    """The money has gone on, and is answered by money, not by an entry."""

    remedy: str


def remedies(one: Difference) -> tuple[Remedy, ...]:
    """What may be done about a difference, the likeliest first; nothing when it needs nothing."""
    if one.state is not DifferenceState.OPEN or not one.stands:
        return ()
    if one.subject is Subject.SETTLEMENT:
        return (Remedy.BOOK_APART,) if one.kind is not DifferenceKind.SHORT else ()
    if one.subject is Subject.REFUND:
        believable = (Remedy.BELIEVE_REFUND,) if one.our_id and one.ours == ZERO else ()
        return (*believable, Remedy.BOOK_APART)
    if one.subject is Subject.REMITTANCE:
        return (Remedy.BOOK_APART,)  # Until the treasury has put its own books right.
    return {
        DifferenceKind.LONG: (Remedy.TAKE_IN,),
        DifferenceKind.UNKNOWN: (Remedy.TAKE_IN, Remedy.BOOK_APART),
        DifferenceKind.AMOUNT: (Remedy.CORRECT_AMOUNT, Remedy.BOOK_APART),
        DifferenceKind.SHORT: (Remedy.BOOK_APART,),
        DifferenceKind.DUPLICATE: (Remedy.BOOK_APART,),
    }.get(one.kind, ())


def entry_of(one: Difference, remedy: Remedy, *, repair_id: str, at: datetime) -> Entry | None:
    """The entry a remedy posts itself; none when what follows is judged as all money is."""
    against = {Remedy.BOOK_APART: difference(one.source), Remedy.CORRECT_AMOUNT: SUSPENSE}
    if remedy not in against:
        return None
    lines = Line(_held_in(one), one.gap), Line(against[remedy], -one.gap)
    return Entry(one.region_code, f"repair:{repair_id}", at, lines)


def _held_in(one: Difference) -> Account:
    """The account that a difference is about: a channel's, our bank's, or a fund's in treasury."""
    if one.source == Source.TREASURY:
        return treasury(_fund(one.our_id))
    return BANK if one.source == Source.BANK else clearing(Method(one.source))


def _fund(said: str) -> str:
    """The fund into which the treasury says a sum went; of none when it says nothing we know."""
    try:
        return Fund(Claim.parse(said).fund or "").value
    except ValueError:
        return NO_FUND
