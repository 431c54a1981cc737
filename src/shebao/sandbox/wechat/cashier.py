"""Cashier: the pages on which a person plays the payer, and chooses what shall go wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from shebao.sandbox import clock, pages
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

_LATE_MOST: Final = 24 * 3600
_FIELDS_MOST: Final = 50
_CODE_PREFIX: Final = "weixin://wxpay/bizpayurl?pr="
_MENU: Final = {
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
}
_ANSWER_LOST: Final = "answer_lost"


def h5(town: Town, request: Request) -> Response:
    """The page a link from the H5 scene opens."""
    asked = request.query_params
    attempt = _waiting(town, asked.get("token", ""), Scene.H5, lives_ms=H5_LIVES_MS)
    if attempt is None:
        return _sorry("付款链接已失效", "请回到缴费页面，重新去支付。", status=404)
    return show(attempt, redirect_url=asked.get("redirect_url", ""))


def native(town: Town, request: Request) -> Response:
    """The phone that scans a QR code, or the place to paste what the code says."""
    code = request.query_params.get("pr", "").strip().removeprefix(_CODE_PREFIX)
    if not code:
        return pages.page("扫一扫", tag("h1", "扫一扫"), _scanner())
    attempt = _waiting(town, code, Scene.NATIVE, lives_ms=PREPAY_LIVES_MS)
    if attempt is None:
        return _sorry("认不出这个二维码，或者它已失效", "请回到缴费页面，重新扫码。", status=404)
    return show(attempt)


async def act(town: Town, request: Request) -> Response:
    """Do what the person at the cashier chose, and send them back where they came from."""
    try:
        form = parse_qs((await request.body()).decode(), max_num_fields=_FIELDS_MOST)
    except ValueError:
        return _sorry("没有这个选项", "请返回收银台重新选择。", status=400)
    return _act(town, form)


def show(attempt: Attempt, *, redirect_url: str = "") -> Response:
    """The cashier for one order: what is asked for, and what the payer may do."""
    state = attempt.standing(clock.now_ms())
    if state not in OPEN:
        return _closed(state, redirect_url)
    hidden = {"token": attempt.token, "redirect_url": redirect_url}
    keep = [tag("input", type="hidden", name=name, value=text) for name, text in hidden.items()]
    form = tag("form", *keep, *_choices(attempt), _menu(), method="post", action="/cashier")
    return pages.page("收银台", tag("h1", "演练收银台"), _bill(attempt, state), form)


def _waiting(town: Town, token: str, scene: Scene, *, lives_ms: int) -> Attempt | None:
    attempt = attempts.find_by_token(town.ledger, token)
    if attempt is None or attempt.scene is not scene:
        return None
    return attempt if clock.now_ms() <= attempt.prepaid_at + lives_ms else None


def _act(town: Town, form: Mapping[str, list[str]]) -> Response:
    told = {name: values[-1] for name, values in form.items()}
    attempt = attempts.find_by_token(town.ledger, told.get("token", ""))
    if attempt is None:
        return _sorry("付款链接已失效", "请回到缴费页面，重新去支付。", status=404)
    twists = list(form.get("fault", ()))
    if _ANSWER_LOST in twists:
        twists.remove(_ANSWER_LOST)
        town.faults.order(Fault(kind=Kind.ANSWER_LOST, on=Place.PREPAY))
    try:
        wanted = plan(twists)
    except ValueError:
        return _sorry("没有这个选项", "请返回收银台重新选择。", status=400)
    try:
        return _done(town, attempt, told, wanted)
    except payer.CannotPay as no:
        return _closed(no.state, told.get("redirect_url", ""))


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
            payer.pay_late(town, attempt, wanted, wait_ms=_seconds(told) * 1000)
            words = "稍后会自动付款"
        case "leave":
            # Whoever leaves does not come back by themselves: the merchant has to notice.
            return _left(back)
        case _:
            return _sorry("没有这个选项", "请返回收银台重新选择。", status=400)
    if _may_return(back):
        return RedirectResponse(back, status_code=303)
    return pages.page(words, tag("h1", words), tag("p", "可以关闭这个页面了。"))


def _left(back: str) -> Response:
    inside = [tag("h1", "您离开了收银台"), tag("p", "没有扣款。订单仍在等待支付。")]
    return pages.page("已离开", *inside, *_way_back(back))


def _closed(state: TradeState, back: str) -> Response:
    words = attempts.SAID[state]
    inside = [tag("h1", words), tag("p", "这笔订单现在不能再支付。")]
    return pages.page(words, *inside, *_way_back(back))


def _sorry(says: str, do: str, *, status: int) -> Response:
    return pages.page(says, tag("h1", says), tag("p", do), status=status)


def _way_back(back: str) -> list[Markup]:
    if not _may_return(back):
        return []
    return [tag("p", tag("a", "回到缴费页面", href=back))]


def _may_return(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _bill(attempt: Attempt, state: TradeState) -> Markup:
    rows = {
        "收款方": f"演练商户 {attempt.mchid}",
        "内容": attempt.description,
        "订单号": attempt.out_trade_no,
        "截止": clock.said(attempt.expires_at),
        "状态": attempts.SAID[state],
    }
    listed = [part for name, text in rows.items() for part in (tag("dt", name), tag("dd", text))]
    amount = tag("p", f"{pages.yuan(attempt.total_fen)} 元", cls="amount")
    return tag("section", amount, tag("dl", *listed), cls="card sum")


def _choices(attempt: Attempt) -> list[Markup]:
    pay = f"支付 {pages.yuan(attempt.total_fen)} 元"
    most = str(_LATE_MOST)
    seconds = {"type": "number", "name": "seconds", "value": "30", "min": "1", "max": most}
    wait = tag("label", tag("input", **seconds), "秒后才付", cls="row")
    return [
        tag("button", pay, name="action", value="pay", cls="pay"),
        tag("button", "取消支付", name="action", value="decline"),
        tag("button", "离开，不付款", name="action", value="leave"),
        tag("div", wait, cls="late"),
        tag("button", "稍后才付", name="action", value="late"),
    ]


def _menu() -> Markup:
    named = {str(twist): words for twist, words in _MENU.items()}
    named[_ANSWER_LOST] = "下一次下单收不到应答，但已受理"
    ticks = [
        tag("label", tag("input", type="checkbox", name="fault", value=name), words, cls="tick")
        for name, words in named.items()
    ]
    return tag("details", tag("summary", "演练出错的情况"), *ticks)


def _scanner() -> Markup:
    hint = tag("p", "把二维码的内容粘贴到这里，就当用手机扫了码。", cls="muted")
    label = tag("label", "二维码内容", for_="pr")
    box = tag("input", type="text", name="pr", id="pr", autocomplete="off", required=True)
    go = tag("button", "打开", cls="pay")
    return tag("form", hint, label, box, go, method="get", action="/cashier/native")


def _seconds(told: Mapping[str, str]) -> int:
    asked = told.get("seconds", "")
    whole = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < len("999999") else 30
    return max(1, min(whole, _LATE_MOST))
