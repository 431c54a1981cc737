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
from shebao.operations.enrol import Membership, register
from shebao.operations.issue_bills import Decision, push_decisions
from shebao.operations.open_order import Basket
from shebao.operations.sign_in import new_person
from shebao.operations.world import World
from shebao.simulation.ground import BEIJING, CHANGZHOU
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
class Payer:
    """Somebody with a telephone: what they owe, and the pages they have open."""

    name: str
    region_code: str
    entry_channel: str
    person_id: str
    enrolment: Enrolment
    pays_for: list[str]
    baskets: list[Basket] = field(default_factory=list)
    cashiers: list[Cashier] = field(default_factory=list)


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
    region_code = dice.choice([BEIJING, CHANGZHOU, CHANGZHOU])
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
        entry_channel="baidu" if region_code == BEIJING else "wechat_mini",
        person_id=kept.id,
        enrolment=enrolment,
        pays_for=[kept.id],
    )


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
