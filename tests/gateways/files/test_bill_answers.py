"""What a channel says of where a file lies is believed only when it is signed and whole."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from tests.gateways.alipay_side import GOLDEN, AlipaySide, params_of

from shebao.core.books.statement import StatementNotReady, StatementUnreadable
from shebao.core.channel import ChannelRefused, Forged
from shebao.core.refusals import Unanswered
from shebao.gateways.alipay.account import read_account
from shebao.gateways.alipay.pay import Alipay
from shebao.gateways.arrival import BEIJING

DAY = date(2026, 11, 30)
FILE = b"not empty"
ADDRESS = "alipay_data_dataservice_bill_downloadurl_query_response"


@pytest.fixture
def into(tmp_path):
    return tmp_path / "file"


@pytest.fixture
def alipay(peer, transport, clock):
    return Alipay(read_account(GOLDEN, base_url=peer.url), transport, clock)


@pytest.fixture
def told(peer):
    digest = hashlib.sha1(FILE, usedforsecurity=False).hexdigest()
    url = f"{peer.url}/v3/billdownload/file?token=t%2F1"
    return {"hash_type": "SHA1", "hash_value": digest, "download_url": url}


async def test_we_ask_for_all_of_a_day_and_sign_for_the_file_as_well(
    wechat, platform, peer, reply, told, into
):
    peer.replies = [platform.says(200, told), reply(200, gzip.compress(FILE))]
    await wechat.fetch_statement(DAY, into)
    asked, fetched = peer.asked
    assert asked.line == "GET /v3/bill/tradebill?bill_date=2026-11-30&bill_type=ALL&tar_type=GZIP"
    assert fetched.line == "GET /v3/billdownload/file?token=t%2F1"
    assert fetched.headers["authorization"].startswith("WECHATPAY2-SHA256-RSA2048 mchid=")
    assert fetched.headers["accept-encoding"] == "identity"
    assert into.read_bytes() == FILE


async def test_an_address_nobody_signed_is_not_followed(wechat, platform, peer, told, into):
    peer.replies = [replace(platform.says(200, told), headers={})]
    with pytest.raises(Forged, match="unsigned"):
        await wechat.fetch_statement(DAY, into)
    assert len(peer.asked) == 1


@pytest.mark.parametrize(
    "changed", [{"hash_type": "MD5"}, {"hash_value": None}, {"download_url": ""}]
)
async def test_an_address_that_is_not_whole_is_not_followed(
    wechat, platform, peer, told, into, changed
):
    peer.replies = [platform.says(200, told | changed)]
    with pytest.raises(Forged):
        await wechat.fetch_statement(DAY, into)


@pytest.mark.parametrize(
    "sent",
    [gzip.compress(FILE + b"!"), gzip.compress(FILE)[:-4], b"<html>"],
    ids=["longer", "cut", "a page"],
)
async def test_a_file_that_was_not_announced_is_not_kept(
    wechat, platform, peer, reply, told, into, sent
):
    peer.replies = [platform.says(200, told), reply(200, sent)]
    with pytest.raises(StatementUnreadable):
        await wechat.fetch_statement(DAY, into)
    assert list(into.parent.iterdir()) == []


@pytest.mark.parametrize(
    ("code", "refusal"),
    [("STATEMENT_CREATING", StatementNotReady), ("NO_AUTH", ChannelRefused)],
)
async def test_a_no_is_told_apart_from_not_yet(wechat, platform, peer, into, code, refusal):
    peer.replies = [platform.refuses(400, code)]
    with pytest.raises(refusal):
        await wechat.fetch_statement(DAY, into)


@pytest.fixture
def alipay_asked_at(peer, transport):
    """Alipay without a bill of the day, asked the next day at an hour in Beijing."""

    def asked_at(hour, minute):
        words = {"code": "40004", "msg": "Business Failed", "sub_code": "isp.bill_not_exist"}
        peer.replies = [AlipaySide().says("", words, node=ADDRESS)]
        then = datetime.combine(DAY + timedelta(days=1), time(hour, minute), BEIJING)
        return Alipay(read_account(GOLDEN, base_url=peer.url), transport, lambda: then)

    return asked_at


async def test_until_noon_no_bill_of_alipay_means_to_wait(alipay_asked_at, into):
    with pytest.raises(StatementNotReady):
        await alipay_asked_at(11, 59).fetch_statement(DAY, into)
    assert not into.exists()


async def test_after_noon_no_bill_of_alipay_means_that_nothing_moved(alipay_asked_at, into):
    alipay = alipay_asked_at(12, 1)
    await alipay.fetch_statement(DAY, into)
    assert list(alipay.read_statement(into)) == []


async def test_alipay_is_asked_for_a_day_and_its_address_followed(alipay, peer, reply, into):
    words = {"code": "10000", "msg": "Success", "bill_download_url": f"{peer.url}/bill.zip?a=1"}
    zipped = (GOLDEN.parent / "statements" / "alipay_trades.zip").read_bytes()
    peer.replies = [AlipaySide().says("", words, node=ADDRESS), reply(200, zipped)]
    await alipay.fetch_statement(DAY, into)
    asked, fetched = peer.asked
    told = params_of(asked.line.split(" ")[1], asked.body)
    assert told["biz_content"] == '{"bill_type":"trade","bill_date":"2026-11-30"}'
    assert fetched.line == "GET /bill.zip?a=1"
    assert into.read_bytes() == zipped


@pytest.mark.parametrize("status", [302, 403, 404])
async def test_an_address_that_has_died_is_asked_for_anew(alipay, peer, reply, into, status):
    words = {"code": "10000", "msg": "Success", "bill_download_url": f"{peer.url}/bill.zip"}
    peer.replies = [AlipaySide().says("", words, node=ADDRESS), reply(status, b"gone")]
    with pytest.raises(Unanswered):
        await alipay.fetch_statement(DAY, into)
    assert list(into.parent.iterdir()) == []


async def test_an_answer_without_an_address_is_not_believed(alipay, peer, into):
    words = {"code": "10000", "msg": "Success"}
    peer.replies = [AlipaySide().says("", words, node=ADDRESS)]
    with pytest.raises(Forged):
        await alipay.fetch_statement(DAY, into)


async def test_a_no_of_alipay_that_is_no_missing_file_is_a_no(alipay, peer, into):
    peer.replies = [AlipaySide().refuses("", "isv.insufficient-isv-permissions", node=ADDRESS)]
    with pytest.raises(ChannelRefused):
        await alipay.fetch_statement(DAY, into)
