"""Cashier: Alipay's pages, on which a person plays the payer and chooses what shall go wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from shebao.sandbox import clock, pages
from shebao.sandbox.alipay import opening, payer, trades
from shebao.sandbox.alipay.signing import form, yuan
from shebao.sandbox.alipay.trades import QR, SAID, Status, Trade, Way
from shebao.sandbox.faults import Plan, Twist, plan
from shebao.sandbox.pages import Markup, tag
from shebao.sandbox.town import Town

PATH: Final = "/alipay/cashier"
_LATE_MOST: Final = 24 * 3600
_FIELDS_MOST: Final = 50
_METHODS: Final = {Way.WAP: "alipay.trade.wap.pay", Way.PAGE: "alipay.trade.page.pay"}
_MENU: Final = {
    Twist.LATE: "通知晚到",
    Twist.TWICE: "通知来两次",
    Twist.CONCURRENTLY: "三份相同的通知同时到",
    Twist.NEVER: "通知一直不来",
    Twist.OUT_OF_ORDER: "通知排在别的通知之后",
    Twist.FORGED_FIRST: "先来一份伪造的通知",
    Twist.WRONG_AMOUNT: "通知里的金额多 1.00 元",
    Twist.INSUFFICIENT_FUNDS: "余额不足",
}


def cashier(town: Town, request: Request) -> Response:
    """The page a merchant's signed link leads to."""
    return _shown(town, trades.find_by_token(town.ledger, request.query_params.get("token", "")))


def scan(town: Town, request: Request) -> Response:
    """The phone that scans a QR code, or the place to paste what the code says."""
    code = request.query_params.get("code", "").strip()
    if not code:
        return pages.page("扫一扫", tag("h1", "支付宝扫一扫"), _scanner())
    return _shown(town, trades.find_by_token(town.ledger, code.removeprefix(QR)))


def trade_pay(town: Town, request: Request) -> Response:
    """What the app shows when a mini program calls ``my.tradePay``."""
    number = request.query_params.get("tradeNO", "")
    return _shown(town, trades.find_by_trade_no(town.ledger, number))


async def act(town: Town, request: Request) -> Response:
    """Do what the person at the cashier chose, and send them back where they came from."""
    try:
        filled = parse_qs((await request.body()).decode(), max_num_fields=_FIELDS_MOST)
        wanted = plan(filled.get("fault", ()))
        payer.check(wanted)
    except ValueError:
        return _sorry("没有这个选项", "请返回收银台重新选择。", status=400)
    told = {name: values[-1] for name, values in filled.items()}
    trade = trades.find_by_token(town.ledger, told.get("token", ""))
    if trade is None:
        return _nowhere()
    try:
        return _done(town, trade, told, wanted)
    except payer.CannotPay as no:
        return _over(trade, no.state)


def _shown(town: Town, trade: Trade | None) -> Response:
    if trade is None:
        return _nowhere()
    state = trade.standing(clock.now_ms())
    if state is not Status.WAITING:
        return _over(trade, state)
    here = opening.met(town, trade)
    keep = tag("input", type="hidden", name="token", value=here.token)
    choices = tag("form", keep, *_choices(here), _menu(), method="post", action=PATH)
    return pages.page("收银台", tag("h1", "演练收银台（支付宝）"), _bill(town, here), choices)


def _done(town: Town, trade: Trade, told: Mapping[str, str], wanted: Plan) -> Response:
    match told.get("action"):
        case "pay":
            paid = payer.pay(town, trade, wanted)
            if paid.paid_at is None:
                return _sorry("余额不足", "没有扣款。可以返回收银台换一种付款方式。", status=200)
            return _back(town, paid, "支付成功")
        case "decline":
            payer.decline(town, trade)
            return _quit(trade)
        case "late":
            wait_ms = _seconds(told) * 1000
            return _back(town, payer.pay_late(town, trade, wanted, wait_ms=wait_ms), "稍后自动付款")
        case "leave":
            # Whoever leaves does not come back by themselves: the merchant has to notice.
            inside = [tag("h1", "您离开了收银台"), tag("p", "没有扣款。订单仍在等待支付。")]
            return pages.page("已离开", *inside, *_way_back(trade))
        case _:
            return _sorry("没有这个选项", "请返回收银台重新选择。", status=400)


def _back(town: Town, trade: Trade, words: str) -> Response:
    """Back to the merchant; only who has paid brings signed words along."""
    if trade.return_url is None:
        return pages.page(words, tag("h1", words), tag("p", "可以关闭这个页面了。"))
    if trade.paid_at is None:
        return RedirectResponse(trade.return_url, status_code=303)
    keys = town.alipay_keys
    said = {
        "app_id": keys.app_id,
        "auth_app_id": keys.app_id,
        "charset": "utf-8",
        "method": f"{_METHODS[trade.way]}.return",
        "out_trade_no": trade.out_trade_no,
        "seller_id": keys.seller_id,
        "timestamp": clock.said(clock.now_ms()),
        "total_amount": yuan(trade.total_fen),
        "trade_no": trade.trade_no,
        "version": "1.0",
    }
    joint = "&" if "?" in trade.return_url else "?"
    there = f"{trade.return_url}{joint}{form(keys.private, said)}"
    return RedirectResponse(there, status_code=303)


def _quit(trade: Trade) -> Response:
    there = trade.quit_url or trade.return_url
    if there is not None and _may_return(there):
        return RedirectResponse(there, status_code=303)
    words = "您已取消支付，没有扣款"
    return pages.page(words, tag("h1", words), tag("p", "可以关闭这个页面了。"))


def _over(trade: Trade, state: Status) -> Response:
    inside = [tag("h1", SAID[state]), tag("p", "这笔订单现在不能再支付。")]
    return pages.page(SAID[state], *inside, *_way_back(trade))


def _nowhere() -> Response:
    return _sorry("付款链接已失效", "请回到缴费页面，重新去支付。", status=404)


def _sorry(says: str, do: str, *, status: int) -> Response:
    return pages.page(says, tag("h1", says), tag("p", do), status=status)


def _way_back(trade: Trade) -> list[Markup]:
    if trade.return_url is None:
        return []
    return [tag("p", tag("a", "回到缴费页面", href=trade.return_url))]


def _may_return(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _bill(town: Town, trade: Trade) -> Markup:
    rows = {
        "收款方": f"演练商户 {town.alipay_keys.seller_id}",
        "内容": trade.subject,
        "订单号": trade.out_trade_no,
        "截止": clock.said(trade.expires_at),
    }
    listed = [part for name, text in rows.items() for part in (tag("dt", name), tag("dd", text))]
    amount = tag("p", f"{pages.yuan(trade.total_fen)} 元", cls="amount")
    return tag("section", amount, tag("dl", *listed), cls="card sum")


def _choices(trade: Trade) -> list[Markup]:
    pay = f"支付 {pages.yuan(trade.total_fen)} 元"
    seconds = {
        "type": "number",
        "name": "seconds",
        "value": "30",
        "min": "1",
        "max": str(_LATE_MOST),
    }
    wait = tag("label", tag("input", **seconds), "秒后才付", cls="row")
    return [
        tag("button", pay, name="action", value="pay", cls="pay"),
        tag("button", "取消支付", name="action", value="decline"),
        tag("button", "离开，不付款", name="action", value="leave"),
        tag("div", wait, cls="late"),
        tag("button", "稍后才付", name="action", value="late"),
    ]


def _menu() -> Markup:
    ticks = [
        tag("label", tag("input", type="checkbox", name="fault", value=twist), words, cls="tick")
        for twist, words in _MENU.items()
    ]
    return tag("details", tag("summary", "演练出错的情况"), *ticks)


def _scanner() -> Markup:
    hint = tag("p", "把二维码的内容粘贴到这里，就当用手机扫了码。", cls="muted")
    label = tag("label", "二维码内容", for_="code")
    box = tag("input", type="text", name="code", id="code", autocomplete="off", required=True)
    go = tag("button", "打开", cls="pay")
    return tag("form", hint, label, box, go, method="get", action=f"{PATH}/scan")


def _seconds(told: Mapping[str, str]) -> int:
    asked = told.get("seconds", "")
    whole = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < len("999999") else 30
    return max(1, min(whole, _LATE_MOST))
