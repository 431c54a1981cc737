"""Mini (小程序内支付): a page open in a mini program lets the program open the cashier.

The page hands a ticket over; the program brings it to `cashier` and opens what it learns there.
Whatever the cashier tells it, it comes back to the result page, which asks the channel.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, urlsplit

from shebao.core.entrance.way import Place
from shebao.operations.cashier_ticket import issue_ticket, take_ticket
from shebao.operations.issue_receipts import METHOD_NAMES
from shebao.operations.look_at_order import look_at_order
from shebao.web.answers import Answer, Facts, Page, SeeOther
from shebao.web.visit import Visit

PLACES: Final = frozenset({Place.WECHAT_MINI, Place.ALIPAY_MINI})
# The scripts by which a page speaks to the mini program around it.
_KITS: Final = {
    "wechat": "https://res.wx.qq.com/open/js/jweixin-1.6.2.js",
    "alipay": "https://appx/web-view.min.js",
}


async def to_program(visit: Visit, order_id: str) -> Answer:
    """Send a payer, who has just begun to pay, to the page that lets the program go on."""
    session = visit.signed_in
    ticket = await issue_ticket(
        visit.world,
        region_code=session.region_code,
        order_id=order_id,
        payer_id=session.person_id,
    )
    return SeeOther(f"/orders/{order_id}/mini?ticket={quote(ticket)}")


async def show(visit: Visit) -> Answer:
    """Hand the ticket to the mini program, by itself or by the button."""
    session = visit.signed_in
    seen = await look_at_order(
        visit.world,
        region_code=session.region_code,
        order_id=visit.parts["order_id"],
        viewer_id=session.person_id,
    )
    live, ticket = seen.live, visit.query.one("ticket")
    if live is None or not ticket or live.method not in _KITS:
        return SeeOther(f"/result/{seen.order.id}")
    kit = _kit(visit, live.method.value)
    parts = urlsplit(kit)
    shows = {
        "order": seen.order,
        "method": METHOD_NAMES[live.method],
        "app": live.method.value,
        "ticket": ticket,
        "kit": kit,
        "script": visit.site.assets.path("mini.js"),
    }
    return Page("mini.html", shows, scripts_from=f"{parts.scheme}://{parts.netloc}")


async def cashier(visit: Visit) -> Answer:
    """Tell the mini program that brings a ticket what opens its cashier."""
    opening = await take_ticket(visit.world, visit.form.one("ticket"))
    return Facts(
        {
            "order": opening.order_id,
            "method": opening.method,
            "parameters": dict(opening.parameters),
        }
    )


def _kit(visit: Visit, app: str) -> str:
    """Where the script is that speaks to the program: the app's own, or of who plays it."""
    if not visit.site.inbox_url:
        return _KITS[app]
    return f"{visit.site.inbox_url.partition('/sms/')[0]}/apps/kit/{app}.js"
