"""Cast: the people of one simulated day, and what they owe when it begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from random import Random
from typing import Final

from shebao.core.bill import BillKind
from shebao.core.channel import Cashier
from shebao.core.enrolment import Enrolment
from shebao.core.identity import IdType, check_digit, parse_id
from shebao.core.money import Money
from shebao.core.period import Period
from shebao.core.policy.fund import Fund
from shebao.operations.deduction.confirm import ask_about
from shebao.operations.deduction.sign import Signer, sign_mandate
from shebao.operations.enrol import Membership, register
from shebao.operations.issue_bills import Decision, push_decisions
from shebao.operations.open_order import Basket
from shebao.operations.sign_in import new_person
from shebao.operations.world import World
from shebao.simulation.ground import BEIJING, CHANGZHOU, TODAY
from shebao.simulation.rails.agreement import AgreementRail
from shebao.simulation.rails.rail import Rail
from shebao.store.family import kin

NAMES: Final = "甲乙丙丁戊己庚辛"
_A_DAY_HAS: Final = 8  # People, so that no two seeds share one.
_BORN: Final = date(1970, 1, 1)
_DAYS: Final = 10_000
_AGENCY: Final = {
    BEIJING: Membership(scheme="resident_pension", last_choice=Money.yuan("4000")),
    CHANGZHOU: Membership(scheme="resident_medical", district="320402", category="non_working"),
}


@dataclass(slots=True)
class Visit:
    """A payer sent to a channel's cashier, and what they found when they came there."""

    rail: Rail
    cashier: Cashier
    number: str | None = None


@dataclass(slots=True)
class Payer:
    """Somebody with a telephone: what they owe, and the pages they have open."""

    name: str
    region_code: str
    entry_channels: tuple[str, ...]  # That lead to what is played.
    person_id: str
    enrolment: Enrolment
    pays_for: list[str]
    baskets: list[Basket] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)


async def move_in(world: World, dice: Random, seed: int) -> list[Payer]:
    """The people of a seed, written down by the operations an agency's data comes in by."""
    count = dice.randrange(3, len(NAMES))
    cast = [await _one(world, dice, seed, number) for number in range(count)]
    for one, other in pairwise(cast):
        if one.region_code == other.region_code == CHANGZHOU:
            async with world.db.transaction() as tx:
                await kin.insert(
                    tx,
                    region_code=CHANGZHOU,
                    payer_id=one.person_id,
                    person_id=other.person_id,
                    at=world.now(),
                )
            one.pays_for.append(other.person_id)
    return cast


async def _one(world: World, dice: Random, seed: int, number: int) -> Payer:
    open_here = [code for code in TODAY if _entrances(world, code)]
    region_code = dice.choice([*open_here, CHANGZHOU] if CHANGZHOU in open_here else open_here)
    known = parse_id(
        IdType.RESIDENT, _id_number(seed * _A_DAY_HAS + number), on=world.today(region_code)
    )
    name = NAMES[number]
    kept, [enrolment] = await register(
        world,
        region_code=region_code,
        person=new_person(world, name=name, number=known),
        memberships=[_AGENCY[region_code]],
    )
    decisions = _decisions(dice)
    await push_decisions(world, enrolment=enrolment, decisions=decisions)
    return Payer(
        name=name,
        region_code=region_code,
        entry_channels=_entrances(world, region_code),
        person_id=kept.id,
        enrolment=enrolment,
        pays_for=[kept.id],
    )


def _entrances(world: World, region_code: str) -> tuple[str, ...]:
    """The entrances of a region in which a payer can pay by what is played."""
    found = world.region(region_code).channels.values()
    return tuple(
        one.id
        for one in found
        if one.self_service and not world.channels.keys().isdisjoint(one.methods)
    )


async def sign(world: World, cast: Sequence[Payer], rail: AgreementRail, dice: Random) -> None:
    """Most who can agree at a bank that it collects have done so before the market opens."""
    for payer in cast:
        if payer.region_code != BEIJING or dice.randrange(5) == 0:
            continue
        signer = Signer(region_code=BEIJING, person_id=payer.person_id, fund=Fund.PENSION)
        mandate = await sign_mandate(world, signer)
        rail.signs(mandate.id)
        await ask_about(world, region_code=BEIJING, mandate_id=mandate.id)


def _decisions(dice: Random) -> Sequence[Decision]:
    return [
        Decision(
            kind=dice.choice([BillKind.BACK_PAY, BillKind.PAID_FOR]),
            period=Period(2022),
            amount=Money(dice.randrange(1, 500_000)),
            government=Money(dice.choice([0, 0, dice.randrange(1, 100_000)])),
            document=f"核{number}",
            label="补缴 2022 年",
        )
        for number in range(dice.randrange(1, 4))
    ]


def _id_number(serial: int) -> str:
    """A number nobody has: another for every serial."""
    born = _BORN + timedelta(days=serial % _DAYS)
    seventeen = f"110101{born:%Y%m%d}{serial // _DAYS * 2 + 1:03d}"
    return seventeen + check_digit(seventeen)
