"""Payer: a person before a browser, and a watch over everything the browser does."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, ConsoleMessage, Locator, Page, Request, expect
from tests.journeys.town import Resident, Town

PHONE = (
    "Mozilla/5.0 (Linux; Android 10) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/100.0 Mobile Safari/537.36"
)
_OURS = re.compile(r"(https?://(127\.0\.0\.1|localhost):\d+/|data:|about:|blob:)")
PATIENCE_MS = 10_000
_LOOKS_EVERY_MS = 500
_TABS_MOST = 60
_FOCUSED = """() => {
  const at = document.activeElement;
  return [at.innerText || '', ...[...(at.labels || [])].map(one => one.innerText)].join(' ');
}"""
expect.set_options(timeout=PATIENCE_MS)


@dataclass(eq=False)
class Watch:
    """What must not happen while a page is open, whatever it is that is being tested."""

    home: str
    away: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        """Watch over every page of a browser."""
        context.on("request", self._asked)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.broken.append(str(error.error)))

    def _asked(self, request: Request) -> None:
        if not _OURS.match(request.url):
            self.away.append(request.url)

    def _said(self, message: ConsoleMessage) -> None:
        where = message.location.get("url", "")
        ours = not where or where.startswith(self.home)
        if "Content Security Policy" in message.text and ours:
            self.refused.append(message.text)

    def must_be_calm(self) -> None:
        """Insist that nothing left the machine, was refused by our policy, or broke."""
        assert self.away == [], "a page asks somebody else"
        assert self.refused == [], "a page does what our Content-Security-Policy forbids"
        assert self.broken == [], "a script of ours broke"


class Payer:
    """Somebody who pays, with one tab open."""

    def __init__(self, town: Town, page: Page, who: Resident | None) -> None:
        self.town, self.page, self.who = town, page, who
        self.order_id = ""
        page.set_default_timeout(PATIENCE_MS)

    async def open(self, path: str) -> None:
        """Open a page of ours by its path."""
        await self.page.goto(f"{self.town.url}{path}")

    @property
    def path(self) -> str:
        """The path of the page that is open."""
        return urlsplit(self.page.url).path

    @property
    def title(self) -> Locator:
        """What the page is about."""
        return self.page.locator("h1")

    async def sees(self, *words: str) -> None:
        """Insist that the page says all of this, where it can be seen."""
        for word in words:
            await expect(self.page.locator("body")).to_contain_text(word, use_inner_text=True)

    async def sees_at(self, path: str, *words: str, within_ms: int = PATIENCE_MS) -> None:
        """Open a page again and again until it says all of this: the worker may be at it."""
        body = self.page.locator("body")
        for _ in range(within_ms // _LOOKS_EVERY_MS):
            await self.open(path)
            said = await body.inner_text()
            if all(word in said for word in words):
                return
            await self.page.wait_for_timeout(_LOOKS_EVERY_MS)
        await self.sees(*words)

    async def sees_nothing_of(self, *words: str) -> None:
        """Insist that the page says nothing of this."""
        for word in words:
            await expect(self.page.locator("body")).not_to_contain_text(word, use_inner_text=True)

    async def comes_to(self, title: str) -> None:
        """Insist on the page we come to."""
        await expect(self.title).to_have_text(re.compile(title))

    async def presses(self, words: str) -> None:
        """Press the button or link that says this."""
        button = self.page.get_by_role("button", name=words)
        await button.or_(self.page.get_by_role("link", name=words)).first.click()

    async def unfolds(self, words: str) -> None:
        """Open what is folded away under these words."""
        await self.page.locator("summary", has_text=words).first.click()

    def tile(self, words: str) -> Locator:
        """The tile that says this, of a radio button or a box to tick."""
        return self.page.locator(".tile", has_text=words)

    def box(self, words: str) -> Locator:
        """What a tile ticks."""
        return self.page.locator(".choice", has_text=words).locator("input")

    async def signs_in(self) -> None:
        """Sign in as people do: the city, who one is, the code of the message."""
        assert self.who is not None
        await self.open(f"/?region={self.who.region}")
        await self.comes_to("登录")
        await self.fills_in_who()
        await self.presses("获取验证码")
        await self.comes_to("验证码")
        await self.page.fill("#code", await self.town.code(self.who.phone))
        await self.page.get_by_role("button", name="登录").click()
        await self.agrees_if_asked()
        await expect(self.page.locator(".who")).to_contain_text(f"{self.who.name[0]}*")

    async def agrees_if_asked(self) -> None:
        """Agree to both parts of the rules, the first time."""
        await self.comes_to("怎么用您的信息|社保缴费$")
        if "怎么用您的信息" not in (await self.title.text_content() or ""):
            return
        await self.tile("我同意个人信息处理规则").click()
        await self.tile("我单独同意处理敏感个人信息").click()
        await self.presses("同意并继续")

    async def fills_in_who(self) -> None:
        """Fill in the sign-in form."""
        assert self.who is not None
        await self.page.fill("#name", self.who.name)
        await self.page.fill("#number", self.who.number)
        await self.page.fill("#phone", self.who.phone)

    async def names(self, other: Resident) -> None:
        """Name somebody else to pay for."""
        await self.comes_to("您要帮谁缴费")
        await self.page.fill("#name", other.name)
        await self.page.fill("#number", other.number)
        await self.tile("我是父母或其他监护人").click()  # It says nothing about adults.
        await self.presses("下一步")
        await self.comes_to("选择要缴的项目|选择险种")

    async def opens_order(self) -> str:
        """Agree to the check page and open the order; its number."""
        await self.comes_to("请核对缴费信息")
        await self.page.click("#open")  # Each city has its own word for it.
        await self.comes_to("应缴金额")
        self.order_id = self.path.split("/")[2]
        return self.order_id

    async def goes_to_cashier(self) -> None:
        """Choose WeChat Pay and go to its cashier."""
        await self.tile("微信支付").click()
        await self.page.click("#pay")
        await self.comes_to("演练收银台")

    async def pays(self, *, amount: str) -> None:
        """From the check page to the result."""
        await self.opens_order()
        await self.sees(amount)
        await self.goes_to_cashier()
        await self.sees(amount)
        await self.does_at_cashier("pay")
        await self.comes_to("缴费成功")
        await self.sees(amount)

    async def does_at_cashier(self, action: str, *faults: str) -> None:
        """Do something at the cashier, with what shall go wrong."""
        if faults:
            await self.page.click("summary")
        for fault in faults:
            await self.page.check(f"input[value={fault}]")
        await self.page.click(f"button[value={action}]")

    async def another_tab(self) -> Payer:
        """A second tab of the same browser."""
        return Payer(self.town, await self.page.context.new_page(), self.who)

    async def tabs_to(self, words: str) -> None:
        """Press the tab key until the focus is on what says this."""
        for _ in range(_TABS_MOST):
            await self.page.keyboard.press("Tab")
            if words in await self.page.evaluate(_FOCUSED):
                return
        raise AssertionError(f"{_TABS_MOST} tabs do not lead to {words}")

    async def receipts(self) -> list[str]:
        """The numbers of the receipts the result page leads to."""
        links = await self.page.locator("a.row[href^='/receipts/']").all()
        return [str(await link.get_attribute("href")).split("/")[2] for link in links]
