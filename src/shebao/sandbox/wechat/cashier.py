"""Cashier: the pages on which a person plays the payer, and chooses what shall go wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from shebao.sandbox import clock, pages
from shebao.sandbox.channel import till
from shebao.sandbox.channel.payer import CannotPay
from shebao.sandbox.faults import Fault, Kind, Place, Plan, Twist, plan
from shebao.sandbox.pages import Markup, tag
from shebao.sandbox.town import Town
from shebao.sandbox.wechat import attempts, payer
from shebao.sandbox.wechat.attempts import (
    H5_LIVES_MS,
    OPEN,
    PREPAY_LIVES_MS,
    Attempt,
    Scene,
    TradeState,
)

_CODE_PREFIX: Final = "weixin://wxpay/bizpayurl?pr="
_ANSWER_LOST: Final = "answer_lost"
_SEE_OTHER: Final = 303
_MENU: Final[Mapping[str, str]] = {
    Twist.LATE: "通知晚到",
    Twist.TWICE: "通知来两次",
    Twist.CONCURRENTLY: "三份相同的通知同时到",
    Twist.NEVER: "通知一直不来",
    Twist.OUT_OF_ORDER: "通知排在别的通知之后",
    Twist.PROBE_FIRST: "先来一次签名探测",
    Twist.FORGED_FIRST: "先来一份伪造的通知",
    Twist.STALE_FIRST: "先来一份昨天的通知",
    Twist.WRONG_AMOUNT: "通知里的金额多 1.00 元",
    Twist.INSUFFICIENT_FUNDS: "银行卡余额不足",
    _ANSWER_LOST: "下一次下单收不到应答，但已受理",
}


def h5(town: Town, request: Request) -> Response:
    """The page a link from the H5 scene opens."""
    asked = request.query_params
    attempt = _waiting(town, asked.get("token", ""), Scene.H5, lives_ms=H5_LIVES_MS)
    if attempt is None:
        return till.nowhere()
    return show(attempt, redirect_url=asked.get("redirect_url", ""))


def native(town: Town, request: Request) -> Response:
    """The phone that scans a QR code, or the place to paste what the code says."""
    code = request.query_params.get("pr", "").strip().removeprefix(_CODE_PREFIX)
    if not code:
        return pages.page("扫一扫", tag("h1", "扫一扫"), till.scanner("pr", "/cashier/native"))
    attempt = _waiting(town, code, Scene.NATIVE, lives_ms=PREPAY_LIVES_MS)
    if attempt is None:
        return till.sorry(
            "认不出这个二维码，或者它已失效", "请回到缴费页面，重新扫码。", status=404
        )
    return show(attempt)


async def act(town: Town, request: Request) -> Response:
    """Do what the person at the cashier chose, and send them back where they came from."""
    try:
        form = parse_qs((await request.body()).decode(), max_num_fields=till.FIELDS_MOST)
    except ValueError:
        return till.no_such_choice()
    return _act(town, form, in_app="MicroMessenger" in request.headers.get("user-agent", ""))


def show(attempt: Attempt, *, redirect_url: str = "") -> Response:
    """The cashier for one order: what is asked for, and what the payer may do."""
    state = attempt.standing(clock.now_ms())
    if state not in OPEN:
        return till.over(attempts.SAID[state], redirect_url)
    hidden = {"token": attempt.token, "redirect_url": redirect_url}
    form = till.form("/cashier", hidden, attempt.total_fen, _MENU)
    return pages.page("收银台", tag("h1", "演练收银台"), _bill(attempt, state), form)


def _waiting(town: Town, token: str, scene: Scene, *, lives_ms: int) -> Attempt | None:
    attempt = attempts.find_by_token(town.ledger, token)
    if attempt is None or attempt.scene is not scene:
        return None
    return attempt if clock.now_ms() <= attempt.prepaid_at + lives_ms else None


def _act(town: Town, form: Mapping[str, list[str]], *, in_app: bool) -> Response:
    told = {name: values[-1] for name, values in form.items()}
    attempt = attempts.find_by_token(town.ledger, told.get("token", ""))
    if attempt is None:
        return till.nowhere()
    twists = list(form.get("fault", ()))
    if _ANSWER_LOST in twists:
        twists.remove(_ANSWER_LOST)
        town.faults.order(Fault(kind=Kind.ANSWER_LOST, on=Place.PREPAY))
    try:
        wanted = plan(twists)
    except ValueError:
        return till.no_such_choice()
    try:
        answer = _done(town, attempt, told, wanted)
    except CannotPay as no:
        return till.over(attempts.SAID[no.state], told.get("redirect_url", ""))
    paid = attempts.find_by_token(town.ledger, attempt.token)
    if in_app and paid and paid.state is TradeState.SUCCESS and answer.status_code == _SEE_OTHER:
        return till.done_in_app("支付成功", told["redirect_url"])
    return answer


def _done(town: Town, attempt: Attempt, told: Mapping[str, str], wanted: Plan) -> Response:
    back = told.get("redirect_url", "")
    match told.get("action"):
        case "pay":
            paid = payer.pay(town, attempt, wanted)
            words = attempts.SAID[paid.state]
        case "decline":
            payer.decline(town, attempt)
            words = "您已取消支付，没有扣款"
        case "late":
            payer.pay_late(town, attempt, wanted, wait_ms=till.seconds(told) * 1000)
            words = "稍后会自动付款"
        case "leave":
            return till.left(back)
        case _:
            return till.no_such_choice()
    if till.may_return(back):
        return RedirectResponse(back, status_code=303)
    return till.done(words)


def _bill(attempt: Attempt, state: TradeState) -> Markup:
    return till.bill(
        attempt.total_fen,
        {
            "收款方": f"演练商户 {attempt.mchid}",
            "内容": attempt.description,
            "订单号": attempt.out_trade_no,
            "截止": clock.said(attempt.expires_at),
            "状态": attempts.SAID[state],
        },
    )
