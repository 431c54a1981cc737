"""A refund nobody could bring home goes to another account that two people have read."""

from dataclasses import replace
from typing import ClassVar

import pytest
from tests.operations.refunding import BEIJING, appoint, broken, legs, refund_ends

from shebao.core.books.repair import RemedyDoesNotFit
from shebao.core.channel import ChannelRefused, Method, RefundOutcome, ReturnTold
from shebao.core.desk.clerk import Duty
from shebao.core.desk.other_account import (
    AccountNumberUnclear,
    AccountTypedOtherwise,
    BankNeeded,
    BankSerialNeeded,
    CardNotOffered,
    Carrier,
    other_account,
)
from shebao.core.desk.request import AnotherClerkNeeded, EvidenceNeeded, RequestState
from shebao.core.refund import ByHand, RefundState
from shebao.operations.books import mend
from shebao.operations.books.look import repairs_waiting
from shebao.operations.books.other_account import (
    accounts_of,
    approve_account,
    card_banks,
    card_for,
    propose_account,
)
from shebao.operations.desk.by_hand import NotByHand
from shebao.operations.refund import advance_refunds, judge_refund_notices
from shebao.store import notices
from shebao.store.notices import Notice

NUMBER = "6222 0212 3456 7890 123"
DIGITS = "6222021234567890123"
SEEN = "看过缴费人的身份证和新卡，填了退费申请表"


@pytest.fixture
async def stuck(paid, agreed, cashier, world, clock):
    """A refund to a card that is closed, which waits for a person."""
    await cashier.fault("refund_abnormal", count=50)  # Refunds of other rooms may be on their way.
    await refund_ends(world, paid, agreed, clock)
    await cashier.well_again()
    refund = await paid.refund(agreed)
    assert (refund.state, refund.why) == (RefundState.MANUAL, ByHand.ABNORMAL)
    return refund


@pytest.fixture
async def first(world):
    return await appoint(world, Duty.BOOKS_PROPOSE, Duty.BOOKS_APPROVE)


@pytest.fixture
async def second(world):
    return await appoint(world, Duty.BOOKS_APPROVE, name="周建国")


def card(bank="ICBC_DEBIT"):
    return other_account(Carrier.CHANNEL, bank=bank, number=NUMBER, holder="王小芳")


def account():
    return other_account(Carrier.TRANSFER, bank="中国工商银行", number=NUMBER, holder="王小芳")


@pytest.fixture
async def proposed(world, stuck, first):
    """The proposal to bring it to another card."""
    return await propose_account(world, first, stuck.id, account=card(), says=SEEN)


async def test_the_channel_brings_it_to_another_card_and_the_request_is_done(
    world, paid, agreed, stuck, proposed, second, clock
):
    await approve_account(world, second, proposed, number=DIGITS)
    assert (await paid.refund(agreed)).state is RefundState.APPROVED
    await refund_ends(world, paid, agreed, clock)
    assert (await paid.refund(agreed)).state is RefundState.SUCCEEDED
    assert (await paid.request(agreed)).state is RequestState.DONE
    moved = await legs(world, f"refund:{stuck.id}")
    assert moved == {"refund:due": 120000, "clearing:wechat": -120000}
    assert await broken(world) == {}


async def test_an_account_is_sealed_and_only_its_last_digits_are_shown(world, stuck, proposed):
    waiting = [one for one in await repairs_waiting(world, BEIJING) if one.id == proposed]
    kept = (await accounts_of(world, BEIJING, waiting))[proposed]
    assert (kept.number_masked, kept.holder_masked) == ("***************0123", "王*芳")
    assert "6222" not in repr((kept, card(), waiting))
    opened = await card_for(world, replace(stuck, redirected_by=proposed))
    assert (opened.bank, opened.number, opened.holder) == ("ICBC_DEBIT", DIGITS, "王小芳")


async def test_the_second_person_reads_the_number_from_the_paper_too(
    world, paid, agreed, proposed, first, second
):
    with pytest.raises(AnotherClerkNeeded):
        await approve_account(world, first, proposed, number=DIGITS)
    with pytest.raises(AccountTypedOtherwise):
        await approve_account(world, second, proposed, number=DIGITS[:-1] + "4")
    with pytest.raises(RemedyDoesNotFit):
        await mend.approve(world, second, proposed)
    assert (await paid.refund(agreed)).state is RefundState.MANUAL
    await approve_account(world, second, proposed, number="6222-0212-3456-7890-123")
    assert (await paid.refund(agreed)).redirected_by == proposed


async def test_one_proposal_at_a_time_says_where_a_refund_goes(world, stuck, proposed, first):
    with pytest.raises(NotByHand):
        await propose_account(world, first, stuck.id, account=account(), says=SEEN)
    await mend.decline(world, first, proposed)
    assert await propose_account(world, first, stuck.id, account=account(), says=SEEN)


async def test_a_card_is_offered_where_the_channel_can_bring_money_to_it(world, stuck, first):
    assert card_banks(world, stuck)["CMB_DEBIT"] == "招商银行"
    assert card_banks(world, replace(stuck, why=ByHand.REFUSED)) == {}
    assert card_banks(world, replace(stuck, method=Method.CASH)) == {}
    with pytest.raises(CardNotOffered):
        await propose_account(world, first, stuck.id, account=card("工商银行"), says=SEEN)
    with pytest.raises(EvidenceNeeded):
        await propose_account(world, first, stuck.id, account=card(), says=" ")


async def told_of(world, told):
    """A notice of a refund comes in and is judged."""
    async with world.db.transaction() as tx:
        shelf = [Notice(BEIJING, Method.WECHAT, world.now(), "", b"{}", told)]
        await notices.shelve(tx, shelf)
    await judge_refund_notices(world, BEIJING)


async def test_an_old_notice_of_the_closed_card_is_nothing_and_one_of_success_is_believed(
    world, paid, agreed, stuck, proposed, second, clock
):
    await approve_account(world, second, proposed, number=DIGITS)
    clock.passes(seconds=10)
    await advance_refunds(world, BEIJING)
    abnormal, succeeded = (
        ReturnTold(stuck.id, outcome, notice_id=f"{outcome}{stuck.id}")
        for outcome in (RefundOutcome.ABNORMAL, RefundOutcome.SUCCEEDED)
    )
    await told_of(world, abnormal)
    assert (await paid.refund(agreed)).state is RefundState.SENT
    await told_of(world, succeeded)
    assert (await paid.refund(agreed)).state is RefundState.SUCCEEDED


async def test_silence_about_the_new_card_is_answered_by_asking(
    world, paid, agreed, proposed, second, cashier, clock
):
    await approve_account(world, second, proposed, number=DIGITS)
    await cashier.fault("unavailable", on="refund", count=3)
    clock.passes(seconds=10)
    await advance_refunds(world, BEIJING)
    assert (await paid.refund(agreed)).state is RefundState.UNKNOWN
    await cashier.well_again()
    clock.passes(hours=1)
    await refund_ends(world, paid, agreed, clock)
    assert (await paid.refund(agreed)).state is RefundState.SUCCEEDED


async def test_a_transfer_leaves_our_bank_under_the_banks_serial(
    world, paid, agreed, stuck, first, second
):
    repair_id = await propose_account(world, first, stuck.id, account=account(), says=SEEN)
    with pytest.raises(BankSerialNeeded):
        await approve_account(world, second, repair_id, number=DIGITS, serial=" ")
    await approve_account(world, second, repair_id, number=DIGITS, serial="B2024 0077")
    assert (await paid.refund(agreed)).state is RefundState.SUCCEEDED
    moved = await legs(world, f"refund:{stuck.id}")
    assert moved == {"refund:due": 120000, "bank:settlement": -120000}
    assert await broken(world) == {}


@pytest.mark.parametrize(
    ("carrier", "bank", "number", "refused"),
    [
        (Carrier.CHANNEL, "ICBC_DEBIT", "62220212345", AccountNumberUnclear),
        (Carrier.CHANNEL, "ICBC_DEBIT", "6222021234567890123x", AccountNumberUnclear),
        (Carrier.TRANSFER, "工商银行", "1234567", AccountNumberUnclear),
        (Carrier.TRANSFER, " ", NUMBER, BankNeeded),
    ],
)
def test_what_cannot_be_an_account_is_not_written_down(carrier, bank, number, refused):
    with pytest.raises(refused):
        other_account(carrier, bank=bank, number=number, holder="王小芳")


class NeverHome:
    """A channel for which no card takes money, or that brings it to no other card at all."""

    card_banks: ClassVar = {"ICBC_DEBIT": "工商银行"}

    def __init__(self, *no):
        self.no, self.asked = no, []

    async def inquire_return(self, refund_id, *, attempt_id):
        assert attempt_id
        return ReturnTold(refund_id, RefundOutcome.ABNORMAL, reference="50300")

    async def give_back(self, asked):
        return ReturnTold(asked.refund_id, RefundOutcome.ABNORMAL)

    async def give_back_elsewhere(self, refund_id, *, reference, card):
        self.asked.append((reference, card.number))
        for refused in self.no:
            raise refused
        return ReturnTold(refund_id, RefundOutcome.PROCESSING)


async def test_a_card_that_takes_nothing_either_is_asked_once_and_needs_a_person_again(
    world, paid, agreed, stuck, proposed, first, second, clock
):
    channel = NeverHome()
    await approve_account(world, second, proposed, number=DIGITS)
    await refund_ends(replace(world, channels={Method.WECHAT: channel}), paid, agreed, clock)
    refund = await paid.refund(agreed)
    assert (refund.state, refund.why) == (RefundState.MANUAL, ByHand.ABNORMAL)
    assert channel.asked == [("50300", DIGITS)]
    assert await propose_account(world, first, stuck.id, account=account(), says=SEEN)


async def test_a_card_the_channel_refuses_needs_a_person_who_asks_it_why(
    world, paid, agreed, proposed, second, clock
):
    channel = NeverHome(ChannelRefused("wechat", "RULE_LIMIT", "收款账户不支持"))
    await approve_account(world, second, proposed, number=DIGITS)
    await refund_ends(replace(world, channels={Method.WECHAT: channel}), paid, agreed, clock)
    refund = await paid.refund(agreed)
    assert (refund.state, refund.why) == (RefundState.MANUAL, ByHand.REFUSED)
