"""Advice (帮我比一比): every tier beside the others: cost, pension, and when it has paid back.

Anybody may ask, and tells nothing by which they could be known; who is signed in finds their age
filled in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from shebao.core.money import ZERO, Money
from shebao.core.period import Period
from shebao.core.policy.advice import Advice, NoAdvice, Plan, Prospect, advise, even_age
from shebao.core.policy.choice import Situation, age_on, read_amount
from shebao.core.policy.region import Region
from shebao.core.policy.scheme import PeriodKind, Scheme
from shebao.operations.choices import choices
from shebao.operations.issue_bills import situation_of
from shebao.web import wording
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.visit import Visit

_YOUNGEST, _OLDEST = 16, 101
_YEARS: Final = range(46)
_RATES: Final = ("0", "1", "1.5", "2", "2.5", "3", "4")
_USUAL_AGE: Final = 60
_LATEST: Final = 80
_ROOM: Final = 100  # Pictures are drawn in a hundred parts, however wide they are shown.


@dataclass(frozen=True, slots=True)
class _Question:
    """Whose pension of which scheme is asked about."""

    region: Region
    scheme: Scheme
    situation: Situation
    age: int
    path: str
    back: str


async def show(visit: Visit) -> Answer:
    """The form, and what follows from it once it is filled in."""
    region = _region(visit)
    if region is None:
        return SeeOther("/?choose=1")
    return _page(visit, _anybody(visit, region))


async def mine(visit: Visit) -> Answer:
    """The same for somebody one may pay for: their age and identity are known."""
    return _page(visit, await _known(visit))


def offering(region: Region) -> list[Scheme]:
    """The schemes whose pension can be estimated; those paid by the year first."""
    known = [one for one in region.schemes.values() if one.benefit is not None and one.offered]
    return sorted(known, key=lambda one: one.kind is PeriodKind.MONTH)


def _region(visit: Visit) -> Region | None:
    asked = visit.world.regions.get(visit.query.one("region"))
    if asked is not None or visit.session is not None:
        return asked or visit.region
    return visit.entry.region if visit.entry else None


def _anybody(visit: Visit, region: Region) -> _Question:
    schemes = offering(region)
    asked = visit.query.one("scheme")
    scheme = next((one for one in schemes if one.id == asked), schemes[0] if schemes else None)
    if scheme is None:
        raise NoAdvice(region.name)
    today = visit.world.today(region.code)
    period = Period(today.year, today.month if scheme.kind is PeriodKind.MONTH else None)
    identity = visit.query.one("identity")
    situation = Situation(period=period, identity=identity or None)
    age = _number(visit, "age", 45, _ages(scheme))
    return _Question(region, scheme, situation, age, visit.path, "/home" if visit.session else "/")


async def _known(visit: Visit) -> _Question:
    session, region = visit.signed_in, visit.region
    found = await choices(
        visit.world,
        region_code=session.region_code,
        viewer_id=session.person_id,
        enrolment_id=visit.parts["enrolment_id"],
    )
    if found.scheme.benefit is None:
        raise NoAdvice(found.scheme.name)
    situation = situation_of(found.person, found.enrolment, found.periods[0])
    asked = visit.query.one("identity")
    situation = replace(situation, identity=asked or situation.identity)
    born, today = found.person.born, visit.world.today(region.code)
    age = _number(visit, "age", age_on(born, today) if born else 45, _ages(found.scheme))
    back = f"/choose/{found.enrolment.id}"
    return _Question(region, found.scheme, situation, age, visit.path, back)


def _number(visit: Visit, name: str, usual: int, allowed: range) -> int:
    """A number chosen from a list; whatever else is sent counts as the usual one."""
    text = visit.query.one(name)
    number = int(text) if text.isascii() and text.isdigit() else usual
    return min(max(number, allowed[0]), allowed[-1])


def _page(visit: Visit, question: _Question) -> Page:
    shown = _form(visit, question)
    if "age" not in visit.query:
        return Page("advice.html", {**shown, "advice": None})
    text = visit.query.one("balance")
    plan = Plan(
        age=question.age,
        draws_at=shown["draws"],
        years_paid=shown["years"],
        balance=read_amount(text) if text else ZERO,
        interest=Decimal(shown["rate"]) / 100,
    )
    today = visit.world.today(question.region.code)
    found = advise(question.scheme, question.situation, plan, as_of=today)
    return Page("advice.html", {**shown, "advice": _shown(found)})


def _form(visit: Visit, question: _Question) -> Mapping[str, Any]:
    """What is asked, and what was answered so far."""
    scheme, rate = question.scheme, visit.query.one("rate")
    return {
        "schemes": [] if question.back.startswith("/choose") else offering(question.region),
        "scheme": scheme.id,
        "name": wording.item_name(scheme).removesuffix("费"),
        "city": question.region.name,
        "region": question.region.code,
        "path": question.path,
        "back": question.back,
        "age": question.age,
        "ages": list(_ages(scheme)),
        "years": _number(visit, "years", 0, _YEARS),
        "all_years": list(_YEARS),
        "draws": _draws_at(visit, question),
        "draw_ages": [age for age in _draw_ages(scheme) if age > question.age],
        "rate": rate if rate in _RATES else _RATES[0],
        "rates": _RATES,
        "balance": visit.query.one("balance"),
        "identity": question.situation.identity or "",
        "identities": question.region.identities,
    }


def _draw_ages(scheme: Scheme) -> tuple[int, ...]:
    assert scheme.benefit is not None
    return scheme.benefit.ages


def _ages(scheme: Scheme) -> range:
    """The ages at which one can still pay before drawing."""
    return range(_YOUNGEST, _draw_ages(scheme)[-1])


def _draws_at(visit: Visit, question: _Question) -> int:
    """When drawing begins: as asked, or as usual, or the first age that is left."""
    left = [age for age in _draw_ages(question.scheme) if age > question.age]
    asked = _number(visit, "draws", _USUAL_AGE, range(_OLDEST))
    return next(age for age in (asked, _USUAL_AGE, left[0]) if age in left)


def _shown(advice: Advice) -> Mapping[str, Any]:
    """An advice as the page shows it: rows for the table, and bars for the picture."""
    most = max((one.monthly for one in advice.prospects), default=ZERO)
    return {
        "rows": [_row(one, advice.draws_at, most) for one in advice.prospects],
        "assumptions": advice.assumptions,
        "unknown": advice.unknown,
        "cheaper": advice.cheaper,
        "missing": f"{advice.missing_years:f}" if advice.missing_years else "",
        "bought": advice.prospects[0].bought,
        "first": advice.draws_at,
        "last": _LATEST,
    }


def _row(one: Prospect, draws_at: int, most: Money) -> Mapping[str, Any]:
    years, months = even_age(one, draws_at)
    parts: list[Mapping[str, Any]] = []
    at = 0.0
    for kind, amount in (("basic", one.basic), ("acct", one.from_account), ("sen", one.seniority)):
        width = round(amount.fen * _ROOM / most.fen, 1) if most > ZERO else 0.0
        parts.append({"kind": kind, "x": at, "width": width})
        at = round(at + width, 1)
    span = _LATEST - draws_at
    return {
        "amount": one.choice.value,
        "yearly": one.yearly,
        "subsidy": one.subsidy,
        "government": one.government if one.government > ZERO else None,
        "paid": one.paid,
        "account": one.account,
        "basic": one.basic,
        "from_account": one.from_account,
        "seniority": one.seniority,
        "monthly": one.monthly,
        "even_years": years,
        "even_months": months,
        "parts": [part for part in parts if part["width"]],
        "even_x": min(round((one.even_months / 12) * _ROOM / span, 1), _ROOM - 2),
    }
