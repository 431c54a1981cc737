"""Every page can be read and used: by anybody, on any screen, in large type, with a keyboard."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from axe_playwright_python.base import AXE_SCRIPT
from tests.journeys import gallery
from tests.journeys.conftest import keep
from tests.journeys.gallery_entrances import ENTRANCES, assemble_entrances
from tests.journeys.payer import PHONE, Payer, Watch

HERE = Path(__file__).parent
MEASURE = (HERE / "measure.js").read_text("utf-8")
FOCUS = (HERE / "focus.js").read_text("utf-8")
PHONE_WIDE, DESK_WIDE = 390, 1280
WIDTHS = {320: 640, PHONE_WIDE: 844, DESK_WIDE: 900}


@dataclass(frozen=True)
class Look:
    """How pages look, how large what one touches must be, and at which widths axe judges."""

    cookie: str
    target: int
    judged_at: tuple[int, ...]


LOOKS = {
    "standard": Look("std.blue", 44, (PHONE_WIDE, DESK_WIDE)),
    "elder": Look("elder.blue", 60, (PHONE_WIDE, DESK_WIDE)),
    "red": Look("std.red", 44, (PHONE_WIDE,)),  # Only colours differ.
}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = "tags => axe.run({runOnly: tags, resultTypes: ['violations']}).then(r => r.violations)"
TWICE = "() => { document.documentElement.style.fontSize = '200%'; }"
PICTURES = (*gallery.PICTURES, *ENTRANCES)
LOOKED_AT = [(picture, look) for picture in PICTURES for look in LOOKS]


@pytest_asyncio.fixture(scope="module")
async def cast(town):
    cast = await gallery.assemble(town)
    await assemble_entrances(town, cast)
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
    for who in ("", "tiers", "amount", "months", "family", "nobody", "new"):
        context = await chromium.new_context(user_agent=PHONE, locale="zh-CN")
        calm.over(context)
        one = getattr(cast, who, None)
        await keep(context, town, at=town.entry(one or cast.tiers))
        if one is not None:
            await keep(context, town, sb=one.session)
        taken[who] = Payer(town, await context.new_page(), one)
    yield taken
    for payer in taken.values():
        await payer.page.context.close()


@pytest_asyncio.fixture
async def before(town, seats, cast):
    """Put somebody before a page in one of its looks."""

    async def before(picture, look=LOOKS["standard"].cookie):
        payer = seats[picture.who]
        await payer.page.set_viewport_size({"width": PHONE_WIDE, "height": 844})
        await keep(payer.page.context, town, look=look)
        await picture.show(payer, cast)
        await payer.comes_to(picture.title)
        return payer.page

    yield before
    await town.goes_right()


async def judged(page):
    """What axe finds, rule by rule with the place."""
    await page.evaluate(AXE_SCRIPT)
    return [
        f"{found['id']}: {node['html'][:90]} {node['failureSummary'][-160:]}"
        for found in await page.evaluate(AXE, TAGS)
        for node in found["nodes"]
    ]


async def faults_of(page, look):
    """Everything that is wrong with a page, at every width."""
    faults = []
    for width, height in WIDTHS.items():
        await page.set_viewport_size({"width": width, "height": height})
        wrong = await page.evaluate(MEASURE, {"target": look.target, "page": width == PHONE_WIDE})
        wrong += await judged(page) if width in look.judged_at else []
        faults += [f"at {width} px: {fault}" for fault in wrong]
    return faults


@pytest.mark.parametrize(
    ("picture", "look"), LOOKED_AT, ids=[f"{page.name}-{look}" for page, look in LOOKED_AT]
)
async def test_a_page_has_nothing_wrong_with_it(before, picture, look):
    page = await before(picture, LOOKS[look].cookie)
    faults = await faults_of(page, LOOKS[look])
    assert faults == [], "\n".join(faults)


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
async def test_a_page_shows_the_focus_and_loses_nothing_in_text_of_twice_the_size(before, picture):
    page = await before(picture)
    await page.keyboard.press("Tab")
    unseen = await page.evaluate(FOCUS)
    await page.evaluate(TWICE)
    lost = await page.evaluate(MEASURE, {})
    assert unseen + lost == [], f"without focus: {unseen}; in large text: {lost}"


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
