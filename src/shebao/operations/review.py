"""Review (核对): bills as their payer sees them just before agreeing to pay them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shebao.core.bill import Bill, BillNotOpen, BillState, Explanation
from shebao.core.policy.reckoning import only_base
from shebao.core.policy.rules import BaseRate, ByCategory
from shebao.core.policy.scheme import Scheme, in_force
from shebao.core.refusals import NotYours
from shebao.operations.world import World
from shebao.store import bills, persons
from shebao.store.persons import PersonRow


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One bill with whose it is, why it is what it is, and whether its amount was chosen."""

    bill: Bill
    person: PersonRow
    scheme: Scheme
    explanation: Explanation
    chosen: bool


async def review(
    world: World, *, region_code: str, viewer_id: str, bill_ids: Sequence[str]
) -> list[Reviewed]:
    """Bills somebody is about to pay. Raises NotYours, or BillNotOpen for one that is not due."""
    async with world.db.reading() as tx:
        found = await bills.by_ids(tx, region_code=region_code, bill_ids=bill_ids)
        ids = {bill.person_id for bill in found}
        pairs = sorted((viewer_id, person_id) for person_id in ids)
        allowed = await persons.may_pay(tx, region_code=region_code, pairs=pairs)
        people = await persons.by_ids(tx, region_code=region_code, person_ids=ids)
        why = await bills.explanations(tx, region_code=region_code, bill_ids=bill_ids)
    missing = {*bill_ids} - {bill.id for bill in found if (viewer_id, bill.person_id) in allowed}
    if missing:
        raise NotYours(min(missing))
    for bill in found:
        if bill.state is not BillState.PAYABLE:
            raise BillNotOpen(bill.id, bill.state)
    region = world.region(region_code)
    found.sort(key=lambda bill: (bill.person_id != viewer_id, bill.person_id, str(bill.period)))
    return [
        Reviewed(
            bill,
            people[bill.person_id],
            region.scheme(bill.scheme),
            why[bill.id],
            _chosen(world, region.scheme(bill.scheme), bill),
        )
        for bill in found
    ]


def _chosen(world: World, scheme: Scheme, bill: Bill) -> bool:
    """Whether the amount follows from a choice that can still be changed."""
    if bill.kind.special:
        return False
    rule = in_force(scheme, bill.period, as_of=world.today(bill.region_code)).rule
    fixed = isinstance(rule, BaseRate) and only_base(rule) is not None
    return not (fixed or isinstance(rule, ByCategory))
