"""A refund whose payer's card is closed comes home another way."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.gateways.alipay_side import next_notice
from tests.gateways.rehearsal import clock, rehearsal

from shebao.core.channel import ChannelRefused, PayerCard, RefundOutcome, Return, Scene
from shebao.core.ids import mint
from shebao.gateways.wechat.account import read_account
from shebao.gateways.wechat.pay import WeChatPay

CARD = PayerCard("ICBC_DEBIT", "6222021234567890123", "王小芳")
ARGUMENTS = {"public_key": (), "certificate": ("--signer", "certificate")}


@pytest.fixture(scope="module", params=list(ARGUMENTS))
async def town(request, tmp_path_factory, transport):
    folder = tmp_path_factory.mktemp(request.param)
    always = ("--time-factor", "1/6000")
    async with rehearsal(folder, transport, *always, *ARGUMENTS[request.param]) as town:
        yield town, request.param


@pytest.fixture
def wechat(town, transport):
    place, mode = town
    account = read_account(place.credentials, base_url=place.url)
    in_certificate_mode = {"public_key_id": None, "trusted": {}}
    account = replace(account, **({} if mode == "public_key" else in_certificate_mode))
    return WeChatPay(account, transport, clock, os.urandom)


@pytest.fixture
async def stuck(wechat, town, charge, peer):
    """A refund that could not be brought home."""
    place, _ = town
    charge = replace(
        charge,
        attempt_id=mint("att", clock(), os.urandom),
        scene=Scene.NATIVE,
        expires_at=clock() + timedelta(minutes=10),
        notify_url=f"{peer.url}/notices/wechat",
    )
    await wechat.begin(charge)
    await place.pull(f"attempts/{charge.attempt_id}/pay", {"faults": ["notice_never"]})
    await place.pull("faults", {"kind": "refund_abnormal"})
    number = mint("rfd", clock(), os.urandom)
    sum_ = charge.amount
    await wechat.give_back(Return(number, charge.attempt_id, sum_, sum_, "误收", charge.notify_url))
    told = wechat.open_notice(*await next_notice(peer), now=clock())
    assert (told.refund_id, told.outcome) == (number, RefundOutcome.ABNORMAL)
    return told


@pytest.mark.parametrize("card", [CARD, None])
async def test_it_goes_to_another_card_or_to_our_own_account(wechat, stuck, peer, card):
    ask = {"reference": stuck.reference, "card": card}
    told = await wechat.give_back_elsewhere(stuck.refund_id, **ask)
    assert told.outcome is RefundOutcome.PROCESSING
    again = await wechat.give_back_elsewhere(stuck.refund_id, **ask)
    assert again.refund_id == stuck.refund_id
    heard = wechat.open_notice(*await next_notice(peer), now=clock())
    assert (heard.refund_id, heard.outcome) == (stuck.refund_id, RefundOutcome.SUCCEEDED)
    asked = await wechat.inquire_return(stuck.refund_id)
    assert (asked.outcome, asked.amount) == (RefundOutcome.SUCCEEDED, stuck.amount)


async def test_a_card_that_is_none_is_refused(wechat, stuck):
    with pytest.raises(ChannelRefused, match="PARAM_ERROR"):
        await wechat.give_back_elsewhere(
            stuck.refund_id, reference=stuck.reference, card=replace(CARD, number="12")
        )


async def test_a_refund_wechat_does_not_know_is_refused(wechat):
    with pytest.raises(ChannelRefused, match="RESOURCE_NOT_EXISTS"):
        await wechat.give_back_elsewhere("rfd-nobodys", reference="503", card=None)


def test_a_card_is_never_written_into_a_log():
    assert "6222" not in repr(CARD)
    assert "王" not in repr(CARD)
