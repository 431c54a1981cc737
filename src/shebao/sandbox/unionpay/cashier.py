"""Cashier: UnionPay's page, on which a person plays the payer and chooses what goes wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from shebao.sandbox import clock, pages
from shebao.sandbox.channel import till
from shebao.sandbox.channel.payer import CannotPay
from shebao.sandbox.faults import Plan, Twist, plan
from shebao.sandbox.pages import Markup, tag
from shebao.sandbox.town import Town
from shebao.sandbox.unionpay import gate, notices, opening, payer, trades
from shebao.sandbox.unionpay.refusals import SAID as CODES
from shebao.sandbox.unionpay.refusals import UnionPayRefusal
from shebao.sandbox.unionpay.signing import signed
from shebao.sandbox.unionpay.trades import OPEN, SAID, Trade

PATH: Final = "/unionpay/cashier"
_MENU: Final[Mapping[str, str]] = {
    Twist.LATE: "通知晚到",
    Twist.TWICE: "通知来两次",
    Twist.CONCURRENTLY: "三份相同的通知同时到",
    Twist.NEVER: "通知一直不来",
    Twist.OUT_OF_ORDER: "通知排在别的通知之后",
    Twist.FORGED_FIRST: "先来一份伪造的通知",
    Twist.WRONG_AMOUNT: "通知里的金额多 1.00 元",
    Twist.INSUFFICIENT_FUNDS: "卡上的余额不足",
}


async def front(town: Town, request: Request) -> Response:
    """Where the payer's browser posts the form a merchant signed."""
    try:
        trade = opening.opened(town, await gate.read_words(request))
    except UnionPayRefusal as no:
        said = no.said()
        inside = [tag("h1", said["respMsg"]), tag("p", f"应答码 {no.code}", cls="muted")]
        return pages.page("无法支付", *inside, status=400)
    return RedirectResponse(f"{PATH}?token={trade.token}", status_code=303)


def cashier(town: Town, request: Request) -> Response:
    """What is asked for, and what the payer may do."""
    trade = trades.find_by_token(town.ledger, request.query_params.get("token", ""))
    if trade is None:
        return till.nowhere()
    state = trade.standing(clock.now_ms())
    if state not in OPEN:
        return till.over(SAID[state], trade.front_url)
    form = till.form(PATH, {"token": trade.token}, trade.total_fen, _MENU)
    return pages.page("收银台", tag("h1", "演练收银台（银联）"), _bill(trade), form)


async def act(town: Town, request: Request) -> Response:
    """Do what the person at the cashier chose."""
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
        return till.over(SAID[no.state], trade.front_url)


def _done(town: Town, trade: Trade, told: Mapping[str, str], wanted: Plan) -> Response:
    match told.get("action"):
        case "pay":
            paid = payer.pay(town, trade, wanted)
            if paid.paid_at is None:
                do = "没有扣款。可以返回收银台换一张卡。"
                return till.sorry(CODES[paid.code], do, status=200)
            return _paid(town, paid)
        case "decline":
            payer.decline(town, trade)
            return till.left(trade.front_url)
        case "late":
            payer.pay_late(town, trade, wanted, wait_ms=till.seconds(told) * 1000)
            return till.over("稍后自动付款", trade.front_url)
        case "leave":
            return till.left(trade.front_url)
        case _:
            return till.no_such_choice()


def _paid(town: Town, paid: Trade) -> Response:
    """Paid. The way back is a form again, as UnionPay posts what it has to say to the merchant."""
    if paid.front_url is None:
        return till.done("支付成功")
    words = signed(town.unionpay_keys, notices.payment(paid, Plan()))
    keep = [tag("input", type="hidden", name=name, value=text) for name, text in words.items()]
    back = tag("button", "返回商户", cls="pay")
    form = tag("form", *keep, back, method="post", action=paid.front_url)
    return pages.page("支付成功", tag("h1", "支付成功"), _bill(paid), form)


def _bill(trade: Trade) -> Markup:
    return till.bill(
        trade.total_fen,
        {
            "收款方": f"演练商户 {trade.mer_id}",
            "内容": trade.description,
            "订单号": trade.order_id,
            "截止": clock.said(trade.expires_at),
        },
    )
