"""Money goes back through UnionPay once, however often it is asked for, or is left to a person."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.gateways.rehearsal import PATIENCE_SECONDS, clock
from tests.gateways.unionpay_side import next_notice, paid

from shebao.core.channel import ChannelRefused, RefundOutcome, Return
from shebao.core.ids import mint
from shebao.core.money import Money
from shebao.core.refusals import Unanswered
from shebao.gateways.unionpay.account import read_account
from shebao.gateways.unionpay.pay import UnionPay


@pytest.fixture
def account(town):
    return read_account(town.credentials, base_url=town.url)


@pytest.fixture
def unionpay(account, transport):
    return UnionPay(account, transport, clock)


@pytest.fixture
def charge(charge, peer, reply):
    peer.replies = [reply(200, b"ok") for _ in range(9)]
    return replace(
        charge,
        attempt_id=mint("att", clock(), os.urandom),
        expires_at=clock() + timedelta(minutes=30),
        notify_url=f"{peer.url}/notices/unionpay",
    )


@pytest.fixture
def back(charge):
    """All of the money, back again."""
    return Return(
        refund_id=mint("rfd", clock(), os.urandom),
        attempt_id=charge.attempt_id,
        amount=charge.amount,
        paid=charge.amount,
        reason="重复付款，原路退回",
        notify_url=charge.notify_url,
    )


async def refunded(unionpay, back):
    """How a refund stands once it stands somewhere."""
    until = clock() + timedelta(seconds=PATIENCE_SECONDS)
    while clock() < until:
        told = await unionpay.inquire_return(back.refund_id, attempt_id=back.attempt_id)
        if told.outcome is not RefundOutcome.PROCESSING:
            return told
    raise AssertionError("the refund does not end")


async def test_money_goes_back_in_parts(unionpay, town, charge, back, peer):
    money = await paid(unionpay, town, charge, peer)
    first = replace(back, amount=Money.yuan("100"), reference=money.reference)
    second = replace(first, refund_id=mint("rfd", clock(), os.urandom), amount=Money.yuan("280.50"))
    assert (await unionpay.give_back(first)).outcome is RefundOutcome.PROCESSING
    told = await refunded(unionpay, first)
    assert (told.outcome, told.amount) == (RefundOutcome.SUCCEEDED, Money.yuan("100"))
    noticed = unionpay.open_notice(*await next_notice(peer), now=clock())
    assert noticed == replace(told, notice_id=noticed.notice_id)
    await unionpay.give_back(second)
    assert (await refunded(unionpay, second)).outcome is RefundOutcome.SUCCEEDED
    third = replace(second, refund_id=mint("rfd", clock(), os.urandom), amount=Money.yuan("0.01"))
    with pytest.raises(ChannelRefused, match="36"):
        await unionpay.give_back(third)


async def test_asking_twice_for_one_refund_gives_back_once(unionpay, town, charge, back, peer):
    money = await paid(unionpay, town, charge, peer)
    asked_back = replace(back, reference=money.reference)
    await unionpay.give_back(asked_back)
    again = await unionpay.give_back(asked_back)
    assert again.outcome in {RefundOutcome.PROCESSING, RefundOutcome.SUCCEEDED}
    await refunded(unionpay, asked_back)
    held = await town.ask("GET", "/sandbox/ledger")
    one = [money for money in held["payments"] if money["out_trade_no"] == charge.attempt_id]
    assert [money["refunded_fen"] for money in one] == [38050]


async def test_a_refund_nobody_is_sure_of_is_found_by_asking(unionpay, town, charge, back, peer):
    money = await paid(unionpay, town, charge, peer)
    await town.pull("faults", {"kind": "undecided", "on": "refund"})
    with pytest.raises(Unanswered):
        await unionpay.give_back(replace(back, reference=money.reference))
    assert (await refunded(unionpay, back)).outcome is RefundOutcome.SUCCEEDED


@pytest.mark.parametrize("kind", ["refund_abnormal", "refund_closed"])
async def test_a_refund_the_bank_refuses_is_left_to_a_person(
    unionpay, town, charge, back, peer, kind
):
    money = await paid(unionpay, town, charge, peer)
    await town.pull("faults", {"kind": kind})
    await unionpay.give_back(replace(back, reference=money.reference))
    assert (await refunded(unionpay, back)).outcome is RefundOutcome.ABNORMAL


async def test_a_refund_unionpay_never_saw_is_unheard_of(unionpay, back):
    told = await unionpay.inquire_return(back.refund_id, attempt_id=back.attempt_id)
    assert told.outcome is RefundOutcome.UNHEARD_OF


async def test_a_refund_without_its_payment_is_refused(unionpay, back):
    with pytest.raises(ChannelRefused, match="35"):
        await unionpay.give_back(replace(back, reference="202612011159301234567"))
