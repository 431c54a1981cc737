"""Pay (支付): how an order is paid, and the way to the channel's cashier."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import segno
from minijinja import Markup

from shebao.core.channel import Method, Scene
from shebao.core.deduction.mandate import Mandate
from shebao.core.order import OrderState
from shebao.core.refusals import Refusal, Unanswered
from shebao.core.whole import ENTRY as TOGETHER_ENTRY
from shebao.operations.deduction.choose import MandateMissing, mandate_to_show
from shebao.operations.issue_receipts import METHOD_NAMES
from shebao.operations.look_at_order import OrderSeen, look_at_order
from shebao.operations.pay import Wish, pay
from shebao.web.answers import Answer, Download, Page, SeeOther
from shebao.web.pages import mini
from shebao.web.pages.in_app import known_as
from shebao.web.visit import Visit
from shebao.web.wording import account_words, word_here
from shebao.web.words import words_of

_MINUTE: Final = 60
_DOT: Final = 12  # Pixels of a picture that is scanned from a screen.
_MARKS: Final = {
    Method.WECHAT: ("微", "g"),
    Method.ALIPAY: ("支", ""),
    Method.UNIONPAY: ("云", "r"),
    Method.AGREEMENT: ("协", "v"),
    Method.CCB: ("建", ""),
    Method.CARD: ("卡", "o"),
    Method.ENTRUST: ("扣", "g"),
}
_ABOUT: Final = {
    Method.UNIONPAY: "在银联页面用云闪付或银行卡付，请在 10 分钟内付完",
    Method.CARD: "在银联页面填银行卡号，凭银行短信验证码付，请在 10 分钟内付完",
}

_SAVED: Final = "给您一张二维码图片：截屏或保存以后，用它扫码支付"


@dataclass(eq=False)
class MethodNeeded(Refusal):
    """No way of paying was chosen."""


async def show(visit: Visit) -> Answer:
    """The amount, until when, and the ways to pay; an order that is over shows its result."""
    seen = await look(visit)
    order = seen.order
    payable = order.state in {OrderState.OPEN, OrderState.PAYING}
    if payable and order.entry_channel == TOGETHER_ENTRY:
        return SeeOther(f"/orders/{order.id}/together")
    if not payable or order.expires_at <= visit.world.now():
        return SeeOther(f"/result/{order.id}")
    left = int((order.expires_at - visit.world.now()).total_seconds())
    agreed = await _agreed(visit, seen)
    methods = _methods(visit, seen, agreed)
    return Page(
        "pay.html",
        {
            "order": order,
            "left": f"{left // _MINUTE} 分钟" if left >= 2 * _MINUTE else f"{left} 秒",
            "lines": seen.contents,
            "count": len(seen.contents),
            "groups": _grouped(visit, methods),
            "any_method": any(method["connected"] for method in methods),
            "phone": visit.device.phone,
            "begun": seen.live is not None,
            "to_sign": any(isinstance(why, MandateMissing) for why in agreed.values()),
            "cashier_seconds": visit.region.cashier_seconds,
            "pay_word": word_here(visit, "pay"),
        },
        leads_out=True,
    )


async def begin(visit: Visit) -> Answer:
    """Begin an attempt, and send the payer to the channel's cashier or to its QR code."""
    chosen = visit.form.one("method")
    if chosen not in set(Method):
        raise MethodNeeded
    order_id = visit.parts["order_id"]
    default = Scene.H5 if visit.device.phone else Scene.NATIVE
    asked = visit.form.one("scene")
    by_picture = Method(chosen) in visit.channel.by_picture
    openid = None if asked or by_picture else await known_as(visit, Method(chosen))
    if by_picture:
        default = Scene.NATIVE
    elif openid is not None:
        default = Scene.JSAPI
    wish = Wish(
        region_code=visit.signed_in.region_code,
        order_id=order_id,
        payer_id=visit.signed_in.person_id,
        method=Method(chosen),
        scene=Scene(asked) if asked in {Scene.H5, Scene.NATIVE} else default,
        payer_ip=visit.device.address,
        openid=openid,
    )
    try:
        cashier = await pay(visit.world, wish)
    except Unanswered:  # It may have happened: the result page asks until it is known.
        return SeeOther(f"/result/{order_id}")
    if cashier.is_form:
        return SeeOther(f"/orders/{order_id}/cashier")
    if cashier.parameters and visit.channel.place in mini.PLACES:
        return await mini.to_program(visit, order_id)
    if cashier.parameters:
        return SeeOther(f"/orders/{order_id}/app")
    return SeeOther(cashier.url or f"/orders/{order_id}/scan")


async def cashier(visit: Visit) -> Answer:
    """The form that the payer's own browser posts to the channel, by itself or by the button."""
    seen = await look(visit)
    live = seen.live
    there = live.cashier if live else None
    if there is None or not there.is_form or seen.order.expires_at <= visit.world.now():
        return SeeOther(f"/result/{seen.order.id}")
    assert live is not None
    shows = {"order": seen.order, "method": METHOD_NAMES[live.method], "there": there}
    return Page("cashier.html", shows, leads_out=True)


async def scan(visit: Visit) -> Answer:
    """The QR code that a phone pays with; the page finds out by itself when it is paid."""
    seen = await look(visit)
    live = seen.live
    code = live.cashier.code if live and live.cashier else None
    if live is None or code is None or seen.order.expires_at <= visit.world.now():
        return SeeOther(f"/result/{seen.order.id}")
    inbox = visit.site.inbox_url
    played = f"{inbox.partition('/sms/')[0]}/cashier/native?pr={quote(code)}" if inbox else ""
    return Page(
        "scan.html",
        {
            "order": seen.order,
            "method": METHOD_NAMES[live.method],
            "picture": picture_of(code),
            "saved": live.method in visit.channel.by_picture,
            "played": played,
        },
    )


async def scan_picture(visit: Visit) -> Answer:
    """The QR code as a picture to save, for an app that scans from the album."""
    seen = await look(visit)
    code = seen.live.cashier.code if seen.live and seen.live.cashier else None
    if code is None or seen.order.expires_at <= visit.world.now():
        return SeeOther(f"/result/{seen.order.id}")
    drawn = io.BytesIO()
    segno.make(code, error="m").save(drawn, kind="png", scale=_DOT, border=4)
    return Download(drawn.getvalue(), "image/png", f"{seen.order.id}.png")


async def look(visit: Visit) -> OrderSeen:
    """The order the address names. Raises NotYours."""
    session = visit.signed_in
    return await look_at_order(
        visit.world,
        region_code=session.region_code,
        order_id=visit.parts["order_id"],
        viewer_id=session.person_id,
    )


def picture_of(text: str) -> Markup:
    """A QR code as a drawing, black on white whatever the page looks like."""
    drawn = io.BytesIO()
    segno.make(text, error="m").save(
        drawn, kind="svg", xmldecl=False, svgns=False, omitsize=True, dark="#000", light="#fff"
    )
    return Markup(drawn.getvalue().decode())


async def _agreed(visit: Visit, seen: OrderSeen) -> Mapping[Method, Mandate | Refusal]:
    """For each way that needs an agreement: the payer's, or why there is none that serves."""
    channel = visit.region.channels.get(seen.order.entry_channel) or visit.channel
    owed = [(one.scheme, one.amount) for one in seen.contents]
    return {
        method: await mandate_to_show(visit.world, order=seen.order, schemes=owed, method=method)
        for method in channel.methods
        if method.by_agreement and method in visit.world.channels
    }


def _about(method: Method, agreed: Mapping[Method, Mandate | Refusal]) -> str:
    """What there is to know of a way to pay before choosing it."""
    found = agreed.get(method)
    if isinstance(found, Mandate) and found.account is not None:
        return f"从签约账户当场扣款：{account_words(found.account)}"
    return words_of(found).says if isinstance(found, Refusal) else _ABOUT.get(method, "")


def _grouped(
    visit: Visit, methods: list[Mapping[str, Any]]
) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """The ways to pay under the city's two headings, where it has both; else under none."""
    agreed = [one for one in methods if Method(one["id"]).by_agreement]
    others = [one for one in methods if not Method(one["id"]).by_agreement]
    if not (agreed and others and "third_party" in visit.channel.words):
        return [("", methods)]
    named = ((word_here(visit, "third_party"), others), (word_here(visit, "by_agreement"), agreed))
    return [*named]


def _methods(
    visit: Visit, seen: OrderSeen, agreed: Mapping[Method, Mandate | Refusal]
) -> list[Mapping[str, Any]]:
    """The ways to pay that the way in offers; those we are not connected to are named, too."""
    region = visit.region
    channel = region.channels.get(seen.order.entry_channel) or visit.channel
    serving = [method for method in channel.methods if method in visit.world.channels]
    connected = [one for one in serving if not isinstance(agreed.get(one), Refusal)]
    live = seen.live.method if seen.live else None
    chosen = visit.typed("method") or live or (connected[0] if connected else "")
    rest = [method for method in channel.methods if method not in connected]
    return [
        {
            "id": method,
            "name": METHOD_NAMES[method],
            "mark": _MARKS.get(method, ("付", ""))[0],
            "colour": _MARKS.get(method, ("付", ""))[1],
            "about": _SAVED if method in channel.by_picture else _about(method, agreed),
            "served": method in serving,
            "connected": method in connected,
            "checked": method == chosen and method in connected,
        }
        for method in (*connected, *rest)
    ]
