"""Cashier: Alipay's pages, on which a person plays the payer and chooses what shall go wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from shebao.sandbox import clock, pages
from shebao.sandbox.alipay import opening, payer, trades
from shebao.sandbox.alipay.signing import form, yuan
from shebao.sandbox.alipay.trades import QR, SAID, Status, Trade, Way
from shebao.sandbox.channel import till
from shebao.sandbox.channel.payer import CannotPay
from shebao.sandbox.faults import Plan, Twist, plan
from shebao.sandbox.pages import Markup, tag
from shebao.sandbox.town import Town

PATH: Final = "/alipay/cashier"
_METHODS: Final = {Way.WAP: "alipay.trade.wap.pay", Way.PAGE: "alipay.trade.page.pay"}
_MENU: Final[Mapping[str, str]] = {
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
        return pages.page("扫一扫", tag("h1", "支付宝扫一扫"), till.scanner("code", f"{PATH}/scan"))
    return _shown(town, trades.find_by_token(town.ledger, code.removeprefix(QR)))


def trade_pay(town: Town, request: Request) -> Response:
    """What the app shows when a mini program calls ``my.tradePay``."""
    number = request.query_params.get("tradeNO", "")
    program = request.query_params.get("redirect_url", "")
    return _shown(town, trades.find_by_trade_no(town.ledger, number), program=program)


async def act(town: Town, request: Request) -> Response:
    """Do what the person at the cashier chose, and send them back where they came from."""
    try:
        filled = parse_qs((await request.body()).decode(), max_num_fields=till.FIELDS_MOST)
        wanted = plan(filled.get("fault", ()))
        payer.check(wanted)
    except ValueError:
        return till.no_such_choice()
    told = {name: values[-1] for name, values in filled.items()}
    trade = trades.find_by_token(town.ledger, told.get("token", ""))
    if trade is None:
        return till.nowhere()
    try:
        return _done(town, trade, told, wanted)
    except CannotPay as no:
        return till.over(SAID[no.state], trade.return_url)


def _shown(town: Town, trade: Trade | None, *, program: str = "") -> Response:
    if trade is None:
        return till.nowhere()
    state = trade.standing(clock.now_ms())
    if state is not Status.WAITING:
        return till.over(SAID[state], trade.return_url)
    here = opening.met(town, trade)
    hidden = {"token": here.token, "program": program}  # Who called, and is called back.
    choices = till.form(PATH, hidden, here.total_fen, _MENU)
    return pages.page("收银台", tag("h1", "演练收银台（支付宝）"), _bill(town, here), choices)


def _done(town: Town, trade: Trade, told: Mapping[str, str], wanted: Plan) -> Response:
    match told.get("action"):
        case "pay":
            paid = payer.pay(town, trade, wanted)
            if paid.paid_at is None:
                do = "没有扣款。可以返回收银台换一种付款方式。"
                return till.sorry("余额不足", do, status=200)
            return _back(town, paid, "支付成功", program=told.get("program", ""))
        case "decline":
            payer.decline(town, trade)
            return _quit(trade, program=told.get("program", ""))
        case "late":
            wait_ms = till.seconds(told) * 1000
            return _back(town, payer.pay_late(town, trade, wanted, wait_ms=wait_ms), "稍后自动付款")
        case "leave":
            return till.left(trade.return_url)
        case _:
            return till.no_such_choice()


def _back(town: Town, trade: Trade, words: str, *, program: str = "") -> Response:
    """Back to the merchant; only who has paid brings signed words along."""
    if trade.return_url is None and till.may_return(program):
        return RedirectResponse(program, status_code=303)
    if trade.return_url is None:
        return till.done(words)
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


def _quit(trade: Trade, *, program: str = "") -> Response:
    there = trade.quit_url or trade.return_url or program
    if there is not None and till.may_return(there):
        return RedirectResponse(there, status_code=303)
    return till.done("您已取消支付，没有扣款")


def _bill(town: Town, trade: Trade) -> Markup:
    return till.bill(
        trade.total_fen,
        {
            "收款方": f"演练商户 {town.alipay_keys.seller_id}",
            "内容": trade.subject,
            "订单号": trade.out_trade_no,
            "截止": clock.said(trade.expires_at),
        },
    )
