"""Alipay's zip, written by another program, is read line by line and held to its totals."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime

import pytest
from tests.gateways.far_side import ATTEMPT, GOLDEN, REFUND

from shebao.core.books.statement import BadLine, LineKind, StatementLine, StatementUnreadable
from shebao.core.money import Money
from shebao.gateways.alipay.statement import read

SELLER = "2088000000000001"
TRADES = GOLDEN / "statements" / "alipay_trades.zip"
DETAIL = "20880000000000010156_20261201_业务明细.csv"


@pytest.fixture
def detail():
    with zipfile.ZipFile(TRADES, metadata_encoding="gbk") as packed:
        return packed.read(DETAIL).decode("gbk")


@pytest.fixture
def changed(tmp_path, detail):
    """The golden file with something in its list replaced."""

    def change(old: str, new: str):
        assert old in detail
        file = tmp_path / "file.zip"
        with zipfile.ZipFile(file, "w") as packed:
            packed.writestr(DETAIL, detail.replace(old, new, 1).encode("gb18030"))
        return file

    return change


def test_every_line_says_what_moved_and_under_which_numbers():
    paid, _, back = read(TRADES, seller_id=SELLER)
    assert paid == StatementLine(
        line=6,
        kind=LineKind.PAYMENT,
        our_id=ATTEMPT,
        reference="2026120122001412345678901234",
        amount=Money.yuan("380.50"),
        fee=Money.yuan("0.76"),
        happened_at=datetime(2026, 12, 1, 3, 59, 30, tzinfo=UTC),
    )
    assert back == StatementLine(
        line=8,
        kind=LineKind.REFUND,
        our_id=REFUND,
        reference="2026120122001412345678901234",
        amount=Money.yuan("100.00"),
        fee=-Money.yuan("0.20"),
        happened_at=datetime(2026, 12, 1, 3, 59, 50, tzinfo=UTC),
    )


def test_an_amount_without_decimals_is_read(detail):
    assert ",5000,5000," in detail
    assert [str(line.amount) for line in read(TRADES, seller_id=SELLER)][1] == "5000.00"


def test_an_empty_file_is_a_day_without_a_movement(tmp_path):
    empty = tmp_path / "empty"
    empty.touch()
    assert list(read(empty, seller_id=SELLER)) == []


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("380.50,380.50", "380.50,38O.50", "金额或时间写错了"),
        ("2026-12-01 11:59:30", "2026-12-01 25:59:30", "金额或时间写错了"),
        ("2026-12-01 11:59:30", "yesterday", "找不到创建时间"),
        (",交易    ,", ",分润    ,", "不认识的业务类型"),
        ("*芳(138****0000),380.50,380.50,0.00,", "", "列数不够"),
    ],
)
def test_a_line_that_cannot_be_read_is_handed_on_as_it_stands(changed, old, new, why):
    bad, *rest = read(changed(old, new), seller_id=SELLER)
    assert isinstance(bad, BadLine)
    assert (bad.line, why in bad.why or bad.why) == (6, True)
    assert [line.line for line in rest] == [7, 8]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("#交易合计：2笔", "#交易合计：3笔"),
        ("实收共5380.50元", "实收共5380.51元"),
        ("退款共-100.00元", "退款共-100.01元"),
        ("#退款合计：1笔", "#退款大概：1笔"),
        ("业务明细列表结束", "业务明细列表还没完"),
        ("支付宝交易号,", "交易号,"),
    ],
)
def test_a_file_whose_totals_are_not_those_of_its_lines_is_none(changed, old, new):
    with pytest.raises(StatementUnreadable):
        list(read(changed(old, new), seller_id=SELLER))


def test_a_missing_line_is_found_out(changed, detail):
    line = detail.splitlines(keepends=True)[6]
    with pytest.raises(StatementUnreadable, match="2"):
        list(read(changed(line, ""), seller_id=SELLER))


@pytest.mark.parametrize("kept", [50, 600, -30])
def test_a_zip_that_breaks_off_is_none(tmp_path, kept):
    half = tmp_path / "half"
    half.write_bytes(TRADES.read_bytes()[:kept])
    with pytest.raises(StatementUnreadable):
        list(read(half, seller_id=SELLER))


def test_a_zip_of_something_else_is_none(tmp_path):
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w") as packed:
        packed.writestr("账务明细.csv", "")
    with pytest.raises(StatementUnreadable, match="业务明细"):
        list(read(other, seller_id=SELLER))


def test_the_file_of_another_seller_is_refused():
    with pytest.raises(StatementUnreadable, match="20880000000000010156"):
        list(read(TRADES, seller_id="2088000000000009"))
