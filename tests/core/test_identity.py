"""Identity: every certificate people hold is read, and every slip of the finger is caught."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shebao.core.identity import (
    IdBirthDateWrong,
    IdCharacterWrong,
    IdCheckDigitWrong,
    IdFifteenDigits,
    IdFormUnknown,
    IdLengthWrong,
    IdMissing,
    IdNumber,
    IdType,
    IdTypeDiffers,
    Sex,
    check_digit,
    parse_id,
)
from shebao.core.refusals import Refusal

TODAY = date(2026, 11, 21)


def numbered(seventeen: str) -> str:
    return seventeen + check_digit(seventeen)


def read(text: str, id_type: IdType = IdType.RESIDENT) -> IdNumber:
    return parse_id(id_type, text, on=TODAY)


seventeens = st.builds(
    lambda place, born, order: f"{place}{born:%Y%m%d}{order:03d}",
    st.integers(110000, 659999),
    st.dates(date(1900, 1, 1), TODAY),
    st.integers(0, 999),
)


@pytest.mark.parametrize(
    "written",
    [
        "11010519491231002X",
        "11010519491231002x",
        " 110105 19491231 002X ",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105\u30001949\u200b1231002ｘ",
    ],
)
def test_a_number_is_read_however_it_was_typed(written):
    assert read(written).whole == "11010519491231002X"


@pytest.mark.parametrize(
    "place",
    ["330283", "320482", "320405", "320202", "330204", "659012", "210000", "139001"],
)
def test_the_place_of_an_abolished_or_a_new_district_is_never_questioned(place):
    number = numbered(f"{place}19491231002")

    assert read(number).whole == number


def test_a_number_says_when_its_owner_was_born_and_their_sex():
    number = read(numbered("33020619800229001"))

    assert (number.born, number.sex) == (date(1980, 2, 29), Sex.MALE)
    assert read(numbered("33020619800229002")).sex is Sex.FEMALE


@pytest.mark.parametrize(
    ("day", "age"),
    [(date(2026, 11, 20), 15), (date(2026, 11, 21), 16), (date(2027, 1, 1), 16)],
)
def test_age_grows_on_the_birthday_and_not_before(day, age):
    assert read(numbered("33020620101121001")).age_on(day) == age


@given(seventeens)
def test_every_well_formed_number_is_read(seventeen):
    assert read(numbered(seventeen)).whole == numbered(seventeen)


@given(seventeens, st.integers(0, 16), st.integers(1, 9))
def test_any_single_mistyped_digit_is_caught(seventeen, place, shift):
    number = numbered(seventeen)
    mistyped = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]

    with pytest.raises(Refusal):
        read(mistyped)


@given(seventeens, st.sampled_from("0123456789X"))
def test_a_mistyped_check_digit_is_caught(seventeen, last):
    assume(last != check_digit(seventeen))

    with pytest.raises(IdCheckDigitWrong):
        read(seventeen + last)


@given(seventeens, st.integers(0, 16))
def test_two_neighbours_typed_the_wrong_way_round_are_caught(seventeen, place):
    number = numbered(seventeen)
    assume(number[place] != number[place + 1])
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]

    with pytest.raises(Refusal):
        read(swapped)


@pytest.mark.parametrize("length", [1, 14, 16, 17, 19, 25])
def test_a_missing_or_surplus_digit_is_counted(length):
    with pytest.raises(IdLengthWrong) as refused:
        read(("11010519491231002X" + "0" * 9)[:17].ljust(length, "0")[:length])

    assert (refused.value.expected, refused.value.found) == (18, length)


def test_fifteen_digits_are_an_old_number_and_not_a_short_one():
    with pytest.raises(IdFifteenDigits):
        read("110105491231002")


@pytest.mark.parametrize(
    ("written", "position", "character"),
    [
        ("1101O519491231002X", 5, "O"),
        ("11010519491231002Y", 18, "Y"),
        ("1101051949123X0025", 14, "X"),
        ("110105-9491231002X", 7, "-"),
        ("1101051949123100二X", 17, "二"),
    ],
)
def test_a_character_that_is_no_digit_is_pointed_at(written, position, character):
    with pytest.raises(IdCharacterWrong) as refused:
        read(written)

    assert (refused.value.position, refused.value.character) == (position, character)


@pytest.mark.parametrize(
    "born", ["19490230", "19491301", "19490010", "18991231", "20261122", "00000000", "20230229"]
)
def test_a_day_nobody_was_born_on_is_refused(born):
    with pytest.raises(IdBirthDateWrong) as refused:
        read(numbered(f"110105{born}002"))

    assert refused.value.written == born


def test_a_child_born_today_can_be_insured_today():
    assert read(numbered("33020620261121002")).born == TODAY


@pytest.mark.parametrize(
    ("id_type", "place"),
    [
        (IdType.HKMO_RESIDENCE, "810000"),
        (IdType.HKMO_RESIDENCE, "820000"),
        (IdType.TAIWAN_RESIDENCE, "830000"),
        (IdType.FOREIGN_RESIDENT, "931840"),
    ],
)
def test_residence_permits_are_numbers_of_the_same_make(id_type, place):
    number = read(numbered(f"{place}19900101123"), id_type)

    assert (number.born, number.sex) == (date(1990, 1, 1), Sex.MALE)


@pytest.mark.parametrize(
    ("chosen", "written", "seems"),
    [
        (IdType.RESIDENT, numbered("81000019900101123"), IdType.HKMO_RESIDENCE),
        (IdType.RESIDENT, numbered("83000019900101123"), IdType.TAIWAN_RESIDENCE),
        (IdType.RESIDENT, numbered("93184019900101123"), IdType.FOREIGN_RESIDENT),
        (IdType.RESIDENT, "USA110178052915", IdType.FOREIGN_RESIDENT),
        (IdType.HKMO_RESIDENCE, numbered("11010519900101123"), IdType.RESIDENT),
        (IdType.HKMO_RESIDENCE, numbered("83000019900101123"), IdType.TAIWAN_RESIDENCE),
        (IdType.FOREIGN_RESIDENT, numbered("11010519900101123"), IdType.RESIDENT),
    ],
)
def test_the_number_of_another_certificate_is_told_which_it_is(chosen, written, seems):
    with pytest.raises(IdTypeDiffers) as refused:
        read(written, chosen)

    assert (refused.value.chosen, refused.value.seems) == (chosen, seems)


@pytest.mark.parametrize(
    ("id_type", "written", "whole"),
    [
        (IdType.FOREIGN_RESIDENT, "usa 110178052915", "USA110178052915"),
        (IdType.HKMO_PERMIT, "h12345678", "H12345678"),
        (IdType.HKMO_PERMIT, "M1234567801", "M1234567801"),
        (IdType.TAIWAN_PERMIT, "12345678", "12345678"),
        (IdType.TAIWAN_PERMIT, "1234567801B", "1234567801B"),
        (IdType.CHINESE_PASSPORT, "E12345678", "E12345678"),
        (IdType.CHINESE_PASSPORT, "ea1234567", "EA1234567"),
        (IdType.CHINESE_PASSPORT, "G12345678", "G12345678"),
        (IdType.FOREIGN_PASSPORT, "C01X00T47", "C01X00T47"),
        (IdType.BIRTH_CERTIFICATE, "p330123456", "P330123456"),
    ],
)
def test_other_certificates_are_read_by_their_own_form(id_type, written, whole):
    number = read(written, id_type)

    assert (number.whole, number.born, number.sex) == (whole, None, None)


def test_a_child_without_a_card_has_the_number_in_the_household_register():
    number = read(numbered("33020620260101002"), IdType.HOUSEHOLD_REGISTER)

    assert number.age_on(TODAY) == 0


@pytest.mark.parametrize(
    ("id_type", "written"),
    [
        (IdType.HKMO_PERMIT, "X12345678"),
        (IdType.HKMO_PERMIT, "H123456789"),
        (IdType.TAIWAN_PERMIT, "123456789"),
        (IdType.CHINESE_PASSPORT, "E1234567"),
        (IdType.FOREIGN_PASSPORT, "A12"),
        (IdType.BIRTH_CERTIFICATE, "3301234567"),
    ],
)
def test_a_form_no_such_certificate_has_is_refused(id_type, written):
    with pytest.raises(IdFormUnknown) as refused:
        read(written, id_type)

    assert (refused.value.id_type, refused.value.found) == (id_type, len(written))


@pytest.mark.parametrize("id_type", IdType)
def test_nothing_written_is_missing_whatever_the_certificate(id_type):
    with pytest.raises(IdMissing):
        read(" \u3000", id_type)


@pytest.mark.parametrize("id_type", IdType)
def test_every_certificate_has_a_name_people_know(id_type):
    assert id_type.label.endswith(("证", "护照", "户口簿", "证明"))


@pytest.mark.parametrize("shown", [str, repr, "{}".format, "{!r}".format])
def test_a_number_never_shows_itself_whole_by_accident(shown):
    number = read("11010519491231002X")

    assert "1101**********002X" in shown(number)
    assert "19491231" not in shown(number)


@given(st.text())
def test_any_text_at_all_is_read_or_refused(text):
    assert isinstance(_answer(text), IdNumber | Refusal)


def _answer(text: str) -> IdNumber | Refusal:
    try:
        return read(text)
    except Refusal as refused:
        return refused
