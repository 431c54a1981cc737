"""An id says what it names and when it was made, and is fit to be a channel's number."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shebao.core.ids import ENTROPY_BYTES, kind_of, mint

CROCKFORD = set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 280 * 365 * 86_400_000).map(
    lambda milliseconds: BEGINNING + timedelta(milliseconds=milliseconds)
)
DICE = st.binary(min_size=ENTROPY_BYTES, max_size=ENTROPY_BYTES)


def rolled(dice):
    return lambda count: dice[:count]


@given(MOMENTS, DICE)
def test_an_id_is_29_letters_and_digits_that_every_channel_takes(at, dice):
    made = mint("ord", at, rolled(dice))
    assert (made[:3], len(made)) == ("ord", 29)
    assert set(made[3:]) <= CROCKFORD


@given(MOMENTS, DICE, DICE, st.integers(1, 10**9))
def test_an_id_minted_later_sorts_later_whatever_the_dice_say(at, dice, other, milliseconds):
    later = at + timedelta(milliseconds=milliseconds)
    assert mint("ord", at, rolled(dice)) < mint("ord", later, rolled(other))


@given(MOMENTS, DICE, DICE)
def test_two_ids_of_one_moment_differ_exactly_as_the_dice_do(at, dice, other):
    one, two = mint("ord", at, rolled(dice)), mint("ord", at, rolled(other))
    assert (one == two) is (dice == other)


def test_the_same_moment_and_the_same_dice_make_a_known_id():
    made = mint("ord", datetime(2024, 2, 6, 1, 2, 3, tzinfo=UTC), rolled(bytes(range(10))))
    assert made == "ord01HNXYZCQR000G40R40M30E209"


def test_the_first_three_letters_say_what_it_names():
    assert kind_of("ord01HNXYZCQR000G40R40M30E209") == "ord"


@pytest.mark.parametrize("prefix", ["", "or", "orde", "o-d", "or1"])
def test_a_kind_is_three_letters_and_nothing_else(prefix):
    with pytest.raises(AssertionError):
        mint(prefix, datetime(2024, 2, 6, tzinfo=UTC), rolled(bytes(10)))
