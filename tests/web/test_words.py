"""Words carry the facts of a refusal, as people write them, and lead somewhere that exists."""

import re
from datetime import date

import pytest

from shebao.core.bill import BillNotOpen
from shebao.core.identity import IdType, IdTypeDiffers
from shebao.core.order import OrderGone
from shebao.core.policy.choice import AmountOutOfRange
from shebao.core.policy.window import NotOpenYet
from shebao.operations.world import MethodNotOffered
from shebao.web.routes import ROUTES
from shebao.web.words import load_messages, words_of

PLACES = [
    re.compile(re.sub(r"\{\w+\}", "[^/]+", one.path)) for one in ROUTES if one.method == "GET"
]
LINKS = [
    (code, entry["link"])
    for code, told in load_messages().items()
    for entry in (told, *(one for by in told.get("when", {}).values() for one in by.values()))
    if "link" in entry
]


@pytest.mark.parametrize(
    ("refusal", "says", "do"),
    [
        (
            AmountOutOfRange("9000.01", "1000.00", "9000.00"),
            "9,000.01 元不在可以缴的范围里",
            "请填 1,000.00 元到 9,000.00 元之间的金额。",
        ),
        (
            IdTypeDiffers(IdType.RESIDENT, IdType.HKMO_RESIDENCE),
            "这是港澳居民居住证的号码，您选的是居民身份证",
            "请把证件类型改成港澳居民居住证，或者重新填写号码。",
        ),
        (
            NotOpenYet("居民医保", "2025", date(2024, 10, 1)),
            "居民医保 2025 的缴费期还没有开始",
            "2024 年 10 月 1 日起可以缴。",
        ),
        (MethodNotOffered("alipay"), "这里不能用支付宝付款", "请换一种支付方式。没有扣款。"),
    ],
    ids=lambda told: getattr(told, "code", None),
)
def test_facts_stand_in_the_words_as_people_write_them(refusal, says, do):
    words = words_of(refusal)
    assert (words.says, words.do) == (says, do)


def test_the_same_refusal_has_other_words_for_another_state():
    paid, held = words_of(BillNotOpen("b", "paid")), words_of(BillNotOpen("b", "reserved"))
    assert (paid.link, held.link) == ("/records", "/unpaid")


def test_a_link_may_name_what_the_refusal_is_about():
    assert words_of(OrderGone("ord1", "paid")).link == "/result/ord1"


@pytest.mark.parametrize(("code", "link"), LINKS)
def test_every_next_step_leads_to_a_page_there_is(code, link):
    there = link.replace("{order_id}", "ord1").partition("?")[0]
    assert any(place.fullmatch(there) for place in PLACES), code
