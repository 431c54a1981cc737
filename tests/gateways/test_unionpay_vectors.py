"""What UnionPay signs and what we sign, both ways, with openssl's own command as the witness."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from tests.gateways.unionpay_side import ATTEMPT, CARD_MERCHANT, MERCHANT, plain
from tests.openssl import digest, holds, serial

from shebao.core.channel import Forged, Method
from shebao.gateways.unionpay import seal
from shebao.gateways.unionpay.account import FILES, PRODUCTION, offers_cards, read_account

TODAY = datetime.now(UTC) + timedelta(hours=1)  # openssl certifies from now on.
WORDS = {"orderId": ATTEMPT, "txnAmt": "38050", "orderDesc": "社保费 & 税=1", "empty": ""}


@pytest.fixture
def account(unionpay_folder):
    return read_account(unionpay_folder)


def test_openssl_finds_the_same_digest(account):
    words = seal.sealed(account, WORDS)
    assert seal.digest(words) == digest(words)


def test_openssl_believes_what_we_sign(account, unionpay_side):
    words = seal.sealed(account, WORDS)
    assert holds(unionpay_side.merchant, words)
    assert not holds(unionpay_side.merchant, words | {"txnAmt": "38051"})
    assert words["certId"] == serial(unionpay_side.merchant)
    assert words["certId"].isdecimal()
    assert "empty" not in words


def test_we_believe_what_openssl_signed(account, unionpay_side):
    words = unionpay_side.signed(unionpay_side.payment())
    assert seal.read_answer(account, plain(words).decode(), TODAY) == words
    assert seal.read_notice(account, urlencode(words).encode(), TODAY) == words


@pytest.mark.parametrize(
    ("name", "changed"),
    [("txnAmt", "38051"), ("respCode", "01"), ("orderId", "other"), ("reqReserved", "{}")],
)
def test_a_word_changed_by_anybody_breaks_the_signature(account, unionpay_side, name, changed):
    words = unionpay_side.signed(unionpay_side.payment()) | {name: changed}
    with pytest.raises(Forged, match="why=signature"):
        seal.read_answer(account, plain(words).decode(), TODAY)


def test_a_word_added_by_anybody_breaks_the_signature(account, unionpay_side):
    words = unionpay_side.signed(unionpay_side.payment()) | {"origTxnAmt": "1"}
    with pytest.raises(Forged, match="why=signature"):
        seal.read_answer(account, plain(words).decode(), TODAY)


@pytest.mark.parametrize(
    ("drop", "why"),
    [
        ({"signPubKeyCert": None}, "unsigned"),
        ({"signMethod": "11"}, "signature_type"),
        ({"signPubKeyCert": "-----BEGIN CERTIFICATE-----\r\nnone"}, "unknown_serial"),
    ],
)
def test_what_vouches_for_itself_badly_is_refused(account, unionpay_side, drop, why):
    words = unionpay_side.signed(unionpay_side.payment(), **drop)
    with pytest.raises(Forged, match=f"why={why}"):
        seal.read_answer(account, plain(words).decode(), TODAY)


@pytest.mark.parametrize(
    ("certified", "told"),
    [
        ("neighbour", {"subject": "a neighbour"}),  # A true certificate, of somebody else.
        ("stranger", {"under": "stranger"}),  # The right name, certified by itself.
        ("skipped", {"under": "root"}),  # Not by the authority in the middle.
        ("thief", {"subject": "中国银联股份有限公司@a@b@c"}),  # The right words in the wrong place.
    ],
)
def test_a_certificate_of_anybody_else_is_not_believed(account, unionpay_side, certified, told):
    unionpay_side.house.certify(certified, **told)
    words = unionpay_side.signed(unionpay_side.payment(), by=certified)
    with pytest.raises(Forged, match="why=unknown_serial"):
        seal.read_answer(account, plain(words).decode(), TODAY)


@pytest.mark.parametrize("days", [-2, 31])
def test_a_certificate_that_is_not_in_force_is_not_believed(account, unionpay_side, days):
    words = unionpay_side.signed(unionpay_side.payment())
    with pytest.raises(Forged, match="why=unknown_serial"):
        seal.read_answer(account, plain(words).decode(), TODAY + timedelta(days=days))


@pytest.mark.parametrize(
    "text",
    ["", "a", "a=1&a=2", "=1", "a=1&&b=2", "a={1&b=2", "&".join(f"k{n}=1" for n in range(120))],
)
def test_what_is_no_answer_is_refused(account, text):
    with pytest.raises(Forged):
        seal.read_answer(account, text, TODAY)


@pytest.mark.parametrize(
    "body", [b"", b"a", b"a=1&a=1", "a=支".encode(), b"&".join([b"k=1"] * 120)]
)
def test_what_is_no_notice_is_refused(account, body):
    with pytest.raises(Forged):
        seal.read_notice(account, body, TODAY)


def test_the_contract_says_where_unionpay_is_and_who_we_are(account, unionpay_folder):
    assert account.gateway_url == f"{PRODUCTION}/gateway/api/"
    assert account.file_url == f"{FILES}/"
    assert account.mer_id == MERCHANT
    assert read_account(unionpay_folder, method=Method.CARD).mer_id == CARD_MERCHANT
    assert offers_cards(unionpay_folder)


def test_another_address_may_stand_in_the_contract(tmp_path, unionpay_side):
    there = "https://gateway.test.95516.com/gateway/api/"
    folder = unionpay_side.credentials(tmp_path / "c", gateway_url=there, card_mer_id=None)
    assert read_account(folder).gateway_url == there
    assert not offers_cards(folder)


@pytest.mark.parametrize(
    ("file", "instead"),
    [
        ("unionpay_middle.pem", "merchant.pem"),
        ("unionpay_merchant_key.pem", "unionpay.key"),
        ("unionpay_merchant_key.pem", "merchant.pem"),
        ("unionpay_root.pem", "merchant.key"),
    ],
)
def test_credentials_that_do_not_fit_together_are_refused(tmp_path, unionpay_side, file, instead):
    folder = unionpay_side.credentials(tmp_path / "c")
    shutil.copy(unionpay_side.house.folder / instead, folder / file)
    with pytest.raises(ValueError, match=r"unionpay|PEM|private key|certificate"):
        read_account(folder)


def test_nothing_secret_is_shown(account):
    assert "RSAPrivateKey" not in repr(account)
