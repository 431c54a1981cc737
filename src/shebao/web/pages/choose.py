"""Choose (选档、选金额、选基数): the choice that makes an amount, and the months it is for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any, Final

from shebao.core.money import Money
from shebao.core.period import Period
from shebao.core.policy.choice import Choice, ChoiceNeeded, NothingToChoose
from shebao.core.policy.offers import Options, options, suggested
from shebao.core.policy.scheme import PeriodKind
from shebao.core.policy.window import window
from shebao.core.refusals import Refusal
from shebao.operations.choices import Choices, choices
from shebao.operations.elect import Wish, elect
from shebao.operations.issue_bills import situation_of
from shebao.operations.payables import Payables
from shebao.web import wording
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.fields import path_with
from shebao.web.pages.items import owed_by, people_of, picked_in
from shebao.web.visit import Visit

OTHER: Final = "other"


@dataclass(eq=False)
class MonthsNeeded(Refusal):
    """A monthly contribution is for months, and none was ticked."""


@dataclass(frozen=True, slots=True)
class Choosing:
    """What there is to choose, for which periods, and what else the person owes."""

    found: Choices
    periods: tuple[Period, ...]
    last: Choice | None

    @property
    def monthly(self) -> bool:
        """Whether it is paid by the month."""
        return self.found.scheme.kind is PeriodKind.MONTH


async def show(visit: Visit) -> Answer:
    """What may be chosen. What was typed, or what was chosen last year, is filled in."""
    choosing = await _choosing(visit)
    found, offered = choosing.found, choosing.found.options
    today = visit.world.today(visit.region.code)
    viewed = window(found.scheme, choosing.periods[0], on=today)
    gone = found.enrolment.last_choice if choosing.last is None else None
    own = found.person.id == visit.signed_in.person_id
    return Page(
        "choose.html",
        {
            "person": wording.person_shown(found.person, own=own),
            "path": visit.path,
            "people": people_of(visit),
            "bills": sorted(picked_in(visit) or ()),
            "picked": picked_in(visit) is not None,
            "back": path_with("/items", person=people_of(visit)),
            "name": wording.item_name(found.scheme),
            "kind": offered.kind,
            "wanted": offered.choice_kind.label if offered.choice_kind else "",
            "period": choosing.periods[0],
            "years": [] if choosing.monthly else _years(visit, choosing.periods),
            "months": _months(visit, choosing) if choosing.monthly else [],
            "until": wording.deadline(viewed.payable_until, today),
            "note": viewed.note,
            "advice": f"{visit.path}/advice" if found.scheme.benefit else "",
            "source": str(found.version.source),
            "gone": gone,
            **_offers(visit, choosing),
        },
    )


async def elect_it(visit: Visit) -> Answer:
    """Make the choice, and go on: to the check page, or to what is left to decide."""
    choosing = await _choosing(visit)
    found, session = choosing.found, visit.signed_in
    made = await elect(
        visit.world,
        Wish(
            region_code=session.region_code,
            payer_id=session.person_id,
            entry_channel=visit.channel.id,
            enrolment_id=found.enrolment.id,
            periods=_wanted_periods(visit, choosing),
            choice=_chosen(visit, choosing),
        ),
    )
    people = people_of(visit)
    return SeeOther(await _onward(visit, people, made, whose=found.person.id))


async def _onward(visit: Visit, people: Sequence[str], made: list[str], *, whose: str) -> str:
    """Straight to the check page when there is nothing else this payer could want to decide.

    Otherwise back to the items, with what was ticked there, and the new ones, ticked.
    """
    people = people if whose in people else (whose,)
    owed = await owed_by(visit, people)
    due = {due.bill.id: due for of in owed for due in of.due}
    ticked = picked_in(visit)
    picked = {*(ticked or ()), *made}
    undecided = any(of.to_choose for of in owed) or any(one.first for one in due.values())
    if undecided or due.keys() - picked:
        if ticked is None:
            return path_with("/items", person=people)
        kept = sorted(picked & due.keys())
        return path_with("/items", person=people, bill=kept, picked="1")
    return path_with("/confirm", bill=sorted(due), person=people)


async def _choosing(visit: Visit) -> Choosing:
    session, world = visit.signed_in, visit.world
    found = await choices(
        world,
        region_code=session.region_code,
        viewer_id=session.person_id,
        enrolment_id=visit.parts["enrolment_id"],
    )
    if found.options.choice_kind is None:
        raise NothingToChoose(wording.item_name(found.scheme))
    (owed,) = await owed_by(visit, [found.person.id])
    periods = _open_to_choice(found, owed)
    asked = visit.form.one("period") or visit.query.one("period")
    if found.scheme.kind is PeriodKind.YEAR and asked:
        periods = tuple(sorted(periods, key=lambda one: str(one) != asked))
    situation = situation_of(found.person, found.enrolment, periods[0])
    today = world.today(session.region_code)
    offered = options(found.scheme, situation, as_of=today)
    last = suggested(found.scheme, situation, found.enrolment.last_choice, as_of=today)
    return Choosing(replace(found, options=offered), periods, last)


def _open_to_choice(found: Choices, owed: Payables) -> tuple[Period, ...]:
    """The periods without a bill, or with one that may still be changed; else those open."""
    mine = found.enrolment.id
    missing = {
        period for one in owed.to_choose if one.enrolment.id == mine for period in one.periods
    }
    standing = {
        due.bill.period
        for due in owed.due
        if due.bill.enrolment_id == mine and not due.bill.kind.special
    }
    allowed = missing | standing
    return tuple(one for one in found.periods if one in allowed) or found.periods


def _wanted_periods(visit: Visit, choosing: Choosing) -> tuple[Period, ...]:
    if not choosing.monthly:
        return choosing.periods[:1]
    asked = visit.form.all("month")
    wanted = tuple(period for period in choosing.periods if str(period) in asked)
    if not wanted:
        raise MonthsNeeded
    return wanted


def _chosen(visit: Visit, choosing: Choosing) -> Choice:
    kind = choosing.found.options.choice_kind
    assert kind is not None
    text, other = visit.form.one("choice"), visit.form.one(OTHER)
    if other and text in {"", OTHER}:
        text = other
    if text in {"", OTHER}:
        raise ChoiceNeeded(scheme=wording.item_name(choosing.found.scheme), wanted=kind.label)
    return Choice.read(kind, text)


def _offers(visit: Visit, choosing: Choosing) -> Mapping[str, Any]:
    offered, last = choosing.found.options, choosing.last
    was = choosing.found.enrolment.last_choice
    checked = visit.typed("choice", str(last.value) if last else "")
    return {
        "tiers": [
            {
                "value": str(tier.amount),
                "amount": tier.amount,
                "personal": tier.personal,
                "subsidy": tier.subsidy,
                "allowed": tier.allowed,
                "why": tier.why,
                "was": tier.amount == was,
                "checked": tier.allowed and str(tier.amount) == checked,
            }
            for tier in offered.tiers
        ],
        "bases": [
            {
                "value": str(base.base),
                "base": base.base,
                "monthly": base.monthly,
                "label": base.label,
                "was": base.base == was,
                "checked": str(base.base) == checked,
            }
            for base in offered.bases
        ],
        "any_base": offered.any_base,
        "other": visit.typed(OTHER),
        "other_checked": checked == OTHER or bool(visit.typed(OTHER)),
        "minimum": offered.minimum,
        "maximum": offered.maximum,
        "step": offered.step,
        "bands": _bands(offered),
        "subsidy_ended": offered.subsidy_ended,
        "amount": checked if visit.form else _plain(last.value) if last else "",
        "was": was,
    }


def _bands(offered: Options) -> list[Mapping[str, Any]]:
    above = [band.at_least for band in offered.bands[1:]]
    return [
        {"from": band.at_least, "below": below, "subsidy": band.subsidy}
        for band, below in zip_longest(offered.bands, above)
    ]


def _plain(amount: Money) -> str:
    """An amount as one would type it: 4000, or 4000.50."""
    return str(amount).removesuffix(".00")


def _years(visit: Visit, periods: Sequence[Period]) -> list[Mapping[str, Any]]:
    """The years one may choose between; nothing, when there is only one."""
    people = people_of(visit)
    if len(periods) == 1:
        return []
    return [
        {
            "label": period.label,
            "href": path_with(visit.path, period=str(period), person=people),
            "on": period == periods[0],
        }
        for period in sorted(periods, key=str)
    ]


def _months(visit: Visit, choosing: Choosing) -> list[Mapping[str, Any]]:
    today = visit.world.today(visit.region.code)
    now = str(Period(today.year, today.month))
    names = [str(period) for period in choosing.periods]
    first = now if now in names else names[0]
    ticked = visit.form.all("month") if visit.form else (first,)
    return [
        {"value": str(period), "label": f"{period.month} 月", "checked": str(period) in ticked}
        for period in choosing.periods
    ]
