"""One payment for several receiving accounts, from beginning to notice, over real HTTP."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.gateways.alipay_side import next_notice
from tests.gateways.far_side import NOW
from tests.gateways.rehearsal import clock

from shebao.core.channel import (
    ChannelRefused,
    Forged,
    Outcome,
    Part,
    RefundOutcome,
    Return,
    Scene,
)
from shebao.core.ids import mint
from shebao.core.money import Money
from shebao.core.refusals import Unanswered
from shebao.gateways.wechat.account import read_account
from shebao.gateways.wechat.pay import WeChatPay

OTHER = "1900000777"


def number():
    return mint("att", clock(), os.urandom)


@pytest.fixture
def wechat(town, transport):
    account = read_account(town.credentials, base_url=town.url)
    elsewhere = replace(account, receivers={"320400": OTHER})
    return WeChatPay(elsewhere, transport, clock, os.urandom)


@pytest.fixture
def whole(charge, peer):
    return replace(
        charge,
        attempt_id=number(),
        scene=Scene.NATIVE,
        expires_at=clock() + timedelta(minutes=10),
        notify_url=f"{peer.url}/notices/wechat",
    )


@pytest.fixture
def parts():
    return [
        Part("330200", number(), Money.yuan("300.50"), "养老"),
        Part("320400", number(), Money.yuan("80"), "医疗"),
    ]


@pytest.fixture
def numbers(parts):
    return [part.attempt_id for part in parts]


async def test_all_parts_are_paid_at_once_and_told_one_by_one(
    wechat, town, whole, parts, numbers, peer
):
    cashier = await wechat.together.begin(whole, parts)
    assert cashier.code.startswith("weixin://")
    waiting = await wechat.together.inquire(whole.attempt_id, numbers)
    assert [told.outcome for told in waiting] == [Outcome.WAITING] * 2
    await town.pull(f"attempts/{whole.attempt_id}/pay")
    heard = await next_notice(peer)
    told = wechat.together.open_notice(*heard, now=clock())
    assert [(one.attempt_id, one.outcome, one.amount) for one in told] == [
        (part.attempt_id, Outcome.PAID, part.amount) for part in parts
    ]
    assert len({one.notice_id for one in told} | {one.reference for one in told}) == 4
    asked = await wechat.together.inquire(whole.attempt_id, numbers)
    assert asked == [replace(one, notice_id=None) for one in told]
    assert await wechat.together.close(whole.attempt_id, parts) is Outcome.PAID
    with pytest.raises(Forged, match="unreadable"):
        wechat.open_notice(*heard, now=clock())  # It is not about one attempt.


async def test_a_part_is_given_back_by_its_own_number(wechat, town, whole, parts):
    await wechat.together.begin(whole, parts)
    await town.pull(f"attempts/{whole.attempt_id}/pay")
    paid = parts[0].amount
    asked = Return(
        mint("rfd", clock(), os.urandom), parts[0].attempt_id, paid, paid, "误收", whole.notify_url
    )
    assert (await wechat.give_back(asked)).outcome is RefundOutcome.PROCESSING


@pytest.mark.parametrize(
    ("scene", "given"), [(Scene.H5, "url"), (Scene.JSAPI, "parameters"), (Scene.APP, "parameters")]
)
async def test_every_scene_has_its_cashier(wechat, whole, parts, scene, given):
    openid = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"
    cashier = await wechat.together.begin(replace(whole, scene=scene, openid=openid), parts)
    assert getattr(cashier, given)


async def test_closing_lets_nobody_pay_any_part(wechat, whole, parts, numbers):
    await wechat.together.begin(whole, parts)
    assert await wechat.together.close(whole.attempt_id, parts) is Outcome.CLOSED
    told = await wechat.together.inquire(whole.attempt_id, numbers)
    assert [one.outcome for one in told] == [Outcome.CLOSED] * 2


async def test_beginning_again_is_safe_and_with_other_parts_refused(wechat, whole, parts):
    assert await wechat.together.begin(whole, parts) == await wechat.together.begin(whole, parts)
    other = [replace(parts[0], amount=parts[1].amount), replace(parts[1], amount=parts[0].amount)]
    with pytest.raises(ChannelRefused, match="OUT_TRADE_NO_USED"):
        await wechat.together.begin(whole, other)


async def test_beginning_what_was_paid_is_unknown_until_we_inquire(wechat, town, whole, parts):
    await wechat.together.begin(whole, parts)
    await town.pull(f"attempts/{whole.attempt_id}/pay")
    with pytest.raises(Unanswered):
        await wechat.together.begin(whole, parts)


async def test_what_wechat_never_saw(wechat, whole, parts, numbers):
    told = await wechat.together.inquire(whole.attempt_id, numbers)
    assert [one.outcome for one in told] == [Outcome.UNHEARD_OF] * 2
    assert await wechat.together.close(whole.attempt_id, parts) is Outcome.UNHEARD_OF


async def test_an_answer_about_other_parts_is_not_believed(wechat, whole, parts, numbers):
    await wechat.together.begin(whole, parts)
    with pytest.raises(Forged, match="not_asked_for"):
        await wechat.together.inquire(whole.attempt_id, numbers[:1])


@pytest.mark.parametrize(
    "changed",
    [
        {"combine_mchid": "1900000009"},
        {"combine_appid": "wx9"},
        {"sub_orders": []},
        {"sub_orders": 1},
    ],
)
def test_a_notice_about_somebody_else_or_nothing_is_not_ours(
    golden_account, transport, platform, changed
):
    words = {
        "combine_appid": platform.facts["appid"],
        "combine_mchid": platform.facts["mchid"],
        "combine_out_trade_no": "whole-1",
        "sub_orders": [
            {
                "out_trade_no": "part-1",
                "trade_state": "NOTPAY",
                "amount": {"total_amount": 1, "currency": "CNY"},
            }
        ],
    }
    together = WeChatPay(golden_account, transport, lambda: NOW, os.urandom).together
    true = platform.notice(json.dumps(words).encode())
    assert together.open_notice(platform.headers(true), true, now=NOW)[0].attempt_id == "part-1"
    lie = platform.notice(json.dumps(words | changed).encode())
    with pytest.raises(Forged):
        together.open_notice(platform.headers(lie), lie, now=NOW)
