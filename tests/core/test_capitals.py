"""Capitals: the characters say exactly the amount, as an independent reading confirms."""

from __future__ import annotations

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shebao.core.capitals import in_capitals
from shebao.core.money import Money

LARGEST_FEN = 10**13 - 1


@pytest.mark.parametrize(
    ("yuan", "capitals"),
    [
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("0.55", "伍角伍分"),
        ("1", "壹元整"),
        ("10.01", "壹拾元零壹分"),
        ("404.46", "肆佰零肆元肆角陆分"),
        ("898.80", "捌佰玖拾捌元捌角整"),
        ("1000", "壹仟元整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("10003.05", "壹万零叁元零伍分"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("100000000.10", "壹亿元壹角整"),
        ("10000001000", "壹佰亿零壹仟元整"),
        ("99999999999.99", "玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
    ],
)
def test_amounts_are_written_as_the_central_bank_asks(yuan, capitals):
    assert in_capitals(Money.yuan(yuan)) == capitals


@given(st.integers(min_value=1, max_value=10**10 - 1))
def test_up_to_a_hundred_million_yuan_an_independent_writer_writes_the_same(fen):
    theirs = cn2an.an2cn(str(Money(fen)), "rmb")

    assert in_capitals(Money(fen)).removesuffix("整") == theirs.removesuffix("整")


@given(st.integers(min_value=1, max_value=LARGEST_FEN))
def test_above_that_only_the_zeros_may_differ(fen):
    # The other writer leaves out the zero for a group of zeros: 壹佰亿壹仟.
    theirs = cn2an.an2cn(str(Money(fen)), "rmb")

    assert _digits(in_capitals(Money(fen))) == _digits(theirs)


def _digits(text: str) -> str:
    return text.replace("零", "").removesuffix("整")
