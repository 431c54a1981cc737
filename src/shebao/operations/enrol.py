"""Enrol: what the agency tells us of people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shebao.core.enrolment import Enrolment
from shebao.core.money import Money
from shebao.core.period import Period
from shebao.core.topup import masked_card, read_card
from shebao.operations.issue_bills import levy_open
from shebao.operations.world import World
from shebao.store import enrolments, medical_accounts, persons
from shebao.store.database import Tx
from shebao.store.medical_accounts import NewAccount
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
    paid_until: Period | None = None  # The last month that was paid before us.
    card: str = ""  # The social-security card with the personal account of this insurance.


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
                    paid_until=membership.paid_until,
                ),
                at=world.now(),
            )
            for membership in memberships
        ]
        for membership, enrolment in zip(memberships, told, strict=True):
            if membership.card:
                await _keep_account(tx, world, enrolment, read_card(membership.card))
    await levy_open(world, person=kept, belongs=told)
    return kept, told


async def _keep_account(tx: Tx, world: World, enrolment: Enrolment, card: str) -> None:
    """The personal account behind a card, its number sealed."""
    account = NewAccount(
        person_id=enrolment.person_id,
        enrolment_id=enrolment.id,
        card_sealed=world.vault.seal(card),
        card_hash=world.vault.hash("card", card),
        card_masked=masked_card(card),
    )
    code, at = enrolment.region_code, world.now()
    await medical_accounts.keep(tx, region_code=code, account=account, at=at)
