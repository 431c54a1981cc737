"""Amounts (选择缴费金额、缴费金额作废): what is paid each year, for which years; or void."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from shebao.core.money import Money
from shebao.core.period import Period
from shebao.core.policy.choice import Choice, ChoiceNeeded, NothingToChoose
from shebao.core.policy.offers import Options, OptionsKind, options
from shebao.core.refusals import Refusal
from shebao.operations.declaring.set_amount import (
    Standing,
    effective_years,
    set_amount,
    standing_amounts,
)
from shebao.operations.declaring.void_amount import NoAmountSet, Voiding, void_amount
from shebao.operations.elect import Wish
from shebao.operations.issue_bills import situation_of
from shebao.web import wording
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.fields import path_with
from shebao.web.visit import Visit

YEARS_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class _Setting:
    """An insurance whose amount may be set, and what may be set."""

    standing: Standing
    offered: Options


async def show(visit: Visit) -> Answer:
    """Each insurance with a yearly amount: what is set, and a form to set or change it."""
    found = await _settings(visit)
    years = _years(visit)
    return Page(
        "declaring/amounts.html",
        {
            "title": wording.city_word(visit.region, "amount_setting"),
            "settings": [_shown(visit, one) for one in found],
            "years": years,
            "first": visit.typed("first", years[0]),
            "last": visit.typed("last", years[0]),
            "voiding": wording.city_word(visit.region, "amount_voiding"),
            "no_enrolment": wording.city_word(visit.region, "no_enrolment"),
        },
    )


async def set_it(visit: Visit) -> Answer:
    """Set an amount for some years; then it says what was set, and leads on to paying."""
    session, form = visit.signed_in, visit.form
    one = await _setting(visit)
    kind = one.offered.choice_kind
    name = wording.item_name(one.standing.scheme)
    if kind is None:
        raise NothingToChoose(name)
    if not form.one("choice"):
        raise ChoiceNeeded(scheme=name, wanted=kind.label)
    today = visit.world.today(session.region_code)
    await set_amount(
        visit.world,
        Wish(
            region_code=session.region_code,
            payer_id=session.person_id,
            entry_channel=visit.channel.id,
            enrolment_id=one.standing.enrolment.id,
            periods=effective_years(form.one("first"), form.one("last"), this_year=today.year),
            choice=Choice.read(kind, form.one("choice")),
        ),
    )
    return SeeOther(path_with("/amounts/done", enrolment=one.standing.enrolment.id))


async def done(visit: Visit) -> Answer:
    """It is set: for which years, how much; and the way on to paying."""
    one = await _setting(visit)
    return Page(
        "declaring/amount-set.html",
        {
            "name": wording.item_name(one.standing.scheme),
            "spans": _spans(one.standing.amounts),
            "onward": wording.city_word(visit.region, "self"),
            "declarations": wording.city_word(visit.region, "declarations"),
        },
    )


async def voiding(visit: Visit) -> Answer:
    """What is set and can be made void; or that nothing is."""
    found = [one for one in await _settings(visit) if one.standing.amounts or one.standing.follows]
    return Page(
        "declaring/amount-void.html",
        {
            "title": wording.city_word(visit.region, "amount_voiding"),
            "settings": [_shown(visit, one) for one in found],
            "nothing": wording.city_word(visit.region, "no_amount"),
            "setting": wording.city_word(visit.region, "amount_setting"),
            "done": "done" in visit.query,
        },
    )


async def void_it(visit: Visit) -> Answer:
    """Make it void."""
    session, enrolment_id = visit.signed_in, visit.form.one("enrolment")
    if not enrolment_id:
        raise NoAmountSet
    await void_amount(
        visit.world,
        Voiding(
            region_code=session.region_code,
            payer_id=session.person_id,
            entry_channel=visit.channel.id,
            enrolment_id=enrolment_id,
        ),
    )
    return SeeOther("/amounts/void?done=1")


async def _settings(visit: Visit) -> list[_Setting]:
    session, today = visit.signed_in, visit.world.today(visit.region.code)
    found = []
    for one in await standing_amounts(
        visit.world, region_code=session.region_code, person_id=session.person_id
    ):
        situation = situation_of(one.person, one.enrolment, Period(today.year))
        try:
            offered = options(one.scheme, situation, as_of=today)
        except Refusal:  # This year has no rule for them: nothing can be set.
            continue
        if offered.kind in {OptionsKind.TIERS, OptionsKind.RANGE}:
            found.append(_Setting(one, offered))
    return found


async def _setting(visit: Visit) -> _Setting:
    asked = visit.form.one("enrolment") or visit.query.one("enrolment")
    for one in await _settings(visit):
        if one.standing.enrolment.id == asked:
            return one
    raise NothingToChoose("")


def _shown(visit: Visit, one: _Setting) -> Mapping[str, Any]:
    standing, offered = one.standing, one.offered
    here = visit.form.one("enrolment") == standing.enrolment.id
    amounts = [*standing.amounts.values()]
    last = amounts[0] if amounts else standing.follows
    filled = f"{last}".removesuffix(".00") if last else ""
    return {
        "id": standing.enrolment.id,
        "name": wording.item_name(standing.scheme),
        "spans": _spans(standing.amounts),
        "follows": standing.follows,
        "kind": offered.kind,
        "minimum": offered.minimum,
        "maximum": offered.maximum,
        "tiers": [tier for tier in offered.tiers if tier.allowed],
        "amount": visit.typed("choice", filled) if here else filled,
        "here": here,
    }


def _spans(amounts: Mapping[Period, Money]) -> Sequence[Mapping[str, Any]]:
    """Years in a row with the same amount, as one: 2025 年至 2027 年，4,000.00 元."""
    spans: list[dict[str, Any]] = []
    for period, amount in sorted(amounts.items(), key=lambda one: one[0].year):
        if spans and spans[-1]["amount"] == amount and spans[-1]["last"] == period.year - 1:
            spans[-1]["last"] = period.year
        else:
            spans.append({"first": period.year, "last": period.year, "amount": amount})
    return spans


def _years(visit: Visit) -> Sequence[str]:
    this_year = visit.world.today(visit.region.code).year
    return [str(this_year + ahead) for ahead in range(YEARS_SHOWN)]
