"""Pay (合单支付): one payment for all cities, by a method that can; or each city by itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

from shebao.core.channel import Method, Scene
from shebao.core.refusals import Unanswered
from shebao.core.whole import WholeStanding, standing
from shebao.operations.entrance.accounts import openid_of
from shebao.operations.family.basket import joining
from shebao.operations.issue_receipts import METHOD_NAMES
from shebao.operations.whole.apart import give_up_whole, take_apart
from shebao.operations.whole.look import WholeSeen, look_at_whole
from shebao.operations.whole.pay import WholeWish, pay_whole
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.pages import mini
from shebao.web.pages.basket.cities import cities_in
from shebao.web.pages.pay import MethodNeeded, picture_of
from shebao.web.visit import Visit

_MINUTE: Final = 60


async def show(visit: Visit) -> Answer:
    """The amount, until when, and which ways can pay it all at once."""
    seen = await look(visit)
    now = visit.world.now()
    whole_id = seen.whole.id
    payable = standing_of(visit, seen) in {WholeStanding.OPEN, WholeStanding.WAITING}
    until = min((one.order.expires_at for one in seen.orders.values()), default=now)
    if not payable or seen.apart or until <= now:
        return SeeOther(f"/together/{whole_id}")
    left = int((until - now).total_seconds())
    methods = _methods(visit)
    return Page(
        "basket/pay.html",
        {
            "whole": seen.whole,
            "amount": seen.amount,
            "until": until,
            "left": f"{left // _MINUTE} 分钟" if left >= 2 * _MINUTE else f"{left} 秒",
            "cities": [
                {"name": visit.world.region(code).name, "amount": one.order.amount}
                for code, one in seen.orders.items()
            ],
            "methods": methods,
            "any_method": any(one["joins"] for one in methods),
            "begun": seen.cashier is not None,
            "phone": visit.device.phone,
        },
        leads_out=True,
    )


async def begin(visit: Visit) -> Answer:
    """Begin a try, and send the payer to the channel's cashier or to its QR code."""
    seen = await look(visit)
    chosen, asked = visit.form.one("method"), visit.form.one("scene")
    if chosen not in set(Method):
        raise MethodNeeded
    default = Scene.H5 if visit.device.phone else Scene.NATIVE
    openid = None if asked else await _known_as(visit, Method(chosen))
    if openid is not None:
        default = Scene.JSAPI
    wish = WholeWish(
        region_code=seen.whole.region_code,
        whole_id=seen.whole.id,
        payer_id=seen.whole.payer_id,
        method=Method(chosen),
        scene=Scene(asked) if asked in {Scene.H5, Scene.NATIVE} else default,
        payer_ip=visit.device.address,
        openid=openid,
    )
    try:
        cashier = await pay_whole(visit.world, wish)
    except Unanswered:  # It may have happened: the result page asks until it is known.
        return SeeOther(f"/together/{seen.whole.id}")
    onward = "app" if cashier.parameters else "scan"
    return SeeOther(cashier.url or f"/together/{seen.whole.id}/{onward}")


async def scan(visit: Visit) -> Answer:
    """The QR code that a phone pays all cities with."""
    seen = await look(visit)
    code = seen.cashier.code if seen.cashier else None
    if code is None:
        return SeeOther(f"/together/{seen.whole.id}")
    inbox = visit.site.inbox_url
    played = f"{inbox.partition('/sms/')[0]}/cashier/native?pr={quote(code)}" if inbox else ""
    until = min(one.order.expires_at for one in seen.orders.values())
    return Page(
        "basket/scan.html",
        {
            "whole": seen.whole,
            "amount": seen.amount,
            "until": until,
            "picture": picture_of(code),
            "played": played,
        },
    )


async def in_app(visit: Visit) -> Answer:
    """Hand the parameters to the app the page is open in, by itself or by the button."""
    seen = await look(visit)
    there = seen.cashier.parameters if seen.cashier and not seen.cashier.url else {}
    if not there:
        return SeeOther(f"/together/{seen.whole.id}")
    inbox, played = visit.site.inbox_url, ""
    if inbox:
        back = f"{visit.world.base_url}/together/{seen.whole.id}"
        asked = urlencode({**there, "redirect_url": back})
        played = f"{inbox.partition('/sms/')[0]}/cashier/jsapi?{asked}"
    return Page(
        "basket/app.html",
        {
            "whole": seen.whole,
            "amount": seen.amount,
            "until": min(one.order.expires_at for one in seen.orders.values()),
            "parameters": json.dumps(dict(there)),
            "played": played,
            "script": visit.site.assets.path("in_app.js"),
        },
    )


async def give_up(visit: Visit) -> Answer:
    """Give up every order of the whole; its result page says what became of it."""
    seen = await look(visit)
    await give_up_whole(visit.world, **_whose(seen))
    return SeeOther(f"/together/{seen.whole.id}")


async def apart(visit: Visit) -> Answer:
    """Let every city be paid by itself."""
    seen = await look(visit)
    await take_apart(visit.world, **_whose(seen))
    return SeeOther(f"/together/{seen.whole.id}")


async def look(visit: Visit) -> WholeSeen:
    """The whole the address names. Raises NotYours."""
    viewers = [(one.region_code, one.person_id) for one in await cities_in(visit)]
    return await look_at_whole(visit.world, whole_id=visit.parts["whole_id"], viewers=viewers)


def standing_of(visit: Visit, seen: WholeSeen) -> WholeStanding:
    """How a whole stands."""
    orders = [(one.order, one.live is not None) for one in seen.orders.values()]
    return standing(orders, now=visit.world.now())


async def _known_as(visit: Visit, method: Method) -> str | None:
    """Under which id the app this page is open in knows the payer, where they signed in with it.

    A mini program takes tickets of one order only: it gets a link or a code instead.
    """
    for session in await cities_in(visit):
        way_in = visit.world.region(session.region_code).channels.get(session.entry_channel)
        in_program = way_in is not None and way_in.place in mini.PLACES
        if session.app == visit.device.app == method.value and not in_program:
            return await openid_of(visit.world, session)
    return None


def _whose(seen: WholeSeen) -> dict[str, str]:
    whole = seen.whole
    return {
        "region_code": whole.region_code,
        "whole_id": whole.id,
        "payer_id": whole.payer_id,
    }


def _methods(visit: Visit) -> list[Mapping[str, Any]]:
    """The ways to pay of the city one is in: those that can pay it all, and the others by name."""
    joins = joining(visit.world, visit.channel.methods)
    rest = [method for method in visit.channel.methods if method not in joins]
    return [
        {
            "id": method,
            "name": METHOD_NAMES[method],
            "joins": method in joins,
            "checked": method in joins[:1],
        }
        for method in (*joins, *rest)
    ]
