"""Documents: what a receipt says can be read, by people and programs, and any change is seen."""

from __future__ import annotations

import asyncio
import io
import json
import stat
from concurrent.futures import ThreadPoolExecutor

import pypdf
import pypdfium2
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from tests.receipt_papers import CHILD, CODE, FLEXIBLE, NOW, NUMBER, PENSION, URL, WANG, paper

from shebao.core.identity import IdNumber, IdType
from shebao.core.money import Money
from shebao.core.paper import Party
from shebao.gateways.documents.authority import credentials_in
from shebao.gateways.documents.office import FILE_BYTES_MAX, Documents, FileTooLarge
from shebao.gateways.documents.seal import Verdict

UNDRAWN = "𪻐"  # In no font that comes with pip.


@pytest.fixture(scope="module")
def documents(tmp_path_factory):
    return Documents(tmp_path_factory.mktemp("home"), lambda: NOW)


@pytest.fixture(scope="module")
def signed(documents):
    return documents.sign(documents.render(paper()))


def text_of(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return "\n".join(page.extract_text() for page in pages).replace("\u00a0", " ")


def codes_in(pdf: bytes) -> list[str]:
    opened = pypdfium2.PdfDocument(pdf)
    picture = opened[0].render(scale=3, grayscale=True)
    rows = memoryview(picture.buffer).cast("B")[: picture.stride * picture.height]
    found = zxingcpp.read_barcodes(rows.cast("B", shape=[picture.height, picture.stride]))
    opened.close()
    return [code.text for code in found]


@pytest.mark.parametrize("title", ["缴费回执", "社会保险费缴费凭证", "电子缴款凭证"])
def test_a_receipt_can_be_read_under_every_citys_title(documents, title):
    text = text_of(documents.render(paper(title=title)))

    words = {title, "王小芳", WANG.number.whole, "5,000.00", "伍仟元整", NUMBER, CODE}
    assert {word for word in words if word not in text} == set()


def test_the_policy_and_its_arithmetic_stand_on_the_receipt(documents):
    text = text_of(documents.render(paper()))

    assert "甬人社发〔2023〕41" in text
    assert "5,000 元/年 × 1 年 = 5,000.00 元" in text


def test_a_ticket_that_is_not_there_yet_is_announced(documents):
    assert "待税务机关开具" in text_of(documents.render(paper()))


def test_a_masked_receipt_holds_no_name_and_no_number_anywhere(documents):
    pdf = documents.render(paper(payer=WANG, insured=CHILD, whole=False))
    text = text_of(pdf)

    assert "王*芳" in text
    assert "王小芳" not in text
    assert WANG.number.whole not in text
    assert CHILD.number.whole not in text


def test_a_voided_receipt_says_so(documents):
    text = text_of(documents.render(paper(voided=True)))

    assert "已作废" in text
    assert "已缴费" not in text


@pytest.mark.parametrize("rows", [(PENSION,), FLEXIBLE, FLEXIBLE + (PENSION,) * 12])
def test_every_line_stands_on_the_receipt_however_many_pages_it_takes(documents, rows):
    text = text_of(documents.render(paper(rows=rows)))

    assert text.count("5,000 元/年") == sum(row is PENSION for row in rows) + 1
    assert text.count("4,494.00 元/月") == sum(row in FLEXIBLE for row in rows)


def test_the_printed_code_leads_to_the_verify_page(documents):
    assert codes_in(documents.render(paper())) == [URL]


@pytest.mark.parametrize("name", ["䶮赟", "㐂龑", "𠅤𫖯", "垚昇堃甯", "㛃㭎㥄", "𬭎𬍛𣲗"])
def test_rare_characters_are_drawn_and_can_be_copied(documents, name):
    party = Party(name, WANG.number)

    assert documents.uncovered(name) == ""
    assert name in text_of(documents.render(paper(payer=party)))


async def test_a_character_no_font_draws_is_printed_as_its_code_and_flagged(documents):
    flagged = paper(payer=Party(f"王{UNDRAWN}芳", WANG.number))
    text = text_of(await documents.issue(flagged))

    assert documents.uncovered(flagged.payer.name) == UNDRAWN
    assert text.count("U+2AED0") == 2
    assert "姓名以证件为准" in text


@pytest.mark.parametrize("sign", ["\ue000", "\U0001f642", "\U00030eef", "\x07", "\uffff"])
def test_even_a_character_that_is_no_character_leaves_a_readable_receipt(documents, sign):
    pdf = documents.render(paper(payer=Party(f"王{sign}芳", WANG.number)))

    assert f"U+{ord(sign):04X}" in text_of(pdf)


@pytest.mark.parametrize("name", ["#panic()", "$x$ *王* _芳_", '"\\', "<script>", "@王 = 芳"])
def test_a_name_is_never_read_as_markup(documents, name):
    printed = text_of(documents.render(paper(payer=Party(name, WANG.number))))

    assert name.replace(" ", "") in printed.replace(" ", "")


def test_a_program_finds_the_facts_attached_and_no_person_among_them(documents, signed):
    attached = pypdf.PdfReader(io.BytesIO(signed)).attachments["receipt.json"][0]

    assert json.loads(attached) == {
        "number": NUMBER,
        "verify_code": CODE,
        "total_fen": 500000,
        "voided": False,
    }


def test_a_receipt_is_archival_and_tagged_for_screen_readers(signed):
    reader = pypdf.PdfReader(io.BytesIO(signed))
    described = reader.root_object["/Metadata"].get_data().decode()

    assert reader.root_object["/MarkInfo"]["/Marked"]
    assert reader.root_object["/Lang"].startswith("zh")
    assert reader.metadata.title == f"缴费回执 {NUMBER}"
    assert "<pdfaid:part>3</pdfaid:part>" in described
    assert "<pdfuaid:part>1</pdfuaid:part>" in described


def test_a_signed_receipt_is_valid_and_says_which_it_is(documents, signed):
    judged = documents.verify(signed)

    assert judged.verdict is Verdict.VALID
    assert (judged.number, judged.verify_code) == (NUMBER, CODE)
    assert (judged.total, judged.signed_at) == (Money.yuan("5000"), NOW)


def test_a_receipt_is_still_valid_after_the_program_was_started_anew(tmp_path):
    first = Documents(tmp_path, lambda: NOW)
    pdf = first.sign(first.render(paper()))

    assert Documents(tmp_path, lambda: NOW).verify(pdf).verdict is Verdict.VALID


@given(st.data())
def test_a_change_of_any_bit_a_reader_sees_is_seen(documents, signed, data):
    place = data.draw(st.integers(0, signed.index(b"/Contents") - 1))
    bit = data.draw(st.integers(0, 7))
    changed = bytearray(signed)
    changed[place] ^= 1 << bit

    assert documents.verify(bytes(changed)).verdict is not Verdict.VALID


@pytest.mark.parametrize(
    "damage", [lambda pdf: pdf + b" ", lambda pdf: pdf[:-20], lambda pdf: pdf * 2]
)
def test_a_file_that_grew_or_shrank_was_changed(documents, signed, damage):
    assert documents.verify(damage(signed)).verdict is Verdict.CHANGED


def test_a_revision_added_after_signing_is_a_change(documents, signed):
    reader = pypdf.PdfReader(io.BytesIO(signed))
    writer = pypdf.PdfWriter(reader, incremental=True)
    writer.add_blank_page()
    added = io.BytesIO()
    writer.write(added)

    assert added.getvalue().startswith(signed)
    assert documents.verify(added.getvalue()).verdict is Verdict.CHANGED


def test_a_receipt_of_another_installation_is_not_ours(signed, tmp_path):
    assert Documents(tmp_path, lambda: NOW).verify(signed).verdict is Verdict.NOT_OURS


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n", b"hello", b"\x00" * 100])
def test_a_file_without_a_signature_is_told_so(documents, content):
    assert documents.verify(content).verdict is Verdict.NO_SIGNATURE


def test_a_receipt_printed_and_not_signed_is_no_proof(documents):
    assert documents.verify(documents.render(paper())).verdict is Verdict.NO_SIGNATURE


@given(st.binary(max_size=300))
def test_whatever_is_handed_in_gets_a_verdict(documents, rubbish):
    assert documents.verify(b"%PDF-1.7\n/ByteRange" + rubbish).verdict is Verdict.CHANGED


def test_an_enormous_file_is_refused_unread(documents):
    with pytest.raises(FileTooLarge):
        documents.verify(b"0" * (FILE_BYTES_MAX + 1))


async def test_receipts_are_issued_side_by_side(documents):
    issued = await asyncio.gather(*(documents.issue(paper()) for _ in range(4)))
    judged = await asyncio.gather(*(documents.judge(each) for each in issued))

    assert [each.verdict for each in judged] == [Verdict.VALID] * 4


def test_nobody_else_can_read_the_keys(documents, tmp_path):
    credentials_in(tmp_path / "signing", NOW)
    files = list((tmp_path / "signing").iterdir())

    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert {file.suffix for file in files} == {".pem"}


def test_two_programs_that_start_together_share_one_key(tmp_path):
    with ThreadPoolExecutor() as pool:
        made = list(pool.map(lambda _: credentials_in(tmp_path / "signing", NOW), range(8)))

    assert len({each.certificate.serial_number for each in made}) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["signing"]


def test_a_picture_of_a_receipt_is_a_png(documents):
    assert documents.picture(paper()).startswith(b"\x89PNG")


def test_a_name_beyond_the_basic_plane_is_masked_by_the_character(documents):
    party = Party("𠅤小𫖯", IdNumber(IdType.HKMO_PERMIT, "H12345678"))

    assert "𠅤*𫖯" in text_of(documents.render(paper(payer=party, whole=False)))
