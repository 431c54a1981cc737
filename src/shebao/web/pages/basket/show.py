"""Show (一起缴): what is in the basket, city by city, and why something cannot come along."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from shebao.core.money import total
from shebao.core.order import OrderEmpty
from shebao.operations.family.basket import CityLines, KeptBack, basket_of, put_in, take_out
from shebao.operations.review import Reviewed
from shebao.store.sessions import Session
from shebao.web import wording
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.pages.basket.cities import cities_in, in_city, may_pay_together, others
from shebao.web.visit import Visit
from shebao.web.words import words_of

BILLS_MOST: Final = 40


async def show(visit: Visit) -> Answer:
    """Everything somebody has put aside, in every city they are in."""
    within = await cities_in(visit)
    held = await basket_of(visit.world, within)
    fits = [line for city in held for line in city.fits]
    several = sum(bool(city.fits) for city in held) > 1
    alone = next((city for city in held if city.fits), None)
    return Page(
        "basket/show.html",
        {
            "cities": [_city(visit, city) for city in held],
            "others": others(visit, within),
            "count": len(fits),
            "total": total(line.bill.amount for line in fits),
            "several": several,
            "offered": may_pay_together(visit),
            "channel_name": visit.channel.name,
            "alone": _alone(visit, alone) if alone and not several else {},
        },
    )


async def put_in_here(visit: Visit) -> Answer:
    """Put bills of this city into the basket."""
    bills = visit.form.all("bill")[:BILLS_MOST]
    if not bills:
        raise OrderEmpty
    await put_in(visit.world, session=visit.signed_in, bill_ids=bills)
    return SeeOther("/basket")


async def remove(visit: Visit) -> Answer:
    """Take a bill of one of the cities out of the basket."""
    wanted = visit.form.one("region")
    for session in await cities_in(visit):
        if session.region_code == wanted:
            await take_out(visit.world, session=session, bill_ids=[visit.form.one("bill")])
    return SeeOther("/basket")


def line_shown(visit: Visit, session: Session, line: Reviewed) -> Mapping[str, Any]:
    """One line of the basket, as pages show it: person, item, place, amount."""
    bill, region = line.bill, visit.world.region(session.region_code)
    district = region.districts.get(line.enrolment.district or "", "")
    return {
        "id": bill.id,
        "person": wording.person_shown(line.person, own=line.person.id == session.person_id),
        "name": wording.item_name(line.scheme),
        "line": wording.bill_line(bill),
        "where": " ".join(filter(None, [region.name, district])),
        "category": wording.category_name(line.scheme, line.enrolment.category, bill.period),
        "amount": bill.amount,
        "asked_for": line.asked_for,
        "paid_last": line.paid_last,
    }


def _city(visit: Visit, city: CityLines) -> Mapping[str, Any]:
    code = city.session.region_code
    region = visit.world.region(code)
    return {
        "code": code,
        "name": region.name,
        "here": code == visit.signed_in.region_code,
        "lines": [line_shown(visit, city.session, line) for line in city.fits],
        "kept_back": [_kept_back(visit, city.session, one) for one in city.kept_back],
        "sum": total(line.bill.amount for line in city.fits),
        "more": in_city(code, "/for-whom"),
        "items": in_city(code, "/items"),
        "only_self": not _pays_for_others(visit, city.session),
    }


def _pays_for_others(visit: Visit, session: Session) -> bool:
    channel = visit.world.region(session.region_code).channels.get(session.entry_channel)
    return channel is not None and channel.pays_for.others


def _kept_back(visit: Visit, session: Session, one: KeptBack) -> Mapping[str, Any]:
    shown = line_shown(visit, session, one.line) if one.line else None
    return {"id": one.bill_id, "line": shown, "why": words_of(one.why)}


def _alone(visit: Visit, city: CityLines) -> Mapping[str, Any]:
    """Where all that fits belongs to one city: an ordinary order does."""
    bills = "&".join(f"bill={line.bill.id}" for line in city.fits)
    region = visit.world.region(city.session.region_code)
    return {"href": in_city(region.code, f"/confirm?{bills}"), "name": region.name}
