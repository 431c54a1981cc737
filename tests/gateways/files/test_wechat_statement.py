"""WeChat's files, written by another program, are read line by line and held to their totals."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.gateways.far_side import ATTEMPT, GOLDEN, REFUND

from shebao.core.books.statement import BadLine, LineKind, StatementLine, StatementUnreadable
from shebao.core.money import ZERO, Money, total
from shebao.gateways.wechat.funds import read_funds
from shebao.gateways.wechat.statement import read

MCHID = "1900000001"
TRADES = GOLDEN / "statements" / "wechat_trades.csv"
FUNDS = GOLDEN / "statements" / "wechat_funds.csv"


@pytest.fixture
def changed(tmp_path):
    """The golden file with something in it replaced."""

    def change(old: str, new: str, golden: Path = TRADES) -> Path:
        text = golden.read_bytes().decode()
        assert old in text
        file = tmp_path / "file.csv"
        file.write_bytes(text.replace(old, new, 1).encode())
        return file

    return change


def test_every_line_says_what_moved_and_under_which_numbers():
    lines = list(read(TRADES, mchid=MCHID))
    assert lines[0] == StatementLine(
        line=2,
        kind=LineKind.PAYMENT,
        our_id=ATTEMPT,
        reference="4200002345202612011234567890",
        amount=Money.yuan("380.50"),
        fee=Money.yuan("0.76"),
        happened_at=datetime(2026, 11, 30, 16, tzinfo=UTC),
    )
    assert lines[2] == StatementLine(
        line=4,
        kind=LineKind.REFUND,
        our_id=REFUND,
        reference="50300002342026120112345678901",
        amount=Money.yuan("100.00"),
        fee=-Money.yuan("0.20"),
        happened_at=datetime(2026, 12, 1, 3, 59, 50, tzinfo=UTC),
    )
    assert [line.line for line in lines] == [2, 3, 4, 5]


def test_a_refund_that_is_still_being_processed_has_left_us_already():
    assert [line.kind for line in read(TRADES, mchid=MCHID)].count(LineKind.REFUND) == 2


def test_a_refund_that_came_back_is_no_movement(changed):
    lines = list(read(changed("`PROCESSING", "`FAIL"), mchid=MCHID))
    assert [line.line for line in lines] == [2, 3, 4]


def test_a_gzipped_file_reads_the_same(tmp_path):
    zipped = tmp_path / "trades.csv.gz"
    zipped.write_bytes(gzip.compress(TRADES.read_bytes()))
    assert list(read(zipped, mchid=MCHID)) == list(read(TRADES, mchid=MCHID))


def test_an_empty_file_is_a_day_without_a_movement(tmp_path):
    empty = tmp_path / "empty"
    empty.touch()
    assert list(read(empty, mchid=MCHID)) == []
    assert list(read_funds(empty)) == []


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("`380.50,`0.00,`0,", "`380.5O,`0.00,`0,", "金额或时间写错了"),
        ("`2026-12-01 00:00:00", "`2026-12-01", "金额或时间写错了"),
        ("`SUCCESS", "`PERHAPS", "不认识的交易状态"),
        ("`CNY", "`HKD", "不是人民币"),
        (",`wx8888888888888888", "", "列数不够"),
        ("`2026-12-01 00:00:00", "2026-12-01 00:00:00", "列数不够"),
    ],
)
def test_a_line_that_cannot_be_read_is_handed_on_as_it_stands(changed, old, new, why):
    bad, *rest = read(changed(old, new), mchid=MCHID)
    assert isinstance(bad, BadLine)
    assert (bad.line, why in bad.why, new.strip(",") in bad.text) == (2, True, True)
    assert [line.line for line in rest] == [3, 4, 5]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("`4,`5380.50", "`5,`5380.50"),
        ("`4,`5380.50", "`4,`5380.51"),
        ("`5100.00,`0.00,`0.56000", "`5100.01,`0.00,`0.56000"),
        ("`0.56000", "`0.57000"),
        ("`0.56000", "`a little"),
        ("总交易单数", "大概是"),
        ("交易时间,", "时间,"),
    ],
)
def test_a_file_whose_totals_are_not_those_of_its_lines_is_none(changed, old, new):
    with pytest.raises(StatementUnreadable):
        list(read(changed(old, new), mchid=MCHID))


def test_a_missing_line_is_found_out(changed):
    line = TRADES.read_text("utf-8").splitlines()[3]
    with pytest.raises(StatementUnreadable, match="4"):
        list(read(changed(line, ""), mchid=MCHID))


def test_a_file_that_counts_its_payments_only_is_whole_all_the_same(changed):
    assert len(list(read(changed("`4,`5380.50", "`2,`5380.50"), mchid=MCHID))) == 4


@pytest.mark.parametrize("kept", [100, 700, -150, -60])
def test_a_file_that_breaks_off_is_none(tmp_path, kept):
    half = tmp_path / "half"
    half.write_bytes(TRADES.read_bytes()[:kept])
    with pytest.raises(StatementUnreadable):
        list(read(half, mchid=MCHID))


def test_a_broken_gzip_file_is_none(tmp_path):
    half = tmp_path / "half.gz"
    half.write_bytes(gzip.compress(TRADES.read_bytes())[:-20])
    with pytest.raises(StatementUnreadable, match="损坏"):
        list(read(half, mchid=MCHID))


def test_the_file_of_another_merchant_is_refused():
    with pytest.raises(StatementUnreadable, match=MCHID):
        list(read(TRADES, mchid="1900000009"))


def test_the_funds_say_the_fees_and_what_was_paid_out():
    moved = list(read_funds(FUNDS))
    assert [(one.kind, str(one.amount)) for one in moved] == [
        ("交易", "380.50"),
        ("扣除交易手续费", "-0.76"),
        ("退款", "-99.80"),
        ("提现", "-279.94"),
    ]
    assert total(one.amount for one in moved) == ZERO == moved[-1].balance
    assert (moved[0].our_id, moved[2].our_id, moved[3].our_id) == (ATTEMPT, REFUND, "")


def test_funds_that_cannot_be_read_are_handed_on(changed):
    bad, *rest = read_funds(changed("`收入,`380.50", "`来去,`380.50", FUNDS))
    assert isinstance(bad, BadLine)
    assert len(rest) == 3


@pytest.mark.parametrize(("old", "new"), [("`4,`1,", "`5,`1,"), ("`3,`380.50", "`3,`380.51")])
def test_funds_whose_totals_do_not_hold_are_none(changed, old, new):
    with pytest.raises(StatementUnreadable):
        list(read_funds(changed(old, new, FUNDS)))
