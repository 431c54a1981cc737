"""UnionPay and the sandbox, which share no code, understand each other over real HTTP."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.gateways.rehearsal import clock, rehearsal
from tests.gateways.unionpay_side import arrived, asked, next_notice, paid, posted
from tests.openssl import holds

from shebao.core.channel import (
    Forged,
    Method,
    Outcome,
    Scene,
)
from shebao.core.ids import mint
from shebao.core.money import Money
from shebao.core.refusals import Unanswered
from shebao.gateways.unionpay.account import read_account
from shebao.gateways.unionpay.pay import CASHIER_LIVES, UnionPay


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


async def test_a_payment_from_the_form_to_the_notice(unionpay, town, charge, peer):
    charge = replace(charge, return_url="http://127.0.0.1:1/result/1")
    assert (await unionpay.inquire(charge.attempt_id)).outcome is Outcome.UNHEARD_OF
    answer = await arrived(unionpay, town, charge)
    page = await town.transport.ask(
        whom="browser", method="GET", url=town.url + answer.headers["location"], headers={}
    )
    assert "380.50 元" in page.body.decode()
    assert (await unionpay.inquire(charge.attempt_id)).outcome is Outcome.WAITING
    await town.pull(f"attempts/{charge.attempt_id}/pay")
    told = unionpay.open_notice(*await next_notice(peer), now=clock())
    assert (told.attempt_id, told.outcome) == (charge.attempt_id, Outcome.PAID)
    assert told.amount == charge.amount
    assert abs(told.happened_at - clock()) < timedelta(minutes=1)
    asked_for = await unionpay.inquire(charge.attempt_id)
    assert asked_for == replace(told, notice_id=None, says=asked_for.says)
    assert await unionpay.close(charge.attempt_id) is Outcome.PAID


async def test_openssl_believes_what_either_side_signed(unionpay, town, charge, tmp_path, peer):
    form = (await unionpay.begin(charge)).parameters
    assert holds(town.credentials / "unionpay_merchant_cert.pem", form)
    await arrived(unionpay, town, charge)
    await town.pull(f"attempts/{charge.attempt_id}/pay")
    _, body = await next_notice(peer)
    [heard] = [peer.asked[-1]]
    words = asked(heard)
    shown = tmp_path / "shown.pem"
    shown.write_text(words["signPubKeyCert"])
    assert body == heard.body
    assert holds(shown, words)


@pytest.mark.parametrize(("scene", "kind"), [(Scene.H5, "08"), (Scene.NATIVE, "07")])
async def test_the_form_says_what_the_payer_sits_at(unionpay, charge, scene, kind):
    cashier = await unionpay.begin(replace(charge, scene=scene))
    assert cashier.is_form
    assert cashier.parameters["channelType"] == kind


async def test_a_form_is_good_for_ten_minutes_and_never_longer_than_its_order(unionpay, charge):
    late, soon = clock() + timedelta(hours=1), clock() + timedelta(minutes=1)
    long = (await unionpay.begin(replace(charge, expires_at=late))).parameters
    short = (await unionpay.begin(replace(charge, expires_at=soon))).parameters
    assert int(long["payTimeout"]) <= int(wire(clock() + CASHIER_LIVES))
    assert int(short["payTimeout"]) <= int(wire(soon))


def wire(when):
    return (when + timedelta(hours=8)).strftime("%Y%m%d%H%M%S")


@pytest.mark.parametrize(
    "changed", [{"txnAmt": "1"}, {"backUrl": "http://127.0.0.1:1/mine"}, {"extra": "word"}]
)
async def test_a_form_changed_by_anybody_opens_nothing(unionpay, town, charge, changed):
    answer = await posted(town, await unionpay.begin(charge), **changed)
    assert answer.status == 400
    assert "验证签名失败" in answer.body.decode()
    assert (await unionpay.inquire(charge.attempt_id)).outcome is Outcome.UNHEARD_OF


async def test_the_same_form_may_be_posted_again_until_it_is_paid(unionpay, town, charge, peer):
    assert await unionpay.begin(charge) == await unionpay.begin(charge)
    await arrived(unionpay, town, charge)
    await paid(unionpay, town, charge, peer)
    answer = await posted(town, await unionpay.begin(charge))
    assert "重复交易" in answer.body.decode()


async def test_another_sum_under_the_same_number_is_refused(unionpay, town, charge):
    await arrived(unionpay, town, charge)
    other = await unionpay.begin(replace(charge, amount=Money.yuan("1")))
    assert "重复交易" in (await posted(town, other)).body.decode()


async def test_a_declined_or_left_cashier_leaves_the_attempt_open(unionpay, town, charge):
    await arrived(unionpay, town, charge)
    await town.pull(f"attempts/{charge.attempt_id}/decline")
    assert (await unionpay.inquire(charge.attempt_id)).outcome is Outcome.WAITING
    assert await unionpay.close(charge.attempt_id) is Outcome.WAITING


async def test_an_empty_card_is_a_no_and_the_next_card_may_still_pay(unionpay, town, charge, peer):
    await arrived(unionpay, town, charge)
    await town.pull(f"attempts/{charge.attempt_id}/pay", {"faults": ["insufficient_funds"]})
    told = await unionpay.inquire(charge.attempt_id)
    assert (told.outcome, told.says) == (Outcome.FAILED, "卡上的余额不足")
    assert await unionpay.close(charge.attempt_id) is Outcome.WAITING  # It is not over.
    await town.pull(f"attempts/{charge.attempt_id}/pay")
    assert unionpay.open_notice(*await next_notice(peer), now=clock()).outcome is Outcome.PAID


async def test_an_attempt_is_closed_when_its_time_is_over(
    unionpay, account, transport, town, charge
):
    await arrived(unionpay, town, charge)
    await town.pull(f"attempts/{charge.attempt_id}/expire")
    assert (await unionpay.inquire(charge.attempt_id)).outcome is Outcome.FAILED
    assert await unionpay.close(charge.attempt_id) is Outcome.WAITING
    later = UnionPay(account, transport, lambda: clock() + timedelta(minutes=11))
    assert await later.close(charge.attempt_id) is Outcome.CLOSED


async def test_what_no_bank_ever_answers_is_given_up_after_two_hours(
    account, transport, unionpay, town, charge
):
    await arrived(unionpay, town, charge)
    one = UnionPay(account, transport, lambda: clock() + timedelta(hours=1))
    three = UnionPay(account, transport, lambda: clock() + timedelta(hours=3))
    assert await one.close(charge.attempt_id) is Outcome.WAITING
    assert await three.close(charge.attempt_id) is Outcome.CLOSED


async def test_what_unionpay_does_not_know_yet_is_waited_for(unionpay, town, charge, peer):
    await paid(unionpay, town, charge, peer)
    await town.pull("faults", {"kind": "undecided", "on": "query"})
    assert (await unionpay.inquire(charge.attempt_id)).outcome is Outcome.WAITING
    assert (await unionpay.inquire(charge.attempt_id)).outcome is Outcome.PAID


@pytest.mark.parametrize("kind", ["system_error", "unavailable", "answer_lost"])
async def test_a_channel_in_trouble_has_not_answered(unionpay, town, charge, kind):
    await town.pull("faults", {"kind": kind, "on": "query"})
    with pytest.raises(Unanswered):
        await unionpay.inquire(charge.attempt_id)


async def test_a_forged_answer_is_never_believed(unionpay, town, charge):
    await town.pull("faults", {"kind": "answer_forged", "on": "query"})
    with pytest.raises(Forged, match="why=signature"):
        await unionpay.inquire(charge.attempt_id)


async def test_a_forged_notice_is_refused_and_the_true_one_follows(
    unionpay, town, charge, peer, reply
):
    peer.replies = [reply(401, b"FAIL"), reply(200, b"ok")]
    with pytest.raises(Forged, match="why=signature"):
        await paid(unionpay, town, charge, peer, faults=["notice_forged_first"])
    assert unionpay.open_notice(*await next_notice(peer), now=clock()).outcome is Outcome.PAID


async def test_a_notice_comes_again_until_it_is_accepted(tmp_path, transport, charge, peer, reply):
    async with rehearsal(tmp_path, transport, "--time-factor", "1/6000") as town:
        unionpay = UnionPay(read_account(town.credentials, base_url=town.url), transport, clock)
        peer.replies = [reply(204), reply(500), reply(*unionpay.accepted)]
        first = await paid(unionpay, town, charge, peer)
        again = unionpay.open_notice(*await next_notice(peer), now=clock())
        third = unionpay.open_notice(*await next_notice(peer), now=clock())
    assert first == again == third


async def test_each_way_of_paying_believes_only_its_own_notices(
    unionpay, transport, town, charge, peer
):
    cards = UnionPay(
        read_account(town.credentials, method=Method.CARD, base_url=town.url), transport, clock
    )
    await arrived(cards, town, charge)
    await town.pull(f"attempts/{charge.attempt_id}/pay")
    notice = await next_notice(peer)
    assert cards.open_notice(*notice, now=clock()).outcome is Outcome.PAID
    with pytest.raises(Forged, match="why=not_ours"):
        unionpay.open_notice(*notice, now=clock())
