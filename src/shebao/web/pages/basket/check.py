"""Check (核对): one last look at everything of every city; then the orders are opened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from shebao.core.money import total
from shebao.core.whole import OneCityOnly
from shebao.operations.family.basket import CityLines, basket_of
from shebao.operations.whole.open import FamilyBasket, InCity, open_whole
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.guard import believe_order, seal_of
from shebao.web.pages.basket.cities import cities_in
from shebao.web.pages.basket.show import line_shown
from shebao.web.visit import Visit

_MINUTE: Final = 60
_CITIES_LEAST: Final = 2


async def show(visit: Visit) -> Answer:
    """Everything to agree to, city by city, under the number the whole will have."""
    held = [city for city in await _held(visit) if city.fits]
    if len(held) < _CITIES_LEAST:
        raise OneCityOnly
    whole_id = visit.world.mint("who")
    regions = [visit.world.region(city.session.region_code) for city in held]
    quick = min((one.cashier_seconds for one in regions if one.cashier_seconds), default=None)
    lines = [line for city in held for line in city.fits]
    return Page(
        "basket/check.html",
        {
            "cities": [_city(visit, city) for city in held],
            "whole": whole_id,
            "seal": seal_of(visit, whole_id),
            "count": len(lines),
            "total": total(line.bill.amount for line in lines),
            "minutes": min(one.order_seconds for one in regions) // _MINUTE,
            "cashier_seconds": quick,
        },
    )


async def open_orders(visit: Visit) -> Answer:
    """Open an order in every city, once, however often the button was pressed."""
    session, whole_id = visit.signed_in, visit.form.one("order")
    believe_order(visit, whole_id)
    wanted: dict[str, list[str]] = {}
    for named in visit.form.all("bill"):
        region_code, _, bill_id = named.partition("/")
        wanted.setdefault(region_code, []).append(bill_id)
    cities = [
        InCity(one.region_code, one.person_id, one.entry_channel, frozenset(bills))
        for one in await cities_in(visit)
        if (bills := wanted.get(one.region_code))
    ]
    whole = await open_whole(
        visit.world,
        FamilyBasket(
            region_code=session.region_code,
            whole_id=whole_id,
            payer_id=session.person_id,
            cities=cities,
        ),
    )
    return SeeOther(f"/together/{whole.id}/pay")


async def _held(visit: Visit) -> list[CityLines]:
    return await basket_of(visit.world, await cities_in(visit))


def _city(visit: Visit, city: CityLines) -> Mapping[str, Any]:
    code = city.session.region_code
    region = visit.world.region(code)
    return {
        "code": code,
        "name": region.name,
        "collector": region.collector,
        "receipt": region.receipt_title,
        "lines": [line_shown(visit, city.session, line) for line in city.fits],
        "sum": total(line.bill.amount for line in city.fits),
    }
