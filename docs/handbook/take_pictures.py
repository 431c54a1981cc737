"""Take pictures: raises the system, walks through it as demo residents, and keeps what is seen.

    python -m docs.handbook.take_pictures          makes docs/handbook/pages/*.png again

The pictures show the pages as they are, in the system's Chromium, 390 points wide. `items.png`
is the way from home to result in one strip, for the README.
"""  # noqa: INP001

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path
from typing import Final

from docs.handbook.small_png import Picture, read_png, write_png
from docs.handbook.tours import LOOKS, SHOWN_IN_ALL, TOURS, Tour
from playwright.async_api import Browser
from tests.journeys.browser import browser
from tests.journeys.conftest import keep
from tests.journeys.payer import PHONE, Payer
from tests.journeys.town import Town, raised

PAGES: Final = Path(__file__).with_name("pages")
STRIP: Final = ("home", "owed", "choose", "confirm", "result")
_AS_SEEN: Final = """() => {
  document.activeElement.blur();
  scrollTo(0, 0);
  document.querySelector('input[name=choice]:checked + .tile')?.scrollIntoView({block: 'center'});
}"""
_GAP, _BETWEEN = 12, (107, 114, 128)


@dataclass(eq=False)
class Album:
    """The pictures taken so far."""

    town: Town
    browser: Browser
    taken: dict[str, Picture] = field(default_factory=dict)

    async def seat(self, key: str, *, desktop: bool = False) -> Payer:
        """A demo resident, signed in, before a browser."""
        one = await self.town.demo(key)
        viewport = {"width": 1280, "height": 900} if desktop else {"width": 390, "height": 844}
        context = await self.browser.new_context(
            viewport=viewport,
            user_agent=None if desktop else PHONE,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        payer = Payer(self.town, await context.new_page(), one)
        await keep(context, self.town, at=self.town.entry(one))
        return payer

    async def take(self, payer: Payer, name: str) -> None:
        """Keep what somebody sees, without the ring of the focus: the top, or what is chosen."""
        await payer.page.evaluate(_AS_SEEN)
        self.taken[name] = read_png(await payer.page.screenshot(animations="disabled"))
        _keep(name, self.taken[name])


def _keep(name: str, picture: Picture) -> None:
    (PAGES / f"{name}.png").write_bytes(write_png(picture))


def _beside(left: Picture, right: Picture) -> Picture:
    return left.beside(right, gap=_GAP, colour=_BETWEEN)


async def _ningbo(album: Album) -> None:
    """From home to result, and the receipt."""
    payer = await album.seat("ningbo_wang")
    await payer.signs_in()
    await album.take(payer, "home")
    await payer.presses("去缴费")
    await payer.comes_to("选择要缴的项目")
    await album.take(payer, "owed")
    await payer.presses("选档次")
    await payer.comes_to("选择 2024 年缴费档次")
    await payer.tile("5,000").click()
    await album.take(payer, "choose")
    await payer.presses("下一步")
    await payer.sees("请先缴特殊缴费")
    await album.take(payer, "special-first")
    await payer.presses("下一步")
    await payer.comes_to("请核对缴费信息")
    await album.take(payer, "confirm")
    await payer.presses("确认无误，去支付")
    await payer.comes_to("应缴金额")
    await album.take(payer, "pay")
    await payer.goes_to_cashier()
    await album.take(payer, "cashier")
    await payer.does_at_cashier("pay")
    await payer.comes_to("缴费成功")
    await album.take(payer, "result")
    await payer.presses("看缴费凭证")
    await payer.comes_to("社保费缴费回执单")
    await album.take(payer, "receipt")
    await payer.presses("验证这份凭证")
    await payer.comes_to("凭证验真")
    await album.take(payer, "verify")


async def _large(album: Album) -> None:
    """Large type, for the same pages."""
    payer = await album.seat("ningbo_chen")
    await payer.signs_in()
    for path, name in (("/home?elder=1", "elder-home"), ("/items", "elder-items")):
        await payer.open(path)
        await album.take(payer, name)
    await payer.presses("选档次")
    await payer.comes_to("选择 2024 年缴费档次")
    await album.take(payer, "elder-choose")


async def _other_cities(album: Album) -> None:
    """An amount in Beijing, a base in Wuxi, a family in Changzhou."""
    for key, choose, name in (
        ("beijing_zhang", "选金额", "choose-amount"),
        ("wuxi_qian", "选基数", "choose-base"),
    ):
        payer = await album.seat(key)
        await payer.signs_in()
        await payer.presses(choose)
        await payer.comes_to("选择")
        await album.take(payer, name)
    payer = await album.seat("changzhou_jiang")
    await payer.signs_in()
    child = await album.town.demo("changzhou_yu")
    await payer.open("/items")
    await payer.presses("再加一个家人")
    await album.take(payer, "for-whom")
    await payer.presses("帮其他人缴")
    await payer.page.fill("#name", child.name)
    await payer.page.fill("#number", child.number)
    await payer.tile("我是父母或其他监护人").click()
    await album.take(payer, "for-whom-other")
    await payer.presses("下一步")
    await payer.comes_to("选择要缴的项目")
    await album.take(payer, "family")
    await payer.presses("下一步")
    await payer.opens_order()
    await payer.open("/unpaid")
    await album.take(payer, "unpaid")
    await payer.open(f"/orders/{payer.order_id}/pay")
    await payer.goes_to_cashier()
    await payer.does_at_cashier("decline")
    await payer.comes_to("正在确认支付结果")
    await album.take(payer, "waiting")


async def _doors(album: Album) -> None:
    """What one sees before signing in, and at a desk."""
    payer = await album.seat("ningbo_lin")
    await payer.open("/?choose=1")
    await album.take(payer, "city")
    await payer.open("/sign-in")
    await payer.page.fill("#name", "王建国")
    await payer.page.fill("#number", "330212197503089912")
    await payer.page.fill("#phone", "13800000001")
    await payer.presses("获取验证码")
    await payer.sees("有 1 处需要修改")
    await album.take(payer, "sign-in-wrong")
    await payer.signs_in()
    await payer.open("/items")
    await album.take(payer, "not-enrolled")
    desk = await album.seat("beijing_zhao", desktop=True)
    await desk.signs_in()
    await album.take(desk, "desk-home")
    await desk.presses("去缴费")
    await desk.presses("下一步")
    await desk.opens_order()
    await desk.page.click("#pay")
    await desk.comes_to("扫码")
    await album.take(desk, "desk-scan")


async def _tour(album: Album, tour: Tour) -> None:
    """The main pages of a city; the first of them in large type and on a desk, too."""
    payer = await album.seat(tour.resident)
    await payer.signs_in()
    for look in LOOKS:
        wide = {"width": 1280, "height": 900} if look == "wide" else {"width": 390, "height": 844}
        await payer.page.set_viewport_size(wide)
        await payer.open(f"/home?elder={int(look == 'elder')}")
        for name, place in [*tour.pages.items()][: SHOWN_IN_ALL if look else None]:
            if place.startswith("["):
                await payer.presses(place.strip("[]"))
                await payer.comes_to("选择")
            else:
                await payer.open(place)
            await album.take(payer, "-".join(part for part in (tour.city, name, look) if part))


def _index() -> str:
    """The page that leads to all of them, city by city and look by look."""
    lines = ["# What the pages look like", "", "Made by `python -m docs.handbook.take_pictures`."]
    for tour in TOURS:
        lines += ["", f"## {tour.name} {tour.city}"]
        for look, words in LOOKS.items():
            names = [*tour.pages][: SHOWN_IN_ALL if look else None]
            files = ["-".join(part for part in (tour.city, name, look) if part) for name in names]
            width = 640 if look == "wide" else 240
            lines += ["", f"**{words}**", ""]
            lines += [f'<img src="{file}.png" alt="{file}" width="{width}">' for file in files]
    paths = sorted(path.name for path in PAGES.glob("*.png"))
    rest = [one for one in paths if one.partition("-")[0] not in {tour.city for tour in TOURS}]
    lines += ["", "## On the way from what is owed to the receipt", ""]
    lines += [f'<img src="{one}" alt="{one.removesuffix(".png")}" width="240">' for one in rest]
    return "\n".join(lines) + "\n"


async def take_all() -> None:
    """Make every picture again."""
    PAGES.mkdir(exist_ok=True)
    async with raised() as town, browser() as chromium:
        album = Album(town, chromium)
        for tour in TOURS:
            await _tour(album, tour)
        await _doors(album)
        await _large(album)
        await _other_cities(album)
        await _ningbo(album)
        _keep("items", reduce(_beside, [album.taken[name] for name in STRIP]))
    (PAGES / "README.md").write_text(_index(), "utf-8")


if __name__ == "__main__":
    asyncio.run(take_all())
