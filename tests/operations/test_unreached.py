"""A channel that was not reached, or said no, holds nobody up: the payer begins again at once."""

from __future__ import annotations

import secrets
from dataclasses import replace

import pytest
from tests.operations.at_the_cashier import attempt_of

from shebao.app import now
from shebao.core.channel import ChannelRefused, Method
from shebao.core.order import OrderState
from shebao.core.refusals import Unreached
from shebao.gateways.wechat.account import read_account
from shebao.gateways.wechat.pay import WeChatPay
from shebao.operations.pay import pay

NOBODY = "http://127.0.0.1:1"


@pytest.fixture
def cut_off(world, config, transport):
    """The same world, with a channel that cannot be reached."""
    account = read_account(config.credentials, base_url=NOBODY)
    channel = WeChatPay(account, transport, now, secrets.token_bytes)
    return replace(world, channels={Method.WECHAT: channel})


async def test_what_never_left_is_no_attempt_to_wait_for(cut_off, wish, order_id, household):
    with pytest.raises(Unreached):
        await pay(cut_off, wish)
    assert (await attempt_of(cut_off, order_id)).state == "failed"
    assert await household.state(order_id) is OrderState.PAYING


async def test_when_the_channel_can_be_reached_again_the_order_is_paid_there(
    world, cut_off, wish, order_id, household, cashier, tell
):
    with pytest.raises(Unreached):
        await pay(cut_off, wish)
    await pay(world, wish)
    again = await attempt_of(world, order_id)
    await tell(again.id, "1200.00")
    assert await household.state(order_id) is OrderState.PAID


async def test_what_the_channel_said_when_it_refused_is_kept_for_the_payer(
    world, wish, order_id, config, transport, household
):
    account = replace(
        read_account(config.credentials, base_url=config.sandbox_url), appid="wx0000000000000000"
    )
    stranger = WeChatPay(account, transport, now, secrets.token_bytes)
    with pytest.raises(ChannelRefused) as refused:
        await pay(replace(world, channels={Method.WECHAT: stranger}), wish)
    attempt = await attempt_of(world, order_id)
    assert (attempt.state, attempt.says) == ("failed", refused.value.says)
    assert attempt.says
    assert await household.state(order_id) is OrderState.PAYING
