"""In certificate mode we learn WeChat's keys from WeChat, and need no public key."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shebao.core.channel import Forged, Outcome
from shebao.gateways.wechat.pay import WeChatPay

NOW = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)
ATTEMPT = "att01KB7ZGQ00AAAAAAAAAAAAAAAA"
SERIAL = "5F1C9D0E2B7A4C3388AA"


@pytest.fixture
def newcomer(account, transport, clock, dice):
    """A merchant in certificate mode that knows no certificate yet."""
    bare = replace(account, public_key_id=None, trusted={})
    return WeChatPay(bare, transport, clock, dice)


@pytest.fixture
def listed(platform, golden):
    """The signed list of certificates, with parts changed."""

    def made(*, pem=None, serial=SERIAL, **changed):
        plain = (golden / "platform_cert.pem").read_bytes() if pem is None else pem
        sealed = {**platform.sealed(plain, "certificate"), **changed}
        one = {"serial_no": SERIAL, "encrypt_certificate": sealed}
        return platform.says(200, {"data": [one]}, serial=serial)

    return made


async def test_certificates_are_believed_because_they_were_sealed_for_us(newcomer, peer, listed):
    peer.replies = [listed()]
    ends = await newcomer.certificates()
    assert ends == {SERIAL: datetime(2036, 11, 18, 21, 18, 10, tzinfo=UTC)}
    assert peer.asked[0].line == "GET /v3/certificates"
    assert "wechatpay-serial" not in peer.asked[0].headers


async def test_a_notice_opens_once_the_certificates_are_known(newcomer, peer, platform, listed):
    body = platform.notice(json.dumps(platform.transaction()).encode())
    headers = platform.headers(body, serial=SERIAL)
    with pytest.raises(Forged, match="why=unknown_serial"):
        newcomer.open_notice(headers, body, now=NOW)
    peer.replies = [listed()]
    await newcomer.certificates()
    assert newcomer.open_notice(headers, body, now=NOW).outcome is Outcome.PAID


async def test_an_answer_by_a_certificate_we_do_not_know_makes_us_learn_it(
    newcomer, peer, platform, listed
):
    answer = platform.says(200, platform.transaction(), serial=SERIAL)
    peer.replies = [answer, listed(), answer]
    assert (await newcomer.inquire(ATTEMPT)).outcome is Outcome.PAID
    assert (await newcomer.inquire(ATTEMPT)).outcome is Outcome.PAID
    assert [asked.line.split("?")[0].rsplit("/")[-1] for asked in peer.asked] == [
        ATTEMPT,
        "certificates",
        ATTEMPT,
    ]


@pytest.mark.parametrize("changed", [{"nonce": "ba9876543210"}, {"ciphertext": "AAAA"}])
async def test_a_certificate_that_was_not_sealed_for_us_is_forged(newcomer, peer, listed, changed):
    peer.replies = [listed(**changed)]
    with pytest.raises(Forged, match="why=unreadable"):
        await newcomer.certificates()


async def test_a_list_signed_by_a_certificate_outside_it_is_forged(newcomer, peer, listed):
    peer.replies = [listed(serial="1234")]
    with pytest.raises(Forged, match="why=unknown_serial"):
        await newcomer.certificates()


async def test_a_certificate_under_a_serial_of_another_is_forged(newcomer, peer, platform, golden):
    sealed = platform.sealed((golden / "platform_cert.pem").read_bytes(), "certificate")
    one = {"serial_no": "1234", "encrypt_certificate": sealed}
    peer.replies = [platform.says(200, {"data": [one]}, serial="1234")]
    with pytest.raises(Forged, match="why=unreadable"):
        await newcomer.certificates()


async def test_something_else_than_a_certificate_is_forged(newcomer, peer, listed, golden):
    peer.replies = [listed(pem=(golden / "platform_public_key.pem").read_bytes())]
    with pytest.raises(Forged, match="why=unreadable"):
        await newcomer.certificates()


async def test_a_certificate_that_has_ended_is_not_believed(
    account, transport, dice, peer, platform, golden
):
    later = NOW + timedelta(days=3650)
    merchant = WeChatPay(
        replace(account, public_key_id=None, trusted={}), transport, lambda: later, dice
    )
    sealed = platform.sealed((golden / "platform_cert.pem").read_bytes(), "certificate")
    one = {"serial_no": SERIAL, "encrypt_certificate": sealed}
    peer.replies = [platform.says(200, {"data": [one]}, serial=SERIAL, at=later)]
    with pytest.raises(Forged, match="why=unknown_serial"):
        await merchant.certificates()


async def test_learning_certificates_keeps_the_public_key(wechat, peer, platform, listed):
    peer.replies = [listed(serial=platform.facts["public_key_id"])]
    await wechat.certificates()
    body = platform.notice(json.dumps(platform.transaction()).encode())
    assert wechat.open_notice(platform.headers(body), body, now=NOW).outcome is Outcome.PAID
