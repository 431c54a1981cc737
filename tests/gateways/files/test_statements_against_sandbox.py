"""The files of a day, as the sandbox's channels make them, are fetched whole and read."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.gateways.rehearsal import clock, rehearsal

from shebao.core.books.statement import (
    BadLine,
    LineKind,
    StatementNotReady,
    StatementUnreadable,
)
from shebao.core.channel import ChannelRefused, Return, Scene
from shebao.core.ids import mint
from shebao.core.money import Money, total
from shebao.core.refusals import Unanswered
from shebao.gateways.alipay.account import read_account as read_alipay
from shebao.gateways.alipay.pay import Alipay
from shebao.gateways.arrival import BEIJING, is_final
from shebao.gateways.wechat.account import read_account as read_wechat
from shebao.gateways.wechat.funds import FundAccount, read_funds
from shebao.gateways.wechat.pay import WeChatPay

CHANNELS = ("wechat", "alipay")


def today():
    return clock().astimezone(BEIJING).date()


@pytest.fixture(scope="module")
async def world(tmp_path_factory, transport):
    async with rehearsal(tmp_path_factory.mktemp("books"), transport) as town:
        yield town


@pytest.fixture(scope="module")
def channels(world, transport):
    return connected(world, transport)


def connected(world, transport):
    wechat = read_wechat(world.credentials, base_url=world.url)
    alipay = read_alipay(world.credentials, base_url=world.url)
    return {
        "wechat": WeChatPay(wechat, transport, clock, os.urandom),
        "alipay": Alipay(alipay, transport, clock),
    }


@pytest.fixture
def paid(world, channels, charge):
    """Pay a sum through a channel, and say under which number."""

    async def pay(name: str, amount: str) -> str:
        one = replace(
            charge,
            attempt_id=mint("att", clock(), os.urandom),
            amount=Money.yuan(amount),
            expires_at=clock() + timedelta(minutes=10),
            scene=Scene.NATIVE,
            notify_url="http://127.0.0.1:9/nobody",
        )
        await channels[name].begin(one)
        await world.pull(f"attempts/{one.attempt_id}/pay", {"faults": ["notice_never"]})
        return one.attempt_id

    return pay


def back(attempt_id: str, amount: str, of: str) -> Return:
    return Return(
        refund_id=mint("rfd", clock(), os.urandom),
        attempt_id=attempt_id,
        amount=Money.yuan(amount),
        paid=Money.yuan(of),
        reason="重复缴费",
        notify_url="http://127.0.0.1:9/nobody",
    )


async def made(world, name, *mishaps, kind="trade"):
    told = {"channel": name, "day": str(today()), "kind": kind, "mishaps": list(mishaps)}
    return (await world.pull("statements", told))["planted"]


async def fetched(channel, file):
    await channel.fetch_statement(today(), file)
    return list(channel.read_statement(file))


def only(lines, numbers):
    """What the file says of some numbers: other tests paid on the same day."""
    found = [line for line in lines if not isinstance(line, BadLine) and line.our_id in numbers]
    return sorted((line.our_id, line.kind, str(line.amount), str(line.fee)) for line in found)


@pytest.mark.parametrize("name", CHANNELS)
async def test_a_day_is_fetched_and_every_movement_is_in_it(channels, paid, tmp_path, world, name):
    first, second = await paid(name, "380.50"), await paid(name, "5000")
    asked = back(first, "100", "380.50")
    await channels[name].give_back(asked)
    await made(world, name)
    lines = await fetched(channels[name], tmp_path / "file")
    assert only(lines, {first, second, asked.refund_id}) == sorted(
        [
            (first, LineKind.PAYMENT, "380.50", "0.76"),
            (second, LineKind.PAYMENT, "5000.00", "10.00"),
            (asked.refund_id, LineKind.REFUND, "100.00", "-0.20"),
        ]
    )
    inquired = await channels[name].inquire(first)
    (line,) = [line for line in lines if line.our_id == first]
    assert (line.reference, line.happened_at) == (inquired.reference, inquired.happened_at)
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("name", CHANNELS)
async def test_a_day_that_is_not_over_has_no_file(town, transport, tmp_path, name):
    with pytest.raises(StatementNotReady, match=name):
        await connected(town, transport)[name].fetch_statement(today(), tmp_path / "file")
    assert not (tmp_path / "file").exists()


@pytest.mark.parametrize("name", CHANNELS)
async def test_a_day_on_which_nothing_moved_is_an_empty_file(channels, tmp_path, name):
    day = today() - timedelta(days=3)
    await channels[name].fetch_statement(day, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == b""
    assert list(channels[name].read_statement(tmp_path / "file")) == []


@pytest.mark.parametrize("name", CHANNELS)
async def test_a_file_that_is_late_is_fetched_when_it_is_made(
    channels, paid, tmp_path, world, name
):
    number = await paid(name, "1")
    await made(world, name, {"kind": "file_late"})
    with pytest.raises(StatementNotReady):
        await channels[name].fetch_statement(today(), tmp_path / "file")
    await made(world, name)
    assert len(only(await fetched(channels[name], tmp_path / "file"), {number})) == 1


@pytest.mark.parametrize("name", CHANNELS)
async def test_lines_that_are_missing_extra_twice_altered_and_garbled(
    channels, paid, tmp_path, world, name
):
    gone, altered, twice, garbled = [await paid(name, "10") for _ in range(4)]
    await made(
        world,
        name,
        {"kind": "line_missing", "our_id": gone},
        {"kind": "amount_altered", "our_id": altered, "fen": 5},
        {"kind": "line_twice", "our_id": twice},
        {"kind": "line_garbled", "our_id": garbled},
        {"kind": "line_extra", "our_id": "nobodys", "fen": 123},
    )
    lines = await fetched(channels[name], tmp_path / "file")
    found = only(lines, {gone, altered, twice, garbled, "nobodys"})
    assert sorted((number, amount) for number, _, amount, _ in found) == sorted(
        [(altered, "10.05"), (twice, "10.00"), (twice, "10.00"), ("nobodys", "1.23")]
    )
    assert [line.text[-2:] for line in lines if isinstance(line, BadLine)] == ["??"]


@pytest.mark.parametrize("name", CHANNELS)
@pytest.mark.parametrize("mishap", ["file_damaged", "file_cut_short", "totals_wrong"])
async def test_a_spoilt_file_is_never_taken_for_a_statement(
    channels, paid, tmp_path, world, name, mishap
):
    await paid(name, "10")
    await made(world, name, {"kind": mishap})
    with pytest.raises(StatementUnreadable):
        await fetched(channels[name], tmp_path / "file")
    assert not list(tmp_path.glob(".*.part"))


@pytest.mark.parametrize("name", CHANNELS)
@pytest.mark.parametrize("kind", ["unavailable", "answer_lost"])
async def test_a_channel_in_trouble_leaves_what_was_there(
    channels, paid, tmp_path, world, name, kind
):
    await paid(name, "10")
    await made(world, name)
    file = tmp_path / "file"
    file.write_bytes(b"yesterday's")
    await world.pull("faults", {"kind": kind, "on": "statement"})
    with pytest.raises(Unanswered):
        await channels[name].fetch_statement(today(), file)
    assert file.read_bytes() == b"yesterday's"


async def test_a_day_that_is_too_old_is_refused(channels, tmp_path):
    with pytest.raises(ChannelRefused, match="PARAM_ERROR"):
        await channels["wechat"].fetch_statement(today() - timedelta(days=200), tmp_path / "file")


async def test_nothing_is_believed_of_a_day_before_noon_of_the_next(world, tmp_path, channels):
    await made(world, "wechat", {"kind": "file_none"})
    with pytest.raises(StatementNotReady):
        await channels["wechat"].fetch_statement(today(), tmp_path / "file")


async def test_the_funds_of_a_day_come_to_what_the_lines_come_to(channels, paid, tmp_path, world):
    number = await paid("wechat", "380.50")
    asked = back(number, "100", "380.50")
    await channels["wechat"].give_back(asked)
    await made(world, "wechat", kind="fund")
    await channels["wechat"].fetch_funds(today(), tmp_path / "funds")
    moved = list(read_funds(tmp_path / "funds"))
    ours = [one for one in moved if one.our_id in {number, asked.refund_id}]
    assert [(one.kind, str(one.amount), one.our_id) for one in ours] == [
        ("交易", "380.50", number),
        ("扣除交易手续费", "-0.76", number),
        ("退款", "-99.80", asked.refund_id),
    ]
    assert moved[-1].balance == total(one.amount for one in moved)


async def test_an_account_without_a_movement_has_an_empty_file(channels, tmp_path):
    day = today() - timedelta(days=2)
    await channels["wechat"].fetch_funds(day, tmp_path / "funds", account=FundAccount.FEES)
    assert list(read_funds(tmp_path / "funds")) == []


@pytest.mark.parametrize(("hour", "final"), [(3, False), (4, True)])
def test_a_file_that_is_not_there_by_noon_of_the_next_day_will_not_come(hour, final):
    now = datetime(2026, 12, 2, hour, 0, tzinfo=UTC)  # Four o'clock is noon in Beijing.
    assert is_final(date(2026, 12, 1), now) is final
