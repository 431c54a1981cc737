"""Pages in English: found without marks, said in full on the way to a receipt, typed text kept."""

from __future__ import annotations

import re
from importlib import resources

import pytest
from tests.web.conftest import NINGBO, TIERED

from shebao.web.language.catalogue import Catalogue, read_catalogue
from shebao.web.language.pieces import in_other_words
from shebao.web.language.po import Entry, read_po, write_po
from shebao.web.language.sources import messages

GAP = re.compile(r"\{\w+\}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# The main job, from the city to the proof; what is said on the way is in messages/ and wording.py.
MAIN_JOB = re.compile(
    r"dates|told us|web/(wording|telling)\.py|web/messages/\w+\.toml|web/templates/("
    r"_\w+|base|city|sign-in|sign-in-code|home|for-whom|for-whom-other|items|choose|confirm|pay|cashier|"
    r"scan|in-app|result-\w+(-\w+)?|records|receipt|unpaid|agreements?|batches|help|verify|refused|"
    r"unanswered|bug|privacy|accessibility|refunds/\w+|entrance/\w+(-\w+)?|family/\w+(-\w+)?)\.html"
)
HEADING = "X-Name: Test\n"


def catalogue(*pairs):
    return Catalogue("xx", write_po(HEADING, [Entry(*pair) for pair in pairs]), {})


def test_whoever_pays_in_english_finds_nothing_untranslated_on_the_way():
    said = {entry.message: entry.said for entry in read_po(read_catalogue("en"))}
    missing = [
        f"{places[0]}: {message}"
        for message, places in messages().items()
        if any(map(MAIN_JOB.fullmatch, places)) and not said.get(message)
    ]
    assert missing == [], "run `shebao words extract` and translate what is empty in shebao.po"


def test_a_translation_has_no_gap_that_its_message_has_not():
    entries = read_po(read_catalogue("en"))
    strange = [
        entry
        for entry in entries
        if not set(GAP.findall(entry.said)) <= set(GAP.findall(entry.message))
    ]
    assert strange == []


def test_what_a_catalogue_is_written_to_is_read_back():
    entries = [Entry("一\n“二”", 'one\n"two" \\', ("a.html", "b.py")), Entry("三")]
    assert read_po(write_po(HEADING, entries)) == [Entry("", HEADING), *entries]


@pytest.mark.parametrize(
    ("template", "english"),
    [
        ("<p>共 {{ n }} 项</p>", "<p>{{ (n)|told }} items &lt;all&gt;</p>"),
        ('<a title="共 {{ n }} 项">x</a>', '<a title="{{ (n)|told }} items &lt;all&gt;">x</a>'),
        ("<b>{{ '是' if a == '否' else '否' }}</b>", "<b>{{ ('yes' if a == '否' else 'no')|told }}</b>"),
        ("{% if a == '是' %}{{ m.x('是') }}{% endif %}", "{% if a == '是' %}{{ (m.x('yes'))|told }}{% endif %}"),
        ('<input value="{{ typed }}" placeholder="是">', '<input value="{{ typed }}" placeholder="yes">'),
        ("{{ icon('a') }}是", "{{ icon('a') }}yes"),
        ("<i>没有译文</i>{# 是 #}", "<i>没有译文</i>{# 是 #}"),
    ],
)  # fmt: skip
def test_a_template_is_said_anew_where_it_is_read_and_nowhere_else(template, english):
    words = catalogue(("共 {n} 项", "{n} items <all>"), ("是", "yes"), ("否", "no"))
    assert in_other_words(template, words.say) == english


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("2026 年 11 月 21 日", "21 November 2026"),
        ("12 月 31 日截止，还有 40 天", "until 31 December, 40 days left"),
        ("2024 年度 · 5,000.00 元档", "2024 · 5,000.00 yuan tier"),
        ("2024 年 7 月", "July 2024"),
        ("2025 年 3 月 1 日起可以缴", "Can be paid from 1 March 2025"),
        ("这里不能用微信支付付款", "You cannot pay with WeChat Pay here"),
        ("没有再次扣款。请重新选择要缴的项目。", None),
        ("王*芳", None),
        ("Wang", None),
    ],
)
def test_what_python_gives_a_page_is_told_in_english(chinese, english):
    words = Catalogue("en", read_catalogue("en"), {})
    assert words.told(chinese) == (english or chinese)


async def test_the_language_is_chosen_by_a_link_and_remembered(visitor):
    page = await visitor.open("/?choose=1")
    assert page.language == "zh-CN"
    page = await visitor.open(page.link("English"))
    assert page.h1 == "Where are you enrolled?"
    page = await visitor.open(f"/?region={NINGBO}")
    assert page.language == "en"
    assert page.says("Ningbo social insurance payments")
    page = await visitor.open((await visitor.open("/help")).link("中文"))
    assert page.h1 == "使用帮助"


async def test_what_somebody_owes_is_told_in_english_with_the_schemes_own_name(settle, sign_in):
    payer = await sign_in(await settle(NINGBO, TIERED, owes=("1000.00",)))
    page = await payer.open("/items?lang=en")
    assert page.h1 == "Choose what to pay"
    assert page.says(
        "城乡居民基本养老保险费 (Basic Pension Insurance for Urban and Rural Residents)"
    )
    assert page.says("Back payment for 2021")


async def test_what_was_typed_comes_back_as_it_was_typed(visitor):
    await visitor.open(f"/?region={NINGBO}&lang=en")
    page = await visitor.open("/verify?n=姓名&c=1")
    assert page.forms[0].values["n"] == ["姓名"]


def test_pages_of_clerks_are_not_in_the_catalogue():
    places = {place for found in messages().values() for place in found}
    folder = resources.files("shebao.web") / "templates"
    assert any(one.name == "console" for one in folder.iterdir())
    assert not [place for place in places if re.search("templates/(console|desk)/", place)]
    assert CHINESE.search("".join(messages()))
