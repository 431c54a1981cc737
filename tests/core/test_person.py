"""Person: names and telephone numbers are read kindly, refused precisely and shown masked."""

from __future__ import annotations

import pytest

from shebao.core.person import (
    NAME_LENGTH_MAX,
    NameMissing,
    NameTooLong,
    NameWrong,
    PhoneWrong,
    masked_name,
    masked_number,
    masked_phone,
    parse_name,
    parse_phone,
)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("王芳", "王芳"),
        ("  王小芳\t", "王小芳"),
        ("王\u3000小 芳", "王小芳"),
        ("王\u200b芳\ufeff", "王芳"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("阿依古丽・买买提", "阿依古丽·买买提"),
        ("阿依古丽.买买提", "阿依古丽·买买提"),
        ("阿依古丽． 买买提", "阿依古丽·买买提"),
        ("赵C", "赵C"),
        ("Ｊｏｈｎ　Ｓｍｉｔｈ", "John Smith"),
        ("Mary-Ann  O'Neil Jr.", "Mary-Ann O'Neil Jr."),
        ("Jose\u0301 Müller", "José Müller"),
        ("⽅小明", "方小明"),
    ],
)
def test_what_a_keyboard_adds_is_taken_away(written, name):
    assert parse_name(written) == name


@pytest.mark.parametrize(
    "name", ["䶮赟", "㐂龑", "𪻐", "𠅤𫖯", "𬭎𬍛", "𰻞", "王\U000323af", "〇明"]
)
def test_rare_characters_of_every_extension_are_kept(name):
    assert parse_name(name) == name


@pytest.mark.parametrize(
    ("written", "position", "character"),
    [
        ("王1芳", 2, "1"),
        ("王(芳)", 2, "("),
        ("\ue000芳", 1, "\ue000"),
        ("·买买提", 1, "·"),
        ("买买提·", 4, "·"),
        ("王🙂", 2, "🙂"),
        ("王?", 2, "?"),
    ],
)
def test_a_character_no_name_contains_is_pointed_at(written, position, character):
    with pytest.raises(NameWrong) as refused:
        parse_name(written)

    assert (refused.value.position, refused.value.character) == (position, character)


@pytest.mark.parametrize("written", ["", "   ", "\u3000\u200b"])
def test_an_empty_name_is_missing_not_wrong(written):
    with pytest.raises(NameMissing):
        parse_name(written)


def test_a_name_longer_than_any_certificate_is_refused():
    with pytest.raises(NameTooLong) as refused:
        parse_name("王" * (NAME_LENGTH_MAX + 1))

    assert refused.value.found == NAME_LENGTH_MAX + 1


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("李明", "李*"),
        ("王小芳", "王*芳"),
        ("王李小明", "王**明"),
        ("诸葛", "诸*"),
        ("欧阳修", "欧阳*"),
        ("欧阳小修", "欧阳*修"),
        ("阿依古丽·买买提", "阿***·**提"),
        ("John Smith", "J*** ****h"),
        ("𪻐㐂龑", "𪻐*龑"),
        ("金", "*"),
    ],
)
def test_a_masked_name_keeps_the_surname_and_the_last_character(name, masked):
    assert masked_name(name) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("330283194912310025", "3302**********0025"),
        ("H12345678", "H1*****78"),
        ("P330123456", "P3******56"),
        ("USA110178052915", "USA*********915"),
        ("123", "***"),
    ],
)
def test_a_masked_number_keeps_its_ends(number, masked):
    assert masked_number(number) == masked


@pytest.mark.parametrize("length", range(1, 30))
def test_at_least_half_of_any_number_is_hidden(length):
    assert masked_number("7" * length).count("*") * 2 >= length


def test_a_masked_phone_keeps_three_and_four_digits():
    assert masked_phone("13800131234") == "138****1234"


@pytest.mark.parametrize(
    "written",
    ["13800138000", "138 0013 8000", "138-0013-8000", "+86 13800138000", "008613800138000"],
)
def test_a_mobile_number_may_be_written_as_people_write_it(written):
    assert parse_phone(written) == "13800138000"


def test_full_width_digits_are_digits():
    assert parse_phone("１３８００１３８０００") == "13800138000"


@pytest.mark.parametrize(
    ("written", "found"),
    [("1380013800", 10), ("138001380001", 12), ("12800138000", 11), ("", 0), ("手机", 0)],
)
def test_another_number_is_refused_with_the_digits_counted(written, found):
    with pytest.raises(PhoneWrong) as refused:
        parse_phone(written)

    assert refused.value.found == found
