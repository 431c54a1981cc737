"""Submit (缴费信息提交、缴费类型): what is owed of some insurances, chosen and decided kept apart.

Where last year's amount follows, it is offered as it is; submitting it makes the choice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shebao.core.entrance.way import Feature
from shebao.core.money import total
from shebao.core.order import OrderEmpty
from shebao.core.policy.choice import ChoiceKind
from shebao.operations.declaring.carry_over import Following, following
from shebao.operations.elect import Wish, elect
from shebao.operations.payables import Due, NotNow, Payables, ToChoose
from shebao.web import wording
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.fields import path_with
from shebao.web.pages.items import owed_by
from shebao.web.visit import Visit


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What the insurances that were ticked come to."""

    owed: Payables
    enrolments: tuple[str, ...]
    normal: tuple[Due, ...]
    special: tuple[Due, ...]
    follows: tuple[Following, ...]
    to_choose: tuple[ToChoose, ...]  # Where nothing follows.
    not_now: tuple[NotNow, ...]


async def show(visit: Visit) -> Answer:
    """One of the two kinds, every line that can be paid ticked."""
    chosen = await _chosen(visit)
    special = _on_special(visit, chosen)
    lines = chosen.special if special else chosen.normal
    ticked = [due.bill.amount for due in lines if not due.first]
    ticked += [] if special else [one.amount for one in chosen.follows]
    own = chosen.owed.person.id == visit.signed_in.person_id
    return Page(
        "declaring/submit.html",
        {
            "title": wording.word_here(visit, "submit"),
            "person": wording.person_shown(chosen.owed.person, own=own),
            "enrolments": chosen.enrolments,
            "special": special,
            "tabs": _tabs(visit, chosen, special=special),
            "lines": [_line(visit, due) for due in lines],
            "follows": [] if special else [_follows(chosen, one) for one in chosen.follows],
            "to_choose": [] if special else [_to_choose(visit, one) for one in chosen.to_choose],
            "not_now": [] if special else [_not_now(one) for one in chosen.not_now],
            "special_words": wording.city_word(visit.region, "special"),
            "first": any(due.first for due in chosen.normal),
            "amounts": _amount_setting(visit),
            "amount_setting": wording.city_word(visit.region, "amount_setting"),
            "count": len(ticked),
            "sum": total(ticked),
            "back": path_with("/insured", person=chosen.owed.person.id),
        },
    )


async def submit(visit: Visit) -> Answer:
    """Make the choices that follow from last year, and go on to the check page."""
    chosen = await _chosen(visit)
    session, form = visit.signed_in, visit.form
    wanted = form.all("follow")
    bills = [due.bill.id for due in (*chosen.normal, *chosen.special)]
    picked = [bill_id for bill_id in bills if bill_id in form.all("bill")]
    for one in chosen.follows:
        if _key(one) in wanted:
            picked += await elect(
                visit.world,
                Wish(
                    region_code=session.region_code,
                    payer_id=session.person_id,
                    entry_channel=visit.channel.id,
                    enrolment_id=one.enrolment_id,
                    periods=(one.period,),
                    choice=one.choice,
                ),
            )
    if not picked:
        raise OrderEmpty
    return SeeOther(path_with("/confirm", bill=picked, person=chosen.owed.person.id))


async def _chosen(visit: Visit) -> _Chosen:
    asked = visit.form or visit.query
    person = asked.one("person") or visit.signed_in.person_id
    (owed,) = await owed_by(visit, [person])
    named = asked.all("enrolment")
    due = [one for one in owed.due if not named or one.bill.enrolment_id in named]
    open_ = [one for one in owed.to_choose if not named or one.enrolment.id in named]
    schemes = {one.scheme.id for one in due} | {one.scheme.id for one in open_}
    follows = {one.scheme.id: (*following(visit.world, owed.person, one),) for one in open_}
    return _Chosen(
        owed=owed,
        enrolments=named,
        normal=tuple(one for one in due if not one.bill.kind.special),
        special=tuple(one for one in due if one.bill.kind.special),
        follows=tuple(line for lines in follows.values() for line in lines),
        to_choose=tuple(one for one in open_ if not follows[one.scheme.id]),
        not_now=tuple(one for one in owed.not_now if not named or one.scheme.id in schemes),
    )


def _on_special(visit: Visit, chosen: _Chosen) -> bool:
    """Which tab is open: the one asked for; else what has to be paid first."""
    tab = visit.form.one("tab") or visit.query.one("tab")
    nothing_else = not (chosen.normal or chosen.follows or chosen.to_choose)
    first = visit.region.special_first or nothing_else
    return tab == "special" or (tab != "normal" and first and bool(chosen.special))


def _tabs(visit: Visit, chosen: _Chosen, *, special: bool) -> list[Mapping[str, Any]]:
    counts = {
        "normal": len(chosen.normal) + len(chosen.follows) + len(chosen.to_choose),
        "special": len(chosen.special),
    }
    return [
        {
            "name": wording.city_word(visit.region, word),
            "count": counts[tab],
            "on": (tab == "special") is special,
            "href": path_with(
                "/submit", person=chosen.owed.person.id, enrolment=chosen.enrolments, tab=tab
            ),
        }
        for tab, word in (("normal", "choose"), ("special", "special"))
    ]


def _line(visit: Visit, due: Due) -> Mapping[str, Any]:
    bill, today = due.bill, visit.world.today(visit.region.code)
    return {
        "id": bill.id,
        "name": wording.item_name(due.scheme),
        "line": wording.bill_line(bill),
        "amount": bill.amount,
        "first": due.first,
        "special": bill.kind.special,
        "until": wording.deadline(bill.payable_until, today),
        "change": "" if bill.kind.special else _where_to_choose(visit, bill.enrolment_id),
    }


def _follows(chosen: _Chosen, one: Following) -> Mapping[str, Any]:
    scheme = next(
        wanted.scheme for wanted in chosen.owed.to_choose if wanted.enrolment.id == one.enrolment_id
    )
    return {
        "key": _key(one),
        "name": wording.item_name(scheme),
        "period": one.period.label,
        "amount": one.amount,
    }


def _to_choose(visit: Visit, wanted: ToChoose) -> Mapping[str, Any]:
    choose, last = wording.choose_words(wanted)
    amount = wanted.choice_kind is ChoiceKind.AMOUNT and visit.channel.offers(Feature.AMOUNTS)
    there = _amount_setting(visit) if amount else ""
    person = "" if there else visit.form.one("person") or visit.query.one("person")
    return {
        "name": wording.item_name(wanted.scheme),
        "line": f"{wanted.periods[0].label} · {last}",
        "choose": choose,
        "href": there or path_with(f"/choose/{wanted.enrolment.id}", person=person),
    }


def _not_now(one: NotNow) -> Mapping[str, Any]:
    label = f"{one.period.label} · " if one.period else ""
    return {"name": wording.item_name(one.scheme), "line": f"{label}{wording.waits(one)}"}


def _where_to_choose(visit: Visit, enrolment_id: str) -> str:
    return _amount_setting(visit) or f"/choose/{enrolment_id}"


def _amount_setting(visit: Visit) -> str:
    return "/amounts" if visit.channel.offers(Feature.AMOUNTS) else ""


def _key(one: Following) -> str:
    return f"{one.enrolment_id}:{one.period}"
