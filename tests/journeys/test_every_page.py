"""Every page can be read and used: by anybody, on any screen, in large type, with a keyboard."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from tests.journeys import gallery
from tests.journeys.conftest import keep
from tests.journeys.gallery_basket import BASKET, assemble_basket
from tests.journeys.gallery_batches import BATCHES, assemble_batches
from tests.journeys.gallery_beyond import BEYOND
from tests.journeys.gallery_declaring import DECLARING, assemble_declaring
from tests.journeys.gallery_entrances import ENTRANCES, assemble_entrances
from tests.journeys.gallery_rosters import ROSTERS, assemble_rosters
from tests.journeys.gallery_services import SERVICES, assemble_services
from tests.journeys.judging import (
    LOOKS,
    PHONE_WIDE,
    STANDARD,
    WIDTHS,
    faults_for_the_keyboard,
    faults_in_large_text,
    faults_of,
)
from tests.journeys.payer import PHONE, Payer, Watch

# One page of each kind payers see; axe takes too long to look at all of them once more.
IN_ENGLISH = (
    *("city", "sign_in", "home", "for_whom", "items_family", "choose_base", "confirm", "pay"),
    *("result_paid", "records", "receipt", "agreements", "advice_answered", "gaps", "reminders"),
    *("rates", "top_up", "object", "help"),
)
# What is still said in Chinese, but for names of people and words of law that English stands beside.
CHINESE = """() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), left = [];
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const at = node.parentElement, said = node.data.trim();
    if (at.closest('script, style, [lang^=zh], [hidden]') || !at.getClientRects().length) continue;
    if (/[\\u4e00-\\u9fff]/.test(said)) left.push(said);
  }
  return left;
}"""
# Masked names, titles of documents and their numbers, amounts in capitals, names with their gloss.
PROPER = re.compile(
    r"[一-鿿]\*[一-鿿]?|《[^》]*》（?[^，。]*|核定-[\d-]+|[零壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整]{4,}"
    r"|[一-鿿（）()]+ \((?=[A-Z])"
)
PICTURES = (
    *gallery.PICTURES,
    *ENTRANCES,
    *DECLARING,
    *SERVICES,
    *BATCHES,
    *ROSTERS,
    *BEYOND,
    *BASKET,
)


@pytest_asyncio.fixture(scope="module")
async def cast(town):
    cast = await gallery.assemble(town)
    await assemble_entrances(town, cast)
    await assemble_declaring(town, cast)
    await assemble_services(town, cast)
    await assemble_batches(town, cast)
    await assemble_rosters(town, cast)
    await assemble_basket(town, cast)
    return cast


@pytest_asyncio.fixture(scope="module")
async def calm(town):
    """A watch over all of these pages."""
    watch = Watch(town.url)
    yield watch
    watch.must_be_calm()


@pytest_asyncio.fixture(scope="module")
async def seats(town, chromium, cast, calm):
    """A browser for everybody of the cast, kept open from page to page."""
    taken = {}
    for who in dict.fromkeys(picture.who for picture in PICTURES):
        context = await chromium.new_context(user_agent=PHONE, locale="zh-CN")
        calm.over(context)
        one = getattr(cast, who, None)
        await keep(context, town, at=town.entry(one or cast.tiers), look=STANDARD.cookie)
        if one is not None:
            await keep(context, town, sb=one.session)
        taken[who] = Payer(town, await context.new_page(), one)
    yield taken
    for payer in taken.values():
        await payer.page.context.close()


@pytest_asyncio.fixture
async def before(town, seats, cast):
    """Put somebody before a page."""

    async def before(picture):
        payer = seats[picture.who]
        await payer.page.set_viewport_size({"width": PHONE_WIDE, "height": WIDTHS[PHONE_WIDE]})
        await picture.show(payer, cast)
        await payer.comes_to(picture.title)
        return payer.page

    yield before
    await town.goes_right()


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
async def test_a_page_has_nothing_wrong_with_it(before, picture):
    page = await before(picture)
    faults = await faults_for_the_keyboard(page)
    faults += await faults_of(page)
    faults += await faults_in_large_text(page)
    assert faults == [], "\n".join(faults)


@pytest.mark.parametrize("name", IN_ENGLISH)
async def test_a_page_in_english_has_nothing_wrong_with_it_and_no_chinese_left(before, name):
    page = await before(next(picture for picture in PICTURES if picture.name == name))
    parts = urlsplit(page.url)
    query = f"{parts.query}&lang=en" if parts.query else "lang=en"
    await page.goto(parts._replace(query=query).geturl())
    left = [PROPER.sub("", said) for said in await page.evaluate(CHINESE)]
    faults = [f"not in English: {said}" for said in left if re.search("[一-鿿]", said)]
    faults += await faults_of(page, STANDARD)
    await page.goto(parts._replace(query=query.replace("lang=en", "lang=zh")).geturl())
    assert faults == [], "\n".join(faults)


async def test_no_two_kinds_of_page_have_the_same_title(before):
    kinds = ("city", "sign_in", "code", "home", "for_whom", "for_whom_other", "items", "confirm")
    kinds += (
        "pay",
        "scan",
        "result_waiting",
        "result_paid",
        "unpaid",
        "records",
        "receipt",
        "help",
    )
    titles = [
        await (await before(picture)).title() for picture in PICTURES if picture.name in kinds
    ]
    assert len(titles) == len(set(titles)) == len(kinds)


WRONG = """() => {
  document.querySelector('main').insertAdjacentHTML('beforeend', `
    <h1>又一个</h1><summary class="tiny">小</summary><img src="/static/none.png">
    <p class="wide">宽</p>`);
  Object.assign(document.querySelector('.tiny').style, {width: '20px', minHeight: '20px'});
  document.querySelector('p.wide').style.width = '3000px';
}"""


async def test_the_measure_finds_what_it_is_made_to_find(before):
    page = await before(next(picture for picture in PICTURES if picture.name == "help"))
    await page.evaluate(WRONG)
    faults = "\n".join(await faults_of(page, LOOKS["elder"]))
    assert "scrolls sideways by" in faults
    assert "2 main headings" in faults
    assert "target of" in faults
    assert "image-alt" in faults
