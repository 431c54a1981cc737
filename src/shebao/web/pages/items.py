"""Items (选择要缴的项目): what one or several people owe, and why some of it must wait."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

from shebao.core.money import total
from shebao.core.policy.region import Agency
from shebao.operations.payables import Ask, Due, NotNow, Payables, ToChoose
from shebao.web import wording
from shebao.web.answers import Answer, Page
from shebao.web.fields import path_with
from shebao.web.pages.home import agencies
from shebao.web.visit import Visit

PEOPLE_MOST: Final = 6


async def show(visit: Visit) -> Answer:
    """What everybody in the basket owes; everything that can be paid is ticked."""
    session = visit.signed_in
    people = people_of(visit)
    owed = await owed_by(visit, people)
    picked = picked_in(visit)
    sections = [_Section(visit, of, people, picked).shown() for of in owed]
    due = [one for section in sections for one in section["due"] if one["can_tick"]]
    ticked = [one for one in due if one["ticked"]]
    return Page(
        "items.html",
        {
            "sections": sections,
            "people": people,
            "several": len(people) > 1,
            "count": len(ticked),
            "sum": total(one["amount"] for one in ticked),
            "any_due": bool(due),
            "first": any(one.first for of in owed for one in of.due),
            "special_words": wording.city_word(visit.region, "special"),
            "choose_words": wording.word_here(visit, "choose"),
            "others": visit.channel.pays_for.others,
            "more_href": path_with("/for-whom", person=people),
            "can_add": visit.channel.pays_for.others and len(people) < PEOPLE_MOST,
            "viewer_id": session.person_id,
            "switch_words": wording.city_word(visit.region, "switch"),
        },
    )


def collected_by(due: Due) -> str:
    """Who collects it from everybody of a kind; nobody, for most."""
    together = due.scheme.collected_by
    if not together:
        return ""
    names = wording.category_names(due.scheme, due.bill.period)
    return next((by for id_, by in together.items() if due.bill.label == names.get(id_)), "")


def picked_in(visit: Visit) -> frozenset[str] | None:
    """The bills that were ticked, which may be none of them; None, if nobody has ticked yet."""
    asked = visit.form or visit.query
    bills = asked.all("bill")
    return frozenset(bills) if bills or "picked" in asked else None


def people_of(visit: Visit) -> tuple[str, ...]:
    """Who is in the basket: those the address or the form names, or oneself."""
    named = visit.form.all("person") or visit.query.all("person")
    return named[:PEOPLE_MOST] or (visit.signed_in.person_id,)


async def owed_by(visit: Visit, people: Sequence[str]) -> list[Payables]:
    """What each of some people owes. Raises NotYours for somebody one may not pay for."""
    session = visit.signed_in
    asks = [Ask(session.region_code, session.person_id, person) for person in people]
    if len(asks) == 1:
        return [await visit.site.payables.put(asks[0])]
    return list(await asyncio.gather(*map(visit.site.payables.put, asks)))


class _Section:
    """What one person owes, as the page shows it."""

    def __init__(
        self,
        visit: Visit,
        owed: Payables,
        people: Sequence[str],
        picked: frozenset[str] | None,
    ) -> None:
        self._visit, self._owed, self._people, self._picked = visit, owed, people, picked
        self._region = visit.region
        self._today = visit.world.today(self._region.code)

    def shown(self) -> Mapping[str, Any]:
        """Everything of the section."""
        owed = self._owed
        own = owed.person.id == self._visit.signed_in.person_id
        others = [person for person in self._people if person != owed.person.id]
        return {
            "person": wording.person_shown(owed.person, own=own),
            "enrolled": owed.enrolled,
            "agencies": self._agencies(),
            "due": [self._due(due) for due in sorted(owed.due, key=lambda due: due.first)],
            "to_choose": [self._to_choose(wanted) for wanted in owed.to_choose],
            "not_now": [self._not_now(one) for one in owed.not_now],
            "nothing": not (owed.due or owed.to_choose),
            "without_href": path_with("/items", person=others) if others else "",
        }

    def _due(self, due: Due) -> Mapping[str, Any]:
        bill, by = due.bill, collected_by(due)
        can_tick = not (due.first or by)
        return {
            "id": bill.id,
            "name": wording.item_name(due.scheme),
            "line": wording.bill_line(bill),
            "kind": wording.kind_name(self._region, bill.kind) if bill.kind.special else "",
            "amount": bill.amount,
            "until": wording.deadline(bill.payable_until, self._today),
            "first": due.first,
            "by": by,
            "can_tick": can_tick,
            "ticked": can_tick and (self._picked is None or bill.id in self._picked),
        }

    def _to_choose(self, wanted: ToChoose) -> Mapping[str, Any]:
        choose, last = wording.choose_words(wanted)
        periods = wanted.periods
        label = periods[0].label
        if len(periods) > 1 and periods[0].month is not None:
            label = f"{periods[0].year} 年 {len(periods)} 个月可以缴"
        return {
            "name": wording.item_name(wanted.scheme),
            "line": f"{label} · {last}",
            "until": wording.deadline(wanted.window.payable_until, self._today),
            "choose": choose,
            "path": f"/choose/{wanted.enrolment.id}",
        }

    def _not_now(self, one: NotNow) -> Mapping[str, Any]:
        label = f"{one.period.label} · " if one.period else ""
        return {
            "name": wording.item_name(one.scheme),
            "line": f"{label}{wording.waits(one)}",
            "href": self._way(one),
            "more": one.scheme.batch if one.word == "not_open_yet" else (),
        }

    def _way(self, one: NotNow) -> str:
        """Where to go on about what cannot be paid now."""
        if one.word == "in_batch" and self._owed.person.id == self._visit.signed_in.person_id:
            return "/batches"
        return f"/orders/{one.order_id}/pay" if one.order_id else ""

    def _agencies(self) -> list[Agency]:
        return [] if self._owed.enrolled else agencies(self._visit)
