"""Other account (退到另一个账户): two people say where a refund goes that nobody could bring home.

The first writes the account down, and it is sealed at once; nobody is shown more than its last
digits again. So the second writes the number down once more, from the payer's paper. To another
card the channel brings the money; a transfer is made at the bank, under the bank's serial.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hmac import compare_digest

from shebao.core.books.repair import Remedy, Repair, RepairEvent, RepairState
from shebao.core.channel import PayerCard
from shebao.core.desk.clerk import Clerk, Duty
from shebao.core.desk.other_account import (
    AccountTypedOtherwise,
    BankSerialNeeded,
    CardNotOffered,
    Carrier,
    OtherAccount,
    account_digits,
)
from shebao.core.desk.request import evidence_of
from shebao.core.journal import BANK
from shebao.core.refund import ByHand, Refund, RefundEvent, RefundState
from shebao.gateways.channel import Elsewhere
from shebao.operations.books.two_people import second_person
from shebao.operations.desk.by_hand import NotByHand
from shebao.operations.desk.give_back import gone_back
from shebao.operations.world import World
from shebao.store import refunds
from shebao.store.books import repairs
from shebao.store.database import Tx
from shebao.store.desk import other_accounts
from shebao.store.desk.other_accounts import KeptAccount


def card_banks(world: World, refund: Refund) -> Mapping[str, str]:
    """The banks to whose cards a refund's channel can bring it; none when it can to no card."""
    channel: object = world.channels.get(refund.method)
    if refund.why is ByHand.ABNORMAL and isinstance(channel, Elsewhere):
        return channel.card_banks
    return {}


async def propose_account(
    world: World, clerk: Clerk, refund_id: str, *, account: OtherAccount, says: str
) -> str:
    """Propose that a refund goes to another account; the number of the proposal.

    Raises EvidenceNeeded, CardNotOffered, or NotByHand.
    """
    clerk.must(Duty.BOOKS_PROPOSE)
    says = evidence_of(says)
    async with world.db.transaction() as tx:
        refund = await _by_hand(tx, clerk, refund_id)
        to_card = account.carrier is Carrier.CHANNEL
        if to_card and account.bank not in card_banks(world, refund):
            raise CardNotOffered
        new = _proposal(world, clerk, refund_id, to_card=to_card, says=says)
        if not await repairs.insert(tx, new):
            raise NotByHand(refund_id)
        kept = _sealed(world, new, refund, account)
        await other_accounts.insert(tx, region_code=clerk.region_code, kept=kept)
    return new.id


async def approve_account(
    world: World, clerk: Clerk, repair_id: str, *, number: str, serial: str = ""
) -> None:
    """Agree as the second person, who has read the number too and made the transfer, if it is one.

    Raises LookupError, AnotherClerkNeeded, AccountTypedOtherwise, BankSerialNeeded, or NotByHand.
    """
    code, at = clerk.region_code, world.now()
    async with world.db.transaction() as tx:
        one = await repairs.lock(tx, region_code=code, repair_id=repair_id)
        second_person(one.proposed_by, clerk)
        kept = (await other_accounts.of_repairs(tx, region_code=code, repair_ids=[one.id]))[one.id]
        if not compare_digest(kept.number_hash, _hash(world, account_digits(number))):
            raise AccountTypedOtherwise
        serial = "".join(serial.split())
        if kept.carrier is Carrier.TRANSFER and not serial:
            raise BankSerialNeeded
        await repairs.step(tx, one, RepairEvent.APPROVED, clerk_id=clerk.id, at=at)
        refund = await _by_hand(tx, clerk, kept.refund_id)
        if kept.carrier is Carrier.CHANNEL:
            await refunds.redirect(tx, refund, repair_id=one.id)
            await refunds.step(tx, refund, RefundEvent.APPROVED, at=at)
        else:
            await repairs.sent_under(tx, one, serial=serial)
            await refunds.step(tx, refund, RefundEvent.SUCCEEDED, at=at)
            await gone_back(tx, refund, by=BANK, at=at)


async def accounts_of(
    world: World, region_code: str, waiting: Sequence[Repair]
) -> dict[str, KeptAccount]:
    """Where some proposals want refunds to go, by the proposal."""
    async with world.db.reading() as tx:
        return await other_accounts.of_repairs(
            tx, region_code=region_code, repair_ids=[one.id for one in waiting]
        )


async def card_for(world: World, refund: Refund) -> PayerCard:
    """The other card a refund was agreed to go to, opened for the channel's eyes."""
    assert refund.redirected_by is not None
    code, repair_id = refund.region_code, refund.redirected_by
    async with world.db.reading() as tx:
        found = await other_accounts.of_repairs(tx, region_code=code, repair_ids=[repair_id])
    kept = found[repair_id]
    return PayerCard(
        bank=kept.bank,
        number=world.vault.open(kept.number_sealed),
        holder=world.vault.open(kept.holder_sealed),
    )


async def _by_hand(tx: Tx, clerk: Clerk, refund_id: str) -> Refund:
    """A refund that waits for a person, held. Raises NotByHand."""
    try:
        refund = await refunds.lock(tx, region_code=clerk.region_code, refund_id=refund_id)
    except LookupError:
        raise NotByHand(refund_id) from None
    if refund.state is not RefundState.MANUAL:
        raise NotByHand(refund_id)
    return refund


def _proposal(world: World, clerk: Clerk, refund_id: str, *, to_card: bool, says: str) -> Repair:
    return Repair(
        region_code=clerk.region_code,
        id=world.mint("rep"),
        difference_id=None,
        refund_id=refund_id,
        remedy=Remedy.ANOTHER_CARD if to_card else Remedy.TRANSFER_OUT,
        says=says,
        reference="",
        proposed_by=clerk.id,
        proposed_at=world.now(),
        decided_by=None,
        decided_at=None,
        undone_by=None,
        state=RepairState.PROPOSED,
        version=1,
    )


def _sealed(world: World, repair: Repair, refund: Refund, account: OtherAccount) -> KeptAccount:
    return KeptAccount(
        repair_id=repair.id,
        refund_id=refund.id,
        amount=refund.amount,
        carrier=account.carrier,
        bank=account.bank,
        number_sealed=world.vault.seal(account.number),
        number_hash=_hash(world, account.number),
        number_masked=account.number_masked,
        holder_sealed=world.vault.seal(account.holder),
        holder_masked=account.holder_masked,
    )


def _hash(world: World, number: str) -> bytes:
    return world.vault.hash("other account", number)
