"""Gaps (查漏缴): what somebody has missed in each insurance, as far as we know."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from shebao.core.bill import BillKind, BillState
from shebao.core.enrolment import Enrolment, EnrolmentState
from shebao.core.period import Period
from shebao.core.policy.gaps import Gap, Known, Owed, gaps, known_from
from shebao.core.policy.scheme import Scheme
from shebao.operations.issue_bills import kind_of, situation_of
from shebao.operations.world import World
from shebao.store import bills, enrolments, persons
from shebao.store.bills import HeldBill

_OWED = frozenset({BillState.PAYABLE, BillState.RESERVED})
_PAID = frozenset({BillState.PAID, BillState.SETTLED, BillState.REMITTED, BillState.REVERSING})


@dataclass(frozen=True, slots=True)
class Missed:
    """One insurance of somebody: its gaps, and since when we know of any."""

    enrolment: Enrolment
    scheme: Scheme
    since: Period | None
    gaps: tuple[Gap, ...]


async def missed(world: World, *, region_code: str, person_id: str) -> list[Missed]:
    """What one person has missed, for each insurance they are in."""
    async with world.db.reading() as tx:
        people = await persons.by_ids(tx, region_code=region_code, person_ids=[person_id])
        belongs = await enrolments.of_persons(tx, region_code=region_code, person_ids=[person_id])
        owed = await bills.of_persons(tx, region_code=region_code, person_ids=[person_id])
    region, today = world.region(region_code), world.today(region_code)
    found = []
    for enrolment in belongs.get(person_id, []):
        if enrolment.state is not EnrolmentState.ACTIVE:
            continue
        scheme = region.scheme(enrolment.scheme)
        known = _known(scheme, enrolment, owed.get(person_id, []), today)
        situation = situation_of(people[person_id], enrolment, Period(today.year))
        found.append(
            Missed(
                enrolment=enrolment,
                scheme=scheme,
                since=known_from(scheme, known, on=today),
                gaps=gaps(scheme, situation, known, on=today),
            )
        )
    return found


def _known(scheme: Scheme, enrolment: Enrolment, held: Iterable[HeldBill], today: date) -> Known:
    """What its bills say: those for its periods, and those that pay them up afterwards."""
    ordinary = kind_of(scheme)
    counts = {ordinary, BillKind.BACK_PAY, BillKind.PAID_FOR}
    mine = [
        one.bill
        for one in held
        if one.bill.enrolment_id == enrolment.id and one.bill.kind in counts
    ]
    return Known(
        paid_until=enrolment.paid_until,
        began=min((bill.period for bill in mine if bill.kind is ordinary), key=str, default=None),
        paid=frozenset(bill.period for bill in mine if bill.state in _PAID),
        owed={
            bill.period: Owed(bill.amount, bill.payable_until)
            for bill in mine
            if bill.state in _OWED and (bill.payable_until or today) >= today
        },
        last_choice=enrolment.last_choice,
    )
