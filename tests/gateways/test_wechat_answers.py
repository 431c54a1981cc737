"""What we make of WeChat's answers: done, no, unknown, or forged. Never the wrong one."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from shebao.core.channel import ChannelRefused, Forged, Outcome, RefundOutcome
from shebao.core.money import Money
from shebao.core.refusals import Unanswered

NOW = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)
ATTEMPT = "att01KB7ZGQ00AAAAAAAAAAAAAAAA"
REFUND = "ref01KB7ZGQ00BBBBBBBBBBBBBBBB"
CALLS = ["begin", "inquire", "close", "give_back", "inquire_return", "echo", "certificates"]


@pytest.fixture
def call(wechat, charge, asked_back):
    """Make one of the calls by its name, with arguments that are in order."""
    arguments = {
        "begin": [charge],
        "inquire": [ATTEMPT],
        "close": [ATTEMPT],
        "give_back": [asked_back],
        "inquire_return": [REFUND],
        "echo": ["hello"],
        "certificates": [],
    }

    async def made(name):
        return await getattr(wechat, name)(*arguments[name])

    return made


@pytest.mark.parametrize("name", CALLS)
async def test_a_line_that_breaks_leaves_the_outcome_unknown(call, peer, hang_up, name):
    peer.replies = [hang_up()]
    with pytest.raises(Unanswered, match="wechat"):
        await call(name)


@pytest.mark.parametrize("name", CALLS)
async def test_an_error_of_wechat_itself_leaves_the_outcome_unknown(call, platform, peer, name):
    peer.replies = [platform.refuses(500, "SYSTEM_ERROR")]
    with pytest.raises(Unanswered, match="wechat"):
        await call(name)
    assert len(peer.asked) == 1


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize(
    ("status", "code"),
    [(429, "FREQUENCY_LIMITED"), (400, "SYSTEM_ERROR"), (403, "BANK_ERROR"), (502, "X")],
)
async def test_busy_is_not_no(call, platform, peer, name, status, code):
    peer.replies = [platform.refuses(status, code)]
    with pytest.raises(Unanswered):
        await call(name)


@pytest.mark.parametrize("name", CALLS)
async def test_a_page_of_a_proxy_is_no_answer_of_wechat(call, reply, peer, name):
    peer.replies = [reply(404, b"<html>404 ORDER_NOT_EXIST</html>")]
    with pytest.raises(Unanswered):
        await call(name)


@pytest.mark.parametrize("name", CALLS)
async def test_a_redirection_is_not_followed(call, reply, peer, name):
    peer.replies = [reply(302, b"", {"Location": "http://127.0.0.1:9/"})]
    with pytest.raises(Unanswered):
        await call(name)
    assert len(peer.asked) == 1


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, "SIGN_ERROR"),
        (400, "PARAM_ERROR"),
        (400, "INVALID_REQUEST"),
        (400, "APPID_MCHID_NOT_MATCH"),
        (400, "MCH_NOT_EXISTS"),
        (403, "NO_AUTH"),
        (403, "RULE_LIMIT"),
        (403, "TRADE_ERROR"),
    ],
)
async def test_no_is_said_with_the_channels_own_code_and_words(
    call, platform, peer, name, status, code
):
    peer.replies = [platform.refuses(status, code, "商户号,有误")]
    with pytest.raises(ChannelRefused) as refused:
        await call(name)
    assert refused.value.method == "wechat"
    assert refused.value.channel_code == code
    assert refused.value.says == "商户号,有误"


async def test_no_is_believed_unsigned(call, reply, peer):
    peer.replies = [reply(401, b'{"code":"SIGN_ERROR","message":"x"}')]
    with pytest.raises(ChannelRefused, match="SIGN_ERROR"):
        await call("begin")


@pytest.mark.parametrize("name", CALLS[:6])
async def test_no_with_a_signature_that_does_not_hold_is_forged(call, platform, peer, name):
    forged = platform.refuses(404, "ORDER_NOT_EXIST")
    forged.body = forged.body.replace("不行".encode(), "不信".encode())
    peer.replies = [forged]
    with pytest.raises(Forged, match="why=signature"):
        await call(name)


SUCCESSES = {
    "begin": {"h5_url": "https://wx.example/pay?prepay_id=1"},
    "inquire": {"trade_state": "SUCCESS"},
    "close": None,
    "give_back": {"status": "SUCCESS"},
    "inquire_return": {"status": "SUCCESS"},
    "echo": {"echo_message": "hello"},
    "certificates": {"data": []},
}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"signature": None}, "unsigned"),
        ({"signature": "AAAA"}, "signature"),
        ({"signature": "WECHATPAY/SIGNTEST/AAAA"}, "probe"),
        ({"serial": "PUB_KEY_ID_zz"}, "unknown_serial"),
        ({"signature_type": None}, "signature_type"),
        ({"at": NOW - timedelta(hours=24)}, "stale"),
        ({"at": NOW + timedelta(seconds=301)}, "stale"),
    ],
)
async def test_yes_without_a_valid_recent_signature_is_never_believed(
    call, platform, peer, name, changed, why
):
    peer.replies = [platform.says(200, SUCCESSES[name], **changed)]
    with pytest.raises(Forged, match=f"why={why}"):
        await call(name)


@pytest.mark.parametrize("name", ["begin", "inquire", "give_back", "inquire_return"])
@pytest.mark.parametrize("words", [None, [], {}, {"h5_url": 5}, "text"])
async def test_yes_that_makes_no_sense_is_never_believed(call, platform, peer, name, words):
    peer.replies = [platform.says(200, words)]
    with pytest.raises(Forged, match="why=unreadable"):
        await call(name)


async def test_beginning_what_was_paid_meanwhile_is_unknown_until_we_inquire(call, platform, peer):
    peer.replies = [platform.refuses(400, "ORDERPAID", "订单已支付")]
    with pytest.raises(Unanswered):
        await call("begin")


async def test_a_number_used_for_something_else_is_refused(call, platform, peer):
    peer.replies = [platform.refuses(403, "OUT_TRADE_NO_USED", "商户订单号重复")]
    with pytest.raises(ChannelRefused, match="OUT_TRADE_NO_USED"):
        await call("begin")


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        ("NOTPAY", Outcome.WAITING),
        ("USERPAYING", Outcome.WAITING),
        ("CLOSED", Outcome.CLOSED),
        ("REVOKED", Outcome.CLOSED),
        ("PAYERROR", Outcome.FAILED),
        ("A_STATE_OF_NEXT_YEAR", Outcome.WAITING),
    ],
)
async def test_an_inquiry_tells_what_has_not_been_paid(call, platform, peer, state, outcome):
    words = platform.transaction(
        trade_state=state, transaction_id=None, success_time=None, amount=None
    )
    peer.replies = [platform.says(200, words)]
    told = await call("inquire")
    assert told.outcome is outcome
    assert told.says == "支付成功"
    assert (told.amount, told.reference, told.happened_at) == (None, None, None)


@pytest.mark.parametrize("state", ["SUCCESS", "REFUND"])
async def test_what_was_paid_stays_paid_when_some_of_it_went_back(call, platform, peer, state):
    peer.replies = [platform.says(200, platform.transaction(trade_state=state))]
    told = await call("inquire")
    assert told.outcome is Outcome.PAID
    assert told.amount == Money.yuan("380.50")
    assert told.reference == "4200002345202612011234567890"
    assert told.happened_at == datetime(2026, 12, 1, 3, 59, 30, tzinfo=UTC)


async def test_an_attempt_wechat_never_saw_is_unheard_of(call, platform, peer):
    peer.replies = [platform.refuses(404, "ORDER_NOT_EXIST", "订单不存在")]
    told = await call("inquire")
    assert (told.attempt_id, told.outcome) == (ATTEMPT, Outcome.UNHEARD_OF)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"out_trade_no": "att01KB7ZGQ00CCCCCCCCCCCCCCCC"}, "not_asked_for"),
        ({"mchid": "1900000002"}, "not_ours"),
        ({"appid": "wx9999999999999999"}, "not_ours"),
    ],
)
async def test_a_signed_answer_about_something_else_is_a_replay(call, platform, peer, changed, why):
    peer.replies = [platform.says(200, platform.transaction(**changed))]
    with pytest.raises(Forged, match=f"why={why}"):
        await call("inquire")


async def test_an_empty_signed_answer_closes(call, platform, peer):
    peer.replies = [platform.says(204)]
    assert await call("close") is Outcome.CLOSED


async def test_an_empty_unsigned_answer_closes_nothing(call, reply, peer):
    peer.replies = [reply(204)]
    with pytest.raises(Forged, match="why=unsigned"):
        await call("close")


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        (400, "ORDERPAID", Outcome.PAID),
        (400, "ORDER_PAID", Outcome.PAID),
        (400, "ORDER_CLOSED", Outcome.CLOSED),
        (404, "ORDER_NOT_EXIST", Outcome.UNHEARD_OF),
        (400, "USERPAYING", Outcome.WAITING),
    ],
)
async def test_closing_too_late_says_what_came_first(call, platform, peer, status, code, outcome):
    peer.replies = [platform.refuses(status, code)]
    assert await call("close") is outcome


@pytest.mark.parametrize("name", ["give_back", "inquire_return"])
@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        ("SUCCESS", RefundOutcome.SUCCEEDED),
        ("PROCESSING", RefundOutcome.PROCESSING),
        ("ABNORMAL", RefundOutcome.ABNORMAL),
        ("CLOSED", RefundOutcome.CLOSED),
        ("A_STATE_OF_NEXT_YEAR", RefundOutcome.PROCESSING),
    ],
)
async def test_a_refund_tells_what_became_of_it(call, platform, peer, name, state, outcome):
    peer.replies = [platform.says(200, platform.refund(status=state))]
    told = await call(name)
    assert told.outcome is outcome
    assert told.amount == Money.yuan("100")
    assert told.reference == "50300002342026120112345678901"


@pytest.mark.parametrize("name", ["give_back", "inquire_return"])
async def test_a_signed_answer_about_another_refund_is_a_replay(call, platform, peer, name):
    peer.replies = [platform.says(200, platform.refund(out_refund_no="ref-other"))]
    with pytest.raises(Forged, match="why=not_asked_for"):
        await call(name)


async def test_a_refund_wechat_never_saw_is_unheard_of(call, platform, peer):
    peer.replies = [platform.refuses(404, "RESOURCE_NOT_EXISTS")]
    told = await call("inquire_return")
    assert (told.refund_id, told.outcome) == (REFUND, RefundOutcome.UNHEARD_OF)


async def test_a_refund_that_cannot_be_paid_is_refused(call, platform, peer):
    peer.replies = [platform.refuses(403, "NOT_ENOUGH", "基本账户余额不足")]
    with pytest.raises(ChannelRefused, match="NOT_ENOUGH"):
        await call("give_back")


async def test_an_echo_comes_back_as_it_went(call, platform, peer):
    peer.replies = [platform.says(200, {"echo_message": "hello"})]
    await call("echo")
    assert json.loads(peer.asked[0].body) == {"echo_message": "hello"}


async def test_an_echo_of_something_else_is_forged(call, platform, peer):
    peer.replies = [platform.says(200, {"echo_message": "goodbye"})]
    with pytest.raises(Forged, match="why=not_asked_for"):
        await call("echo")
