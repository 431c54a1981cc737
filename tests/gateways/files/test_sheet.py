"""Amounts, fees, times and lines are read as channels write them, and nothing else is."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shebao.core.money import Money
from shebao.gateways import sheet

fens = st.integers(min_value=-(10**12), max_value=10**12)


@given(fens)
def test_what_money_writes_is_read_back(fen):
    assert sheet.amount(str(Money(fen))) == Money(fen)


@given(fens)
def test_a_fee_of_whole_fen_is_that_fee(fen):
    assert sheet.fee(f"{Money(fen)}000") == Money(fen)


@pytest.mark.parametrize(
    ("text", "fen"),
    [("0.00499", 0), ("0.00500", 1), ("-0.00500", -1), ("-0.00499", 0), ("7.79", 779), ("3", 300)],
)
def test_a_fee_is_rounded_half_up_whichever_way_it_goes(text, fen):
    assert sheet.fee(text) == Money(fen)


@pytest.mark.parametrize(
    "text", ["", "-", ".5", "1.", "1,000.00", "1_0", "１.00", "1e3", " 1", "1.0000001", "1.001"]
)
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(ValueError, match=r"not an amount|finer"):
        sheet.amount(text)


def test_a_time_is_that_of_beijing():
    assert sheet.moment("2026-12-01 00:00:00") == datetime(2026, 11, 30, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["2026-12-01", "2026-12-01T00:00:00", "2026-13-01 00:00:00", "2026-12-01 00:00:00 "]
)
def test_what_is_no_time_is_refused(text):
    with pytest.raises(ValueError, match=r"not a time|month"):
        sheet.moment(text)


def test_lines_come_without_their_ends():
    assert list(sheet.lines(io.BytesIO(b"a\r\nb\n\nc"))) == [b"a", b"b", b"", b"c"]


def test_a_line_that_never_ends_is_not_held():
    endless = io.BytesIO(b"x" * (sheet.LINE_BYTES_MAX + 1))
    with pytest.raises(ValueError, match="without an end"):
        list(sheet.lines(endless))
