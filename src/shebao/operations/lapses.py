"""Lapses (中断缴费): whose payment of an insurance has a break, or is about to have a long one.

The agency says up to which month somebody had paid before us; the rest our own bills say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shebao.core.bill import BillState
from shebao.core.enrolment import Enrolment, EnrolmentState
from shebao.core.lapse import Lapse, lapse
from shebao.core.period import Period
from shebao.core.policy.scheme import Scheme
from shebao.operations.world import World
from shebao.store import bills, enrolments
from shebao.store.bills import HeldBill

_PAID = frozenset({BillState.PAID, BillState.SETTLED, BillState.REMITTED})


@dataclass(frozen=True, slots=True)
class LapseSeen:
    """A break in one insurance of somebody."""

    scheme: Scheme
    enrolment: Enrolment
    lapse: Lapse


async def lapses(world: World, *, region_code: str, person_id: str) -> list[LapseSeen]:
    """The breaks of one person that are worth telling."""
    return await lapses_of(world, region_code=region_code, person_ids=[person_id])


async def lapses_of(
    world: World, *, region_code: str, person_ids: Iterable[str]
) -> list[LapseSeen]:
    """The breaks of some people worth telling; reads nothing where none could be."""
    region, today = world.region(region_code), world.today(region_code)
    if not any(scheme.gap for scheme in region.schemes.values()):
        return []
    who = sorted(set(person_ids))
    async with world.db.reading() as tx:
        belongs = await enrolments.of_persons(tx, region_code=region_code, person_ids=who)
        owed = await bills.of_persons(tx, region_code=region_code, person_ids=who)
    found = []
    for enrolment in (own for one in who for own in belongs.get(one, [])):
        scheme = region.scheme(enrolment.scheme)
        last = last_paid(enrolment, owed.get(enrolment.person_id, []))
        if scheme.gap is None or last is None or enrolment.state is not EnrolmentState.ACTIVE:
            continue
        broken = lapse(last, scheme.gap, on=today)
        if broken is not None:
            found.append(LapseSeen(scheme, enrolment, broken))
    return found


def last_paid(enrolment: Enrolment, owed: Sequence[HeldBill]) -> Period | None:
    """The last month that was paid for, before us or here; none, if nobody can say."""
    ours: Iterable[Period] = (
        held.bill.period
        for held in owed
        if held.bill.enrolment_id == enrolment.id
        and held.bill.state in _PAID
        and held.bill.period.month is not None
    )
    told = [enrolment.paid_until] if enrolment.paid_until else []
    return max([*told, *ours], key=str, default=None)
