"""Names are checked and messages sent over signed questions, and only signed answers count."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from shebao.core.channel import Forged
from shebao.core.realname import RealNameVerdict
from shebao.core.refusals import Unanswered
from shebao.gateways.identity import RealName
from shebao.gateways.registry import RegistryRefused, read_registry_account
from shebao.gateways.sms import Sms, TooManyMessages

NOW = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)
NONCE = "000102030405060708090a0b0c0d0e0f"
CODE = {"code": "123456", "minutes": "5"}
PERSON = {"name": "欧阳䶮", "id_type": "resident", "id_number": "330203199001011234"}


@pytest.fixture
def real_name(registry_account, transport, clock, dice):
    return RealName(registry_account, transport, clock, dice)


@pytest.fixture
def sms(registry_account, transport, clock, dice):
    return Sms(registry_account, transport, clock, dice)


@pytest.fixture
def send(sms):
    async def sent():
        return await sms.send(phone="13800000000", template="sign_in", parameters=CODE)

    return sent


@pytest.mark.parametrize("verdict", list(RealNameVerdict))
async def test_a_verdict_is_the_registrys_own(real_name, peer, registry, verdict):
    peer.replies = [registry.says({"request_id": "1", "result": verdict.value})]
    assert await real_name.check(**PERSON) is verdict


async def test_a_question_is_signed_over_the_very_bytes_sent(real_name, peer, registry):
    peer.replies = [registry.says({"result": "match"})]
    await real_name.check(**PERSON)
    (asked,) = peer.asked
    body = ('{"name":"欧阳䶮","id_type":"resident","id_number":"330203199001011234"}').encode()
    assert asked.line == "POST /identity/v1/check"
    assert asked.body == body
    assert asked.headers["x-app-id"] == "shebao"
    assert asked.headers["x-timestamp"] == "1796097600"
    assert asked.headers["x-nonce"] == NONCE
    # echo -ne 'POST\n…\n' | openssl dgst -sha256 -hmac between-us
    assert asked.headers["x-signature"] == (
        "616e6589c7ee7efa4cbb721c6dd3363cea042f41aa7d645342f8436c6646df05"
    )


async def test_a_message_is_sent_and_has_a_number(send, peer, registry):
    peer.replies = [registry.says({"message_id": "m1", "status": "accepted"})]
    assert await send() == "m1"
    assert peer.asked[0].line == "POST /sms/v1/messages"
    assert json.loads(peer.asked[0].body) == {
        "phone": "13800000000",
        "template": "sign_in",
        "parameters": CODE,
    }


async def test_too_many_messages_are_refused_without_naming_the_phone(send, peer, reply):
    peer.replies = [reply(429, b"{}")]
    with pytest.raises(TooManyMessages) as refused:
        await send()
    assert "13800000000" not in str(refused.value)
    assert refused.value.template == "sign_in"


@pytest.fixture(params=["real_name", "sms"])
def ask(request, real_name, send):
    """Ask either of them something that is in order."""

    async def check():
        return await real_name.check(**PERSON)

    return {"real_name": check, "sms": send}[request.param]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"signature": None}, "unsigned"),
        ({"timestamp": None}, "unsigned"),
        ({"nonce": None}, "unsigned"),
        ({"signature": "00"}, "signature"),
        ({"signature": "\xe9"}, "signature"),
        ({"nonce": "other"}, "signature"),
        ({"at": NOW - timedelta(hours=24)}, "stale"),
        ({"timestamp": "soon"}, "stale"),
    ],
)
async def test_an_answer_without_a_valid_recent_signature_is_forged(
    ask, peer, registry, changed, why
):
    peer.replies = [registry.says({"result": "match", "message_id": "m1"}, **changed)]
    with pytest.raises(Forged, match=f"why={why}"):
        await ask()


@pytest.mark.parametrize("words", [[], {}, {"result": "perhaps", "message_id": 1}, None, "match"])
async def test_a_signed_answer_that_makes_no_sense_is_forged(ask, peer, registry, words):
    peer.replies = [registry.says(words)]
    with pytest.raises(Forged, match="why=unreadable"):
        await ask()


async def test_a_registry_that_is_down_has_not_answered(ask, peer, reply):
    peer.replies = [reply(503, b"down")]
    with pytest.raises(Unanswered):
        await ask()


async def test_a_line_that_breaks_is_no_answer(ask, peer, hang_up):
    peer.replies = [hang_up()]
    with pytest.raises(Unanswered):
        await ask()


@pytest.mark.parametrize("status", [400, 401, 404, 302])
async def test_a_question_that_is_not_in_order_is_refused(ask, peer, reply, status):
    peer.replies = [reply(status, b"{}")]
    with pytest.raises(RegistryRefused) as refused:
        await ask()
    assert refused.value.status == status


def test_credentials_are_read_without_showing_the_secret(tmp_path):
    (tmp_path / "sms.json").write_text('{"app_id":"a","secret":"s3cret"}')
    account = read_registry_account(tmp_path / "sms.json", base_url="http://127.0.0.1:1/")
    assert (account.app_id, account.secret) == ("a", b"s3cret")
    assert account.base_url == "http://127.0.0.1:1"
    assert "s3cret" not in repr(account)


@pytest.mark.parametrize("text", ["{}", '{"app_id":"a"}', '{"app_id":"a","secret":5}'])
def test_credentials_that_are_incomplete_are_refused(tmp_path, text):
    (tmp_path / "sms.json").write_text(text)
    with pytest.raises(ValueError, match=r"sms\.json"):
        read_registry_account(tmp_path / "sms.json", base_url="http://127.0.0.1:1")
