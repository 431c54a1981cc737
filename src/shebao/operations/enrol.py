"""Enrol: what the agency tells us of people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shebao.core.enrolment import Enrolment
from shebao.core.money import Money
from shebao.operations.issue_bills import levy_open
from shebao.operations.world import World
from shebao.store import enrolments, persons
from shebao.store.persons import NewPerson, PersonRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """What the agency says of a person and a scheme."""

    scheme: str
    district: str | None = None
    category: str | None = None
    identity: str | None = None
    subsidised_years: int = 0
    last_choice: Money | None = None


async def register(
    world: World, *, region_code: str, person: NewPerson, memberships: Sequence[Membership]
) -> tuple[PersonRow, list[Enrolment]]:
    """Write down a person and what they belong to, as the agency says, and bill what is open.

    Told again, nothing is billed twice.
    """
    region = world.region(region_code)
    assert all(membership.scheme in region.schemes for membership in memberships)
    async with world.db.transaction() as tx:
        kept = await persons.keep(tx, region_code=region_code, person=person)
        told = [
            await enrolments.keep(
                tx,
                Enrolment(
                    region_code=region_code,
                    id=world.mint("enr"),
                    person_id=kept.id,
                    scheme=membership.scheme,
                    district=membership.district,
                    category=membership.category,
                    identity=membership.identity,
                    subsidised_years=membership.subsidised_years,
                    last_choice=membership.last_choice,
                ),
                at=world.now(),
            )
            for membership in memberships
        ]
    await levy_open(world, person=kept, belongs=told)
    return kept, told
