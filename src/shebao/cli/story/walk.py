"""Walk: the steps a resident takes, each through a page, each told when it is done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

import httpx
from rich.console import Console

from shebao.app import now
from shebao.cli.demo_residents import resident
from shebao.cli.story.browser import Browser, Page, PageDiffers
from shebao.config import Config
from shebao.core.channel import Method
from shebao.core.money import ZERO, Money
from shebao.gateways.documents.office import Documents
from shebao.gateways.documents.seal import Verdict

Tell = Callable[[Mapping[str, object]], None]
_PHONE: Final = (
    "Mozilla/5.0 (Linux; Android 10) AppleWebKit/537.36 Chrome/100.0 Mobile Safari/537.36"
)
_FRONT: Final = "/frontTransReq.do"
_PATIENCE_SECONDS: Final = 60
_LOOKS_EVERY_SECONDS: Final = 0.25
OUT: Final = Console(highlight=False)


class Walk:
    """One resident on the way from signing in to the receipt."""

    def __init__(self, config: Config, region: str, key: str, tell: Tell) -> None:
        self._config = config
        self._tell = tell
        self._who = resident(key)
        self._pages = Browser(config.base_url, agent=_PHONE)
        self._documents = Documents(config.home / "documents", now)
        self._items: Page | None = None
        self.region = region
        self.step = "begin"

    @property
    def name(self) -> str:
        """The resident's name."""
        return str(self._who["name"])

    async def sign_in(self) -> None:
        """With name and number, and the code that the telephone got."""
        self.step = "sign_in"
        await self._pages.open(f"/?region={self.region}")
        page = await self._pages.open("/sign-in")
        page = await self._pages.send(
            page,
            "/sign-in",
            name=self.name,
            number=self._who["id_number"],
            phone=self._who["phone"],
        )
        page = await self._pages.send(page, "/sign-in/code", code=await self._code())
        if any("/consent" in form.action for form in page.forms):
            kinds = ["rules", "sensitive"]
            page = await self._pages.send(page, "/consent", kind=kinds)
        page.must_say(self.name[-1])
        self.told(note=f"{self.name} 已登录")

    async def open(self, address: str, step: str) -> Page:
        """Look at a page."""
        self.step = step
        page = self._items = await self._pages.open(address)
        self.told(note=page.title)
        return page

    async def choose(self, amount: str, *, says: str = "", months: Sequence[str] = ()) -> None:
        """Choose an amount, a tier or a base for oneself; the page must say what comes of it."""
        self.step = "elected"
        page = await self._pages.open("/items")
        page = await self._pages.open(page.link("/choose/"))
        page.must_say(*filter(None, [says]))
        wanted = _choice(page, amount) | ({"month": months} if months else {})
        page = await self._pages.send(page, "/choose/", **wanted)
        page.must_say(f"{Money.yuan(amount).fen // 100:,}")
        self._items = page
        self.told(amount_fen=Money.yuan(amount).fen, note=f"选定 {amount} 元")

    async def add_person(self, key: str, *, alone: bool = False) -> None:
        """Name somebody else to pay for, by name and number."""
        self.step = "named_family"
        other = resident(key)
        page = await self._pages.open("/items")
        link = "/for-whom" if alone else page.link("再加一个家人")
        page = await self._pages.open(link)
        page = await self._pages.open(page.link("/for-whom/other"))
        page = await self._pages.send(
            page,
            "/for-whom/other",
            name=other["name"],
            number=other["id_number"],
            guardian="1",
        )
        self._items = page
        self.told(note=f"可以为 {other['name']} 缴费")

    async def pay(
        self,
        total: Money,
        *,
        people: Sequence[str],
        amounts: Sequence[str] = (),
        method: Method = Method.WECHAT,
    ) -> None:
        """Pay the one bill of this amount, or else all that is ticked, and take the receipts."""
        page, self._items = self._items, None
        page = page or await self._pages.open("/items")
        self.step = "confirmed"
        if any("/confirm" in form.action for form in page.forms):
            offered = page.form("/confirm").amounts
            alone = [bill for bill, fen in offered.items() if fen == str(total.fen)]
            wanted = {"bill": alone} if alone else {}
            page = await self._pages.send(page, "/confirm", **wanted)
        page.must_say(_yuan(total), *amounts)
        confirm = page
        page = await self._pages.send(page, "/orders")
        page.must_say(_yuan(total))
        self.told(amount_fen=total.fen, note="、".join(people))
        await self._same_form_again(confirm, page.url)
        page = await self._cashier(page, method)
        await self._receipts(page, total)

    async def _same_form_again(self, confirm: Page, opened: str) -> None:
        """A double click: the same form sent again leads to the same order."""
        again = await self._pages.send(confirm, "/orders")
        if again.url != opened:
            raise PageDiffers(f"the form sent twice opened {opened} and {again.url}")

    async def _cashier(self, page: Page, method: Method) -> Page:
        """Go to the channel's cashier, pay there, and come back to the result."""
        self.step = "paid"
        page = await self._pages.send(page, "/pay", method=method)
        if any(form.action.endswith(_FRONT) for form in page.forms):
            page = await self._pages.send(page, _FRONT)  # What the button does without a script.
        if not page.url.startswith(self._config.sandbox_url):
            raise PageDiffers(f"{page.url} is not the channel's cashier")
        page = await self._pages.send(page, "/cashier", action="pay")
        if any("/result/" in form.action for form in page.forms):
            page = await self._pages.send(page, "/result/")
        deadline = asyncio.get_running_loop().time() + _PATIENCE_SECONDS
        while "缴费成功" not in page.text:
            if asyncio.get_running_loop().time() > deadline:
                raise PageDiffers(f"{page.url} does not show the payment: {page.text}")
            await asyncio.sleep(_LOOKS_EVERY_SECONDS)
            page = await self._pages.open(page.url)
        self.told(note=page.title)
        return page

    async def _receipts(self, page: Page, total: Money) -> None:
        """Open every receipt, check it by its number and by its file, and add them up."""
        addresses = sorted({there for _, there in page.links if there.startswith("/receipts/")})
        if not addresses:
            raise PageDiffers(f"{page.url} leads to no receipt")
        for address in addresses:
            self.step = "receipt"
            number = address.split("/")[2]
            receipt = await self._pages.open(f"/receipts/{number}")
            verified = await self._pages.open(urlsplit(receipt.link("/verify?")).geturl())
            verified.must_say("有效", number)
            file = await self._pages.open(f"/receipts/{number}/pdf")
            judged = await self._documents.judge(file.content)
            if judged.verdict is not Verdict.VALID or judged.number != number:
                raise PageDiffers(f"the file of receipt {number} is {judged.verdict}")
            self.told(receipt=number, amount_fen=judged.total.fen if judged.total else None)
            total -= judged.total or ZERO
        if total != ZERO:
            raise PageDiffers(f"the receipts leave {total} yuan over")

    async def _code(self) -> str:
        """The newest code on the telephone."""
        async with httpx.AsyncClient(
            base_url=self._config.sandbox_url, trust_env=False
        ) as telephone:
            told = await telephone.get("/sms/inbox.json", params={"phone": self._who["phone"]})
        return str(told.json()[0]["parameters"]["code"])

    async def sign_out(self) -> None:
        """Leave, and see that nobody is signed in any more."""
        self.step = "sign_out"
        page = await self._pages.open("/home")
        await self._pages.send(page, "/sign-out")
        page = await self._pages.open("/items")
        page.form("/sign-in")
        self.told()

    def told(self, **facts: object) -> None:
        """A step is done."""
        done(self._tell, self.region, self.step, **facts)

    async def close(self) -> None:
        """Close the browser."""
        await self._pages.close()


def done(tell: Tell, region: str, step: str, **facts: object) -> None:
    """Tell of a step that went well, to whoever reads along and on the terminal."""
    tell({"region": region, "step": step, "ok": True, **facts})
    words = "  ".join(str(fact) for fact in facts.values())
    OUT.print(f"[green]✓[/] {region} {step:<14} {words}")


def broke_off(tell: Tell, region: str, step: str, why: object) -> None:
    """Tell of a step that went wrong."""
    tell({"region": region, "step": step, "ok": False, "note": str(why)})
    OUT.print(f"[red]✗[/] {region} {step}  {why}")


def _yuan(amount: Money) -> str:
    """An amount as the pages write it: 1,000.00."""
    return f"{amount.fen // 100:,}.{amount.fen % 100:02d}"


def _choice(page: Page, amount: str) -> dict[str, str | Sequence[str]]:
    """The field of a choosing page that takes this amount: one of the tiles, or the free one."""
    form = page.form("/choose/")
    for name in ("choice", "other"):
        for offered in form.choices.get(name, ()):
            if offered.replace(",", "").removesuffix(".00") == amount.removesuffix(".00"):
                return {name: offered}
    return {"choice": amount}
