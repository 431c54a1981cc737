"""Choices (选档): what a payer may choose for somebody, seen from today."""

from __future__ import annotations

from dataclasses import dataclass

from shebao.core.enrolment import Enrolment
from shebao.core.period import Period
from shebao.core.policy.offers import Options, options
from shebao.core.policy.scheme import Scheme, Version, in_force
from shebao.core.policy.window import must_be_open, open_periods
from shebao.core.refusals import NotYours
from shebao.operations.issue_bills import situation_of
from shebao.operations.world import World
from shebao.store import enrolments, persons
from shebao.store.persons import PersonRow


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to choose for one enrolment: the options of its first period, and which."""

    person: PersonRow
    enrolment: Enrolment
    scheme: Scheme
    periods: tuple[Period, ...]
    options: Options
    version: Version


async def choices(world: World, *, region_code: str, viewer_id: str, enrolment_id: str) -> Choices:
    """What may be chosen for an enrolment today. Raises NotYours, or why nothing can be."""
    async with world.db.reading() as tx:
        try:
            found = await enrolments.by_id(tx, region_code=region_code, enrolment_id=enrolment_id)
        except LookupError:
            raise NotYours(enrolment_id) from None
        pair = (viewer_id, found.person_id)
        if pair not in await persons.may_pay(tx, region_code=region_code, pairs=[pair]):
            raise NotYours(enrolment_id)
        belongs = await enrolments.of_persons(
            tx, region_code=region_code, person_ids=[found.person_id]
        )
        people = await persons.by_ids(tx, region_code=region_code, person_ids=[found.person_id])
    enrolment = next(one for one in belongs[found.person_id] if one.id == enrolment_id)
    person, today = people[found.person_id], world.today(region_code)
    scheme = world.region(region_code).scheme(enrolment.scheme)
    periods = open_periods(scheme, on=today)
    if not periods:
        must_be_open(scheme, Period(today.year), on=today)
    situation = situation_of(person, enrolment, periods[0])
    return Choices(
        person=person,
        enrolment=enrolment,
        scheme=scheme,
        periods=periods,
        options=options(scheme, situation, as_of=today),
        version=in_force(scheme, periods[0], as_of=today),
    )
