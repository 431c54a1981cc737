"""Money that Alipay gives back goes back once, and no telling of it is taken for a payment."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.gateways.alipay_side import next_notice, paid
from tests.gateways.rehearsal import clock

from shebao.core.channel import ChannelRefused, Outcome, RefundOutcome, Return, ReturnTold, Scene
from shebao.core.ids import mint
from shebao.core.money import Money
from shebao.core.refusals import Unanswered
from shebao.gateways.alipay.account import read_account
from shebao.gateways.alipay.pay import Alipay


@pytest.fixture
def alipay(town, transport):
    return Alipay(read_account(town.credentials, base_url=town.url), transport, clock)


@pytest.fixture
def code(charge, peer, reply):
    peer.replies = [reply(200, b"success") for _ in range(9)]
    return replace(
        charge,
        attempt_id=mint("att", clock(), os.urandom),
        expires_at=clock() + timedelta(minutes=10),
        notify_url=f"{peer.url}/notices/alipay",
        scene=Scene.NATIVE,
    )


@pytest.fixture
def asked_back(code):
    return Return(
        refund_id=mint("ref", clock(), os.urandom),
        attempt_id=code.attempt_id,
        amount=Money.yuan("100"),
        paid=code.amount,
        reason="重复缴费",
        notify_url=code.notify_url,
    )


async def test_money_goes_back_and_its_notice_is_no_payment(alipay, town, code, asked_back, peer):
    await paid(alipay, town, code, peer)
    told = await alipay.give_back(asked_back)
    assert (told.outcome, told.amount) == (RefundOutcome.SUCCEEDED, asked_back.amount)
    again = await alipay.give_back(asked_back)
    assert (again.outcome, again.amount) == (RefundOutcome.SUCCEEDED, asked_back.amount)
    notice = alipay.open_notice(*await next_notice(peer), now=clock())
    assert isinstance(notice, ReturnTold)
    assert (notice.refund_id, notice.outcome) == (asked_back.refund_id, RefundOutcome.PROCESSING)
    after = await alipay.inquire_return(asked_back.refund_id, attempt_id=code.attempt_id)
    assert after == again
    attempt = await alipay.inquire(code.attempt_id)
    assert (attempt.outcome, attempt.amount) == (Outcome.PAID, code.amount)


async def test_what_was_given_back_whole_was_paid_all_the_same(
    alipay, town, code, asked_back, peer
):
    await paid(alipay, town, code, peer)
    await alipay.give_back(replace(asked_back, amount=code.amount))
    notice = alipay.open_notice(*await next_notice(peer), now=clock())
    assert isinstance(notice, ReturnTold)
    assert (await alipay.inquire(code.attempt_id)).outcome is Outcome.PAID
    assert await alipay.close(code.attempt_id) is Outcome.PAID


async def test_a_refund_that_does_not_move_is_asked_for_again(alipay, town, code, asked_back, peer):
    await paid(alipay, town, code, peer)
    await town.pull("faults", {"kind": "refund_abnormal"})
    assert (await alipay.give_back(asked_back)).outcome is RefundOutcome.PROCESSING
    stuck = await alipay.inquire_return(asked_back.refund_id, attempt_id=code.attempt_id)
    assert stuck.outcome is RefundOutcome.UNHEARD_OF
    assert (await alipay.give_back(asked_back)).outcome is RefundOutcome.SUCCEEDED


async def test_a_refund_that_nobody_answered_is_found_by_asking(
    alipay, town, code, asked_back, peer
):
    await paid(alipay, town, code, peer)
    await town.pull("faults", {"kind": "answer_lost", "on": "refund"})
    with pytest.raises(Unanswered):
        await alipay.give_back(asked_back)
    found = await alipay.inquire_return(asked_back.refund_id, attempt_id=code.attempt_id)
    assert found.outcome is RefundOutcome.SUCCEEDED


async def test_a_refund_in_a_moment_of_trouble_has_not_moved(alipay, town, code, asked_back, peer):
    await paid(alipay, town, code, peer)
    await town.pull("faults", {"kind": "system_error", "on": "refund"})
    with pytest.raises(Unanswered):
        await alipay.give_back(asked_back)
    found = await alipay.inquire_return(asked_back.refund_id, attempt_id=code.attempt_id)
    assert found.outcome is RefundOutcome.UNHEARD_OF


@pytest.mark.parametrize(
    ("amount", "code_of_alipay"),
    [("100", "SELLER_BALANCE_NOT_ENOUGH"), ("380.51", "REFUND_AMT_NOT_EQUAL_TOTAL")],
)
async def test_a_refund_beyond_what_is_there_is_refused(
    alipay, town, code, asked_back, peer, amount, code_of_alipay
):
    await paid(alipay, town, code, peer)
    await town.pull("faults", {"kind": "refund_not_enough"})
    with pytest.raises(ChannelRefused, match=code_of_alipay):
        await alipay.give_back(replace(asked_back, amount=Money.yuan(amount)))
    await town.ask("DELETE", "/sandbox/faults")
