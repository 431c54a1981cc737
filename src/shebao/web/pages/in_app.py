"""In app (应用内支付): a page open inside WeChat or Alipay hands the parameters to the app itself.

It is only done where the app knows the payer, which it said when they signed in with it. Whatever
the app says afterwards, the result comes from the channel.
"""

from __future__ import annotations

import json
from typing import Final
from urllib.parse import urlencode

from shebao.core.channel import Method
from shebao.operations.entrance.accounts import openid_of
from shebao.operations.issue_receipts import METHOD_NAMES
from shebao.operations.look_at_order import look_at_order
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.visit import Visit

_PLAYED: Final = {Method.WECHAT: "/cashier/jsapi", Method.ALIPAY: "/alipay/cashier/tradepay"}


async def known_as(visit: Visit, method: Method) -> str | None:
    """Under which id the app that this page is open in knows the payer, if it can collect."""
    session, device = visit.signed_in, visit.device
    here = session.app == device.app == method.value
    if not here:
        return None
    return await openid_of(visit.world, session)


async def show(visit: Visit) -> Answer:
    """Hand the parameters to the app, by itself or by the button."""
    session = visit.signed_in
    seen = await look_at_order(
        visit.world,
        region_code=session.region_code,
        order_id=visit.parts["order_id"],
        viewer_id=session.person_id,
    )
    live = seen.live
    there = live.cashier.parameters if live and live.cashier and not live.cashier.url else {}
    if live is None or not there or seen.order.expires_at <= visit.world.now():
        return SeeOther(f"/result/{seen.order.id}")
    played = ""
    if visit.site.inbox_url and live.method in _PLAYED:
        sandbox = visit.site.inbox_url.partition("/sms/")[0]
        back = f"{visit.world.base_url}/result/{seen.order.id}"
        asked = urlencode({**there, "redirect_url": back})
        played = f"{sandbox}{_PLAYED[live.method]}?{asked}"
    shows = {
        "order": seen.order,
        "method": METHOD_NAMES[live.method],
        "app": live.method.value,
        "parameters": json.dumps(dict(there)),
        "played": played,
        "script": visit.site.assets.path("in_app.js"),
    }
    return Page("in-app.html", shows)
