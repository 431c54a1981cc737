"""UnionPay's file of a day comes inside a signed answer, and is brought whole or not at all."""

from __future__ import annotations

import asyncio
import base64
import os
import zipfile
import zlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from urllib.parse import urlencode

import httpx
import pytest
from tests.gateways.peer import Reply
from tests.gateways.unionpay_file import file, line
from tests.gateways.unionpay_side import MERCHANT, asked, plain

from shebao.core.books.statement import (
    LineKind,
    StatementNotReady,
    StatementUnreadable,
)
from shebao.core.channel import ChannelRefused, Forged, Return
from shebao.core.ids import mint
from shebao.core.money import Money
from shebao.core.refusals import Unanswered
from shebao.gateways.arrival import BEIJING
from shebao.gateways.transport import Transport
from shebao.gateways.unionpay.account import read_account
from shebao.gateways.unionpay.pay import UnionPay
from shebao.sandbox import clock as their_clock
from shebao.sandbox import main as sandbox
from shebao.sandbox.town import Settings, build

DAY = date(2026, 11, 30)
NOON = datetime.now(UTC) + timedelta(hours=1)


@pytest.fixture
def unionpay(unionpay_folder, peer, transport):
    account = replace(
        read_account(unionpay_folder), file_url=f"{peer.url}/", gateway_url=f"{peer.url}/api/"
    )
    return UnionPay(account, transport, lambda: NOON)


def answered(content, **changed):
    packed = base64.b64encode(zlib.compress(content)).decode()
    words = {"respCode": "00", "respMsg": "成功", "merId": MERCHANT, "fileName": "a.zip"}
    return words | {"fileContent": packed} | changed


async def test_a_file_is_asked_for_by_its_day_and_brought_as_it_is(
    unionpay, unionpay_side, peer, tmp_path
):
    content = file(tmp_path, line()).read_bytes()
    peer.replies = [unionpay_side.says(answered(content))]
    await unionpay.fetch_statement(DAY, tmp_path / "there")
    assert (tmp_path / "there").read_bytes() == content
    assert sorted(path.name for path in tmp_path.iterdir()) == ["statement", "there"]
    said = asked(peer.asked[0])
    assert (said["txnType"], said["fileType"], said["settleDate"]) == ("76", "00", "1130")


async def test_a_long_file_is_hashed_and_unpacked_in_pieces(
    unionpay, unionpay_side, peer, tmp_path
):
    path = tmp_path / "long"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as packed:
        packed.writestr(f"INN26113088ZM_{MERCHANT}", os.urandom(5_000_000))
    content = path.read_bytes()
    peer.replies = [unionpay_side.says(answered(content))]
    await unionpay.fetch_statement(DAY, tmp_path / "there")
    assert (tmp_path / "there").read_bytes() == content


async def test_a_changed_file_is_not_believed(unionpay, unionpay_side, peer, tmp_path):
    words = unionpay_side.signed(answered(file(tmp_path, line()).read_bytes()))
    other = answered(file(tmp_path, line(a6="000000038051")).read_bytes())
    peer.replies = [Reply(200, plain(words | {"fileContent": other["fileContent"]}))]
    with pytest.raises(Forged, match="why=signature"):
        await unionpay.fetch_statement(DAY, tmp_path / "there")
    assert not (tmp_path / "there").exists()


@pytest.mark.parametrize("body", [b"", b"nothing", b"a=1&a=1", b"=1&b=2", b"a={1"])
async def test_what_is_no_answer_is_not_believed(unionpay, peer, tmp_path, body):
    peer.replies = [Reply(200, body)]
    with pytest.raises(Forged):
        await unionpay.fetch_statement(DAY, tmp_path / "there")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"respCode": "05"}, Unanswered),
        ({"respCode": "11"}, ChannelRefused),
        ({"merId": "777290058119999"}, Forged),
        ({"fileContent": ""}, Forged),
        ({"fileContent": "AAAA"}, StatementUnreadable),
        ({"fileContent": base64.b64encode(zlib.compress(b"no zip")).decode()}, StatementUnreadable),
        (
            {"fileContent": base64.b64encode(zlib.compress(b"x" * 9)[:-3]).decode()},
            StatementUnreadable,
        ),
    ],
)
async def test_an_answer_without_a_whole_file_leaves_nothing_behind(
    unionpay, unionpay_side, peer, tmp_path, changed, expected
):
    told = answered(b"", **changed)
    kept = {name: value for name, value in told.items() if value}
    peer.replies = [unionpay_side.says(kept)]
    with pytest.raises(expected):
        await unionpay.fetch_statement(DAY, tmp_path / "there")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def asked_at(unionpay_folder, unionpay_side, peer, transport):
    """UnionPay without a file, asked tomorrow at an hour in Beijing; and the day that is over."""

    def asked_at(hour, minute):
        account = replace(read_account(unionpay_folder), file_url=f"{peer.url}/")
        peer.replies = [unionpay_side.says({"respCode": "98", "respMsg": "文件不存在"})]
        then = (NOON + timedelta(days=1)).astimezone(BEIJING).replace(hour=hour, minute=minute)
        return UnionPay(account, transport, lambda: then), then.date() - timedelta(days=1)

    return asked_at


async def test_until_noon_no_file_of_the_day_before_means_to_wait(asked_at, tmp_path):
    unionpay, day = asked_at(11, 59)
    with pytest.raises(StatementNotReady):
        await unionpay.fetch_statement(day, tmp_path / "there")
    assert list(tmp_path.iterdir()) == []


async def test_after_noon_no_file_of_the_day_before_means_that_nothing_moved(asked_at, tmp_path):
    unionpay, day = asked_at(12, 1)
    await unionpay.fetch_statement(day, tmp_path / "there")
    assert list(unionpay.read_statement(tmp_path / "there")) == []


async def test_no_file_yet_and_no_file_any_more(
    unionpay_folder, unionpay_side, peer, transport, tmp_path
):
    account = replace(read_account(unionpay_folder), file_url=f"{peer.url}/")
    unionpay = UnionPay(account, transport, lambda: NOON)
    today = NOON.date()
    words = {"respCode": "98", "respMsg": "文件不存在"}
    peer.replies = [unionpay_side.says(words), unionpay_side.says(words)]
    with pytest.raises(StatementNotReady):
        await unionpay.fetch_statement(today, tmp_path / "there")
    await unionpay.fetch_statement(today - timedelta(days=3), tmp_path / "there")
    assert (tmp_path / "there").read_bytes() == b""


class Rehearsed:
    """The sandbox in our own process, so that a day may pass in a moment."""

    def __init__(self, folder):
        self.ms = their_clock.now_ms()
        self.town = build(folder, Settings(time_factor=Fraction(1, 10**9)))
        app = sandbox.around(self.town)
        self.transport = Transport(wire=httpx.ASGITransport(app=app))
        account = read_account(folder, base_url="http://127.0.0.1:8100")
        self.unionpay = UnionPay(account, self.transport, self.now)

    def now(self):
        return datetime.fromtimestamp(self.ms / 1000, UTC)

    async def ask(self, path, **told):
        answer = await self.transport.ask(
            whom="lever", method="POST", url=f"http://127.0.0.1:8100{path}", headers={}, **told
        )
        assert answer.status in {200, 303}, answer.body.decode()
        return answer


async def refunded(unionpay, back):
    """Wait until a refund has moved."""
    async with asyncio.timeout(5):
        while (await unionpay.inquire_return(back.refund_id, attempt_id="")).reference is None:
            await asyncio.sleep(0.01)


@pytest.fixture
async def there(tmp_path):
    there = Rehearsed(tmp_path / "credentials")
    with their_clock.told_by(lambda: there.ms * 1_000_000):
        yield there
    await there.town.timers.stop()
    await there.transport.close()
    there.town.ledger.close()


async def paid(there, charge):
    """Pay a charge in the sandbox; its attempt and what UnionPay says of its money."""
    charge = replace(
        charge,
        attempt_id=mint("att", there.now(), os.urandom),
        expires_at=there.now() + timedelta(minutes=30),
        notify_url="http://127.0.0.1:1/notices",
    )
    body = urlencode((await there.unionpay.begin(charge)).parameters).encode()
    await there.ask("/unionpay/gateway/api/frontTransReq.do", body=body)
    await there.ask(f"/sandbox/attempts/{charge.attempt_id}/pay")
    return charge, await there.unionpay.inquire(charge.attempt_id)


async def given_back(there, charge, money):
    """Give some of it back."""
    back = Return(
        refund_id=mint("rfd", there.now(), os.urandom),
        attempt_id=charge.attempt_id,
        amount=Money.yuan("100"),
        paid=charge.amount,
        reason="误收",
        notify_url=charge.notify_url,
        reference=money.reference,
    )
    await there.unionpay.give_back(back)
    await refunded(there.unionpay, back)
    return back


async def test_a_day_in_the_sandbox_comes_back_as_its_statement(there, tmp_path, charge):
    charge, money = await paid(there, charge)
    back = await given_back(there, charge, money)
    day = (there.now() + timedelta(hours=9)).date()  # It ends at 23:00 in Beijing.
    with pytest.raises(StatementNotReady):
        await there.unionpay.fetch_statement(day, tmp_path / "file")
    there.ms += 24 * 3600 * 1000
    await there.unionpay.fetch_statement(day, tmp_path / "file")
    payment, refund = there.unionpay.read_statement(tmp_path / "file")
    assert (payment.kind, payment.our_id) == (LineKind.PAYMENT, charge.attempt_id)
    assert (payment.reference, payment.amount) == (money.reference, charge.amount)
    assert payment.happened_at == money.happened_at
    assert (refund.kind, refund.our_id) == (LineKind.REFUND, back.refund_id)
    assert (refund.amount, refund.fee) == (back.amount, Money(-20))
