"""Till: what every channel's cashier shows alike: the sum, the choices, the menu of mishaps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from starlette.responses import Response

from shebao.sandbox import pages
from shebao.sandbox.pages import Markup, tag

FIELDS_MOST: Final = 50
_LATE_MOST: Final = 24 * 3600


def bill(total_fen: int, rows: Mapping[str, str]) -> Markup:
    """The sum, and what there is to know about it."""
    listed = [part for name, text in rows.items() for part in (tag("dt", name), tag("dd", text))]
    amount = tag("p", f"{pages.yuan(total_fen)} 元", cls="amount")
    return tag("section", amount, tag("dl", *listed), cls="card sum")


def form(path: str, hidden: Mapping[str, str], total_fen: int, menu: Mapping[str, str]) -> Markup:
    """What a payer may do, and what may go wrong, to be ticked."""
    keep = [tag("input", type="hidden", name=name, value=text) for name, text in hidden.items()]
    return tag("form", *keep, *_choices(total_fen), _menu(menu), method="post", action=path)


def scanner(name: str, path: str) -> Markup:
    """Where to paste what a QR code says."""
    hint = tag("p", "把二维码的内容粘贴到这里，就当用手机扫了码。", cls="muted")
    label = tag("label", "二维码内容", for_=name)
    box = tag("input", type="text", name=name, id=name, autocomplete="off", required=True)
    go = tag("button", "打开", cls="pay")
    return tag("form", hint, label, box, go, method="get", action=path)


def left(back: str | None) -> Response:
    """Whoever leaves does not come back by themselves: the merchant has to notice."""
    inside = [tag("h1", "您离开了收银台"), tag("p", "没有扣款。订单仍在等待支付。")]
    return pages.page("已离开", *inside, *_way_back(back))


def over(words: str, back: str | None) -> Response:
    """There is nothing to pay here any more."""
    inside = [tag("h1", words), tag("p", "这笔订单现在不能再支付。")]
    return pages.page(words, *inside, *_way_back(back))


def done(words: str) -> Response:
    """Done, and nowhere to go back to."""
    return pages.page(words, tag("h1", words), tag("p", "可以关闭这个页面了。"))


def done_in_app(words: str, back: str) -> Response:
    """Done inside an app, which shows so itself before it goes back."""
    finish = tag("p", tag("a", "完成", href=back, cls="pay"))
    return pages.page(words, tag("h1", words), finish)


def nowhere() -> Response:
    """A link that leads to nothing any more."""
    return sorry("付款链接已失效", "请回到缴费页面，重新去支付。", status=404)


def no_such_choice() -> Response:
    """Somebody chose what is not on the page."""
    return sorry("没有这个选项", "请返回收银台重新选择。", status=400)


def sorry(says: str, do: str, *, status: int) -> Response:
    """What is wrong, and what to do about it."""
    return pages.page(says, tag("h1", says), tag("p", do), status=status)


def may_return(url: str) -> bool:
    """Whether an address is one a browser can be sent to."""
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def seconds(told: Mapping[str, str]) -> int:
    """How long the payer said they would dawdle."""
    asked = told.get("seconds", "")
    whole = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < len("999999") else 30
    return max(1, min(whole, _LATE_MOST))


def _choices(total_fen: int) -> list[Markup]:
    pay = f"支付 {pages.yuan(total_fen)} 元"
    most = str(_LATE_MOST)
    dawdle = {"type": "number", "name": "seconds", "value": "30", "min": "1", "max": most}
    wait = tag("label", tag("input", **dawdle), "秒后才付", cls="row")
    return [
        tag("button", pay, name="action", value="pay", cls="pay"),
        tag("button", "取消支付", name="action", value="decline"),
        tag("button", "离开，不付款", name="action", value="leave"),
        tag("div", wait, cls="late"),
        tag("button", "稍后才付", name="action", value="late"),
    ]


def _menu(named: Mapping[str, str]) -> Markup:
    ticks = [
        tag("label", tag("input", type="checkbox", name="fault", value=name), words, cls="tick")
        for name, words in named.items()
    ]
    return tag("details", tag("summary", "演练出错的情况"), *ticks)


def _way_back(back: str | None) -> list[Markup]:
    if back is None or not may_return(back):
        return []
    return [tag("p", tag("a", "回到缴费页面", href=back))]
