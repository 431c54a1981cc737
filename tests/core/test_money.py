"""Money is whole fen: nothing is lost, made up or rounded where nobody said how."""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shebao.core.money import ZERO, Money, Rounding, total

FEN = st.integers(0, 10**10)
AMOUNTS = st.builds(Money, st.integers(-(10**9), 10**9))
RATES = st.decimals(0, 2, places=4)


@given(FEN)
def test_what_is_written_is_read_as_the_same_amount(fen):
    assert Money.yuan(str(Money(fen))) == Money(fen)


@pytest.mark.parametrize(
    ("text", "fen"),
    [("380", 38000), ("380.5", 38050), ("380.50", 38050), ("0.01", 1), ("0", 0), ("0.10", 10)],
)
def test_an_amount_is_read_as_people_write_it(text, fen):
    assert Money.yuan(text) == Money(fen)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".5",
        "5.",
        "1999.995",
        "-1",
        "+1",
        "1e3",
        "1,000",
        "０",
        "1 000",
        "007",
        "¥5",
        " 5",
        "5\n",
    ],
)
def test_what_is_no_amount_is_refused_with_how_to_write_one(text):
    with pytest.raises(ValueError, match=r"write it like 380 or 380\.50"):
        Money.yuan(text)


@pytest.mark.parametrize("fen", [1.0, "1", True, Decimal(1), None], ids=repr)
def test_money_is_made_of_whole_numbers_only(fen):
    with pytest.raises(AssertionError):
        Money(fen)


@pytest.mark.parametrize("fen", [10**13, -(10**13)])
def test_an_amount_no_bill_can_have_is_a_mistake_of_ours(fen):
    with pytest.raises(AssertionError):
        Money(fen)


@pytest.mark.parametrize(
    ("fen", "written"), [(0, "0.00"), (5, "0.05"), (38050, "380.50"), (-5, "-0.05")]
)
def test_an_amount_is_written_with_two_decimals(fen, written):
    assert str(Money(fen)) == written
    assert repr(Money(fen)) == f"Money(¥{written})"


@given(AMOUNTS, AMOUNTS)
def test_what_is_taken_away_again_was_added(one, other):
    assert one + other - other == one
    assert one + -one == ZERO
    assert one - other == -(other - one)


@given(st.lists(AMOUNTS))
def test_a_total_is_the_sum_of_its_parts_in_any_order(amounts):
    assert total(amounts).fen == sum(amount.fen for amount in amounts)
    assert total(amounts) == total(reversed(amounts))


@given(FEN, RATES)
def test_a_rate_is_rounded_once_and_as_it_says(fen, rate):
    exact = fen * rate
    rounded = {how: Money(fen).at_rate(rate, how).fen for how in Rounding}
    assert rounded == {
        Rounding.HALF_UP: int(exact.quantize(Decimal(1), ROUND_HALF_UP)),
        Rounding.DOWN: int(exact.to_integral_value(ROUND_FLOOR)),
        Rounding.UP: int(exact.to_integral_value(ROUND_CEILING)),
    }
    assert rounded[Rounding.UP] - rounded[Rounding.DOWN] == (exact != int(exact))


@pytest.mark.parametrize(
    ("how", "fen"), [(Rounding.HALF_UP, 1), (Rounding.DOWN, 0), (Rounding.UP, 1)], ids=str
)
def test_half_a_fen_goes_where_the_policy_says(how, fen):
    assert Money(5).at_rate(Decimal("0.1"), how) == Money(fen)


def test_a_rate_below_zero_is_a_mistake_of_ours():
    with pytest.raises(AssertionError):
        Money(100).at_rate(Decimal("-0.08"), Rounding.HALF_UP)
