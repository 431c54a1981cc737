"""Find person (查找): a clerk looks somebody up by number, and says why; the look is kept.

What a record holds is shown for half an hour after the reason was given, and then only to who
gives one again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from shebao.core.desk.clerk import Clerk, Duty
from shebao.core.identity import IdType, parse_id
from shebao.core.refusals import Refusal
from shebao.operations.payables import Ask, Payables, payables
from shebao.operations.world import World
from shebao.store import persons
from shebao.store.persons import PersonRow

LOOK_LIVES: Final = timedelta(minutes=30)


class LookReason(StrEnum):
    """Why a clerk looks at somebody's record (查看理由)."""

    PAYS = "counter_payment"
    ASKS = "counter_question"
    MONEY_BACK = "counter_refund"

    @property
    def label(self) -> str:
        """The reason as people say it."""
        return {
            "counter_payment": "本人或家人来缴费",
            "counter_question": "来人查询",
            "counter_refund": "来办退费",
        }[self]


@dataclass(frozen=True, slots=True)
class Number:
    """A number somebody shows over the counter."""

    id_type: IdType
    text: str


@dataclass(eq=False)
class NobodyOfThisNumber(Refusal):
    """No agency has told us of anybody with this number in this region."""


@dataclass(eq=False)
class LookReasonNeeded(Refusal):
    """Nobody looks at a record without saying why."""


async def find_person(world: World, clerk: Clerk, number: Number, *, reason: str) -> PersonRow:
    """Whom a number belongs to; the look is kept with its reason. Raises NobodyOfThisNumber."""
    clerk.must(Duty.COUNTER)
    if reason not in set(LookReason):
        raise LookReasonNeeded
    parsed = parse_id(number.id_type, number.text, on=world.today(clerk.region_code))
    wanted = world.vault.hash("number", parsed.id_type, parsed.whole)
    async with world.db.transaction() as tx:
        person = await persons.by_number(tx, region_code=clerk.region_code, number_hash=wanted)
        if person is None:
            raise NobodyOfThisNumber
        await persons.look(
            tx,
            region_code=clerk.region_code,
            person_id=person.id,
            viewer_id=clerk.id,
            reason=reason,
            at=world.now(),
        )
    return person


async def owed_at_counter(world: World, clerk: Clerk, person_id: str) -> Payables:
    """What somebody owes, for a clerk who has said why they look. Raises LookReasonNeeded."""
    clerk.must(Duty.COUNTER)
    async with world.db.reading() as tx:
        said = await persons.reason_since(
            tx,
            region_code=clerk.region_code,
            person_id=person_id,
            viewer_id=clerk.id,
            since=world.now() - LOOK_LIVES,
        )
    if said is None:
        raise LookReasonNeeded
    [owed] = await payables(world, [Ask(clerk.region_code, person_id, person_id)])
    if isinstance(owed, Exception):
        raise owed
    return owed
