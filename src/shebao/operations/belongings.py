"""Belongings (参保信息): what somebody belongs to, for who may pay for them."""

from __future__ import annotations

from dataclasses import dataclass

from shebao.core.enrolment import Enrolment
from shebao.core.refusals import NotYours
from shebao.operations.world import World
from shebao.store import enrolments, persons
from shebao.store.persons import PersonRow


@dataclass(frozen=True, slots=True)
class Belonging:
    """A person and their enrolments."""

    person: PersonRow
    enrolments: tuple[Enrolment, ...]


async def belongings(
    world: World, *, region_code: str, viewer_id: str, person_id: str
) -> Belonging:
    """A person and what they belong to. Raises NotYours."""
    pair, who = (viewer_id, person_id), [person_id]
    async with world.db.reading() as tx:
        if pair not in await persons.may_pay(tx, region_code=region_code, pairs=[pair]):
            raise NotYours(person_id)
        people = await persons.by_ids(tx, region_code=region_code, person_ids=who)
        found = await enrolments.of_persons(tx, region_code=region_code, person_ids=who)
    return Belonging(people[person_id], tuple(found.get(person_id, ())))
