"""What we send to the bank, byte for byte, and what we believe of it, with openssl as witness.

``golden/bank/make.sh`` made every key, signature and cipher with openssl.
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.gateways.far_side import ATTEMPT, GOLDEN, NOW

from shebao.core.account import AccountKind
from shebao.core.agreement import SigningWish, Standing
from shebao.core.channel import ChannelRefused, Forged, Outcome, TakenBack, Told
from shebao.core.money import Money
from shebao.core.refusals import Unanswered
from shebao.gateways.bank import seal
from shebao.gateways.bank.account import read_account
from shebao.gateways.bank.pay import Bank

BANK = GOLDEN / "bank"
PROTOCOL = "9991000000182026112300000001"


def words(name):
    return (BANK / name).read_bytes()


def signature(name):
    return {"x-bank-signature": words(f"{name}.sig").decode()}


def openssl(*arguments, stdin=b""):
    return subprocess.run(
        ["openssl", *map(str, arguments)], input=stdin, check=True, capture_output=True
    ).stdout


@pytest.fixture
def account(peer):
    return read_account(BANK, base_url=peer.url)


@pytest.fixture
def bank(account, transport, clock, dice):
    return Bank(account, transport, clock, dice)


@pytest.fixture
def agreed(charge):
    return replace(charge, agreement=PROTOCOL)


@pytest.fixture
def says(peer, reply):
    """Let the bank say something, signed as openssl signed it."""

    def says(name, *, headers=None, body=None):
        said = words(name) if body is None else body
        peer.replies.append(reply(200, said, signature(name) if headers is None else headers))

    return says


async def test_a_payment_is_asked_for_byte_for_byte_and_signed(bank, peer, says, agreed):
    says("paid.answer")
    told = await bank.begin(agreed)
    (asked,) = peer.asked
    assert asked.line == "POST /bank/gateway"
    assert asked.body == words("pay.body")
    assert asked.headers["x-bank-signature"] == signature("pay.body")["x-bank-signature"]
    assert told == Told(
        ATTEMPT,
        Outcome.PAID,
        Money.yuan("380.50"),
        "20261201000000000077",
        datetime(2026, 12, 1, 3, 59, 59, tzinfo=UTC),
    )


async def test_an_answer_with_one_byte_changed_is_forged(bank, says, agreed):
    says("paid.answer", body=words("paid.answer").replace(b"380.50", b"380.51"))
    with pytest.raises(Forged):
        await bank.begin(agreed)


async def test_an_answer_without_a_signature_is_forged(bank, says, agreed):
    says("paid.answer", headers={})
    with pytest.raises(Forged):
        await bank.begin(agreed)


async def test_an_answer_to_another_question_is_forged(account, transport, clock, says, agreed):
    other = Bank(account, transport, clock, lambda count: b"\xff" * count)
    says("paid.answer")
    with pytest.raises(Forged):
        await other.begin(agreed)


async def test_an_old_answer_is_forged(account, transport, dice, says, agreed):
    later = Bank(account, transport, lambda: NOW + timedelta(minutes=6), dice)
    says("paid.answer")
    with pytest.raises(Forged):
        await later.begin(agreed)


async def test_a_page_of_somebody_in_between_is_no_answer(bank, peer, reply, agreed):
    peer.replies.append(reply(404, b"<html>"))
    with pytest.raises(Unanswered):
        await bank.begin(agreed)


@pytest.mark.parametrize(
    ("code", "reject", "raises"),
    [
        ("99999", "", Unanswered),
        ("00001", "", Unanswered),
        ("131419", "9001", ChannelRefused),
    ],
)
async def test_what_the_bank_does_not_know_it_has_not_answered(
    bank, peer, reply, agreed, code, reject, raises
):
    said = words("paid.answer").replace(b'"00000"', f'"{code}"'.encode())
    said = said.replace(b'"pay_status":"0"', f'"pay_status":"2","reject_code":"{reject}"'.encode())
    peer.replies.append(reply(200, said, {"x-bank-signature": signed(said)}))
    with pytest.raises(raises):
        await bank.begin(agreed)


@pytest.mark.parametrize("code", ["1001", "1002", "1003", "1004", "1008"])
async def test_a_no_about_this_money_is_an_answer(bank, peer, reply, agreed, code):
    said = words("paid.answer").replace(b'"00000"', b'"131419"')
    said = said.replace(
        b'"pay_status":"0"', f'"reject_code":"{code}","reject_msg":"为什么"'.encode()
    )
    peer.replies.append(reply(200, said, {"x-bank-signature": signed(said)}))
    told = await bank.begin(agreed)
    assert (told.outcome, told.says) == (Outcome.FAILED, "为什么")


def test_a_signed_agreement_is_read_with_its_account(bank):
    told = bank.open_notice(signature("signed.notice"), words("signed.notice"), now=NOW)
    assert told.mandate_id == "man01KB7ZGQ00AAAAAAAAAAAAAAAA"
    assert (told.standing, told.kind) == (Standing.VALID, AccountKind.SOCIAL_CARD)
    assert (told.number, told.account) == (PROTOCOL, "6239991234567890123")
    assert told.notice_id == "aabbccddeeff00112233445566778899"


def test_an_account_is_never_written_where_somebody_may_read_it(bank):
    told = bank.open_notice(signature("signed.notice"), words("signed.notice"), now=NOW)
    assert told.account not in repr(told)
    assert told.account.encode() not in words("signed.notice")


def test_money_taken_back_is_read_under_the_banks_number(bank):
    told = bank.open_notice(signature("taken_back.notice"), words("taken_back.notice"), now=NOW)
    assert told == TakenBack(
        attempt_id=ATTEMPT,
        reference="20261201000000000077",
        amount=Money.yuan("380.50"),
        number="20261201000000000099",
        happened_at=datetime(2026, 12, 1, 3, 59, 59, tzinfo=UTC),
        says="付款人开户行冲正",
    )


@pytest.mark.parametrize(
    ("headers", "change", "now"),
    [
        ({}, (b"", b""), NOW),
        ({"x-bank-signature": "!"}, (b"", b""), NOW),
        (None, (b"380.50", b"380.51"), NOW),
        (None, (b"", b""), NOW + timedelta(minutes=6)),
    ],
    ids=["unsigned", "not base64", "changed", "old"],
)
def test_a_notice_that_is_not_the_banks_is_forged(bank, headers, change, now):
    body = words("taken_back.notice").replace(*change) if change[0] else words("taken_back.notice")
    given = signature("taken_back.notice") if headers is None else headers
    with pytest.raises(Forged):
        bank.open_notice(given, body, now=now)


async def test_who_signs_is_told_to_the_bank_alone(bank, peer, reply):
    wish = SigningWish(
        mandate_id="man01KB7ZGQ00AAAAAAAAAAAAAAAA",
        fund="pension",
        name="王小芳",
        id_type="201",
        id_number="330283194912310022",
        kinds=(AccountKind.BANK_CARD, AccountKind.WALLET),
        notify_url="https://shebao.example/notify/agreement/110000",
        return_url="https://shebao.example/agreements/1",
        expires_at=NOW,
    )
    peer.replies.append(reply(200, b"{}", {"x-bank-signature": signed(b"{}")}))
    with pytest.raises(Forged):
        await bank.begin_signing(wish)
    (asked,) = peer.asked
    assert b"330283194912310022" not in asked.body
    assert "王小芳".encode() not in asked.body
    assert b'"account_kinds":["bank_card"]' in asked.body
    assert b'"project_code":"10210"' in asked.body


def test_what_we_hide_openssl_reads_and_what_openssl_hides_we_read(account, tmp_path):
    cipher = tmp_path / "cipher"
    cipher.write_bytes(openssl("base64", "-d", "-A", stdin=seal.hide(account, "王小芳").encode()))
    oaep = ["rsa_padding_mode:oaep", "rsa_oaep_md:sha256", "rsa_mgf1_md:sha256"]
    options = [part for option in oaep for part in ("-pkeyopt", option)]
    key = BANK / "bank_key.pem"
    said = openssl("pkeyutl", "-decrypt", "-inkey", key, *options, "-in", cipher)
    assert said.decode() == "王小芳"


def signed(body):
    """The bank's signature, by openssl."""
    raw = openssl("dgst", "-sha256", "-sign", BANK / "bank_key.pem", stdin=body)
    return openssl("base64", "-A", stdin=raw).decode()


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        ("bank.json", b'{"gateway_url": "x"}', "merchant_no"),
        ("bank.json", b'{"merchant_no": "1", "projects": []}', "projects"),
        ("bank_public_key.pem", b"nothing", "PEM"),
    ],
)
def test_wrong_credentials_say_which_is_wrong(tmp_path, file, content, says):
    shutil.copytree(BANK, tmp_path, dirs_exist_ok=True)
    (tmp_path / file).write_bytes(content)
    with pytest.raises(ValueError, match=says):
        read_account(tmp_path, base_url="http://127.0.0.1")
