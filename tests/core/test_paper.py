"""Paper: a receipt shows each reader what they may see, and its code cannot be guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shebao.core.identity import IdNumber, IdType
from shebao.core.money import Money
from shebao.core.paper import (
    PaperRow,
    PaperSource,
    Party,
    ReceiptPaper,
    is_code_of,
    thousands,
    verify_code,
)

SECRET = b"a secret of enough bytes"
WANG = Party("王小芳", IdNumber(IdType.RESIDENT, "11010519491231002X"))
NUMBER = "rct01JABCDEFGHJKMNPQRSTVWXYZ0"


def paper(amounts: tuple[str, ...], *, total: str, whole: bool) -> ReceiptPaper:
    return ReceiptPaper(
        title="缴费回执",
        number=NUMBER,
        region="宁波市",
        collector="国家税务总局宁波市税务局",
        payer=WANG,
        insured=WANG,
        rows=tuple(PaperRow("保险费", "2026 年", "", "", Money.yuan(yuan)) for yuan in amounts),
        total=Money.yuan(total),
        paid_at="2026-11-21 15:14:08",
        method="微信支付",
        channel_reference="4200002711202611211234567890",
        ticket_number=None,
        sources=(PaperSource("通知", "甬人社发〔2023〕41号"),),
        verify_code=verify_code(NUMBER, SECRET),
        verify_url="https://shebao.example/verify",
        whole=whole,
    )


def test_a_masked_receipt_names_nobody_in_full():
    masked = paper(("380",), total="380", whole=False)

    assert masked.name_of(masked.payer) == "王*芳"
    assert masked.number_of(masked.payer) == "1101**********002X"


def test_a_whole_receipt_names_its_owner_in_full():
    whole = paper(("380",), total="380", whole=True)

    assert whole.name_of(whole.insured) == "王小芳"
    assert whole.number_of(whole.insured) == "11010519491231002X"


def test_a_log_never_holds_a_person_of_a_receipt():
    assert "王小芳" not in repr(paper(("1",), total="1", whole=True))
    assert "19491231" not in repr(paper(("1",), total="1", whole=True))


def test_the_total_stands_in_capitals_too():
    assert paper(("898.80", "404.46"), total="1303.26", whole=True).capitals == (
        "壹仟叁佰零叁元贰角陆分"
    )


def test_a_receipt_whose_lines_do_not_add_up_cannot_be_made():
    with pytest.raises(AssertionError):
        paper(("898.80", "404.46"), total="1303.25", whole=True)


@pytest.mark.parametrize(
    ("fen", "written"),
    [(5, "0.05"), (100000, "1,000.00"), (123456789, "1,234,567.89"), (-100000, "-1,000.00")],
)
def test_thousands_stand_apart_from_hundreds(fen, written):
    assert thousands(Money(fen)) == written


def test_a_code_is_two_groups_of_four_letters_nobody_mixes_up():
    assert verify_code(NUMBER, SECRET) == "ND5C-2A98"


@given(st.text("0123456789ABCDEF", min_size=1, max_size=29))
def test_a_code_belongs_to_its_number_and_to_no_other(number):
    code = verify_code(number, SECRET)

    assert is_code_of(number, code, SECRET)
    assert not is_code_of(number + "0", code, SECRET)
    assert not is_code_of(number, code, SECRET[::-1])


@given(st.text("0123456789ABCDEF", min_size=1, max_size=29))
def test_a_code_may_be_typed_as_it_is_read(number):
    typed = verify_code(number, SECRET).lower().replace("0", "o").replace("1", "l")

    assert is_code_of(number, f" {typed.replace('-', '')} ", SECRET)


@given(st.text())
def test_any_other_text_is_no_code(text):
    assert is_code_of(NUMBER, text, SECRET) is (text.strip() in {"ND5C-2A98", "ND5C2A98"})
