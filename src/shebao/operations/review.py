"""Review (核对): bills as their payer sees them just before agreeing to pay them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shebao.core.bill import Bill, BillNotOpen, BillState, Explanation
from shebao.core.enrolment import Enrolment
from shebao.core.policy.reckoning import only_base
from shebao.core.policy.rules import BaseRate, ByCategory
from shebao.core.policy.scheme import Scheme, in_force
from shebao.core.refusals import NotYours, Refusal
from shebao.operations.world import World
from shebao.store import bills, enrolments, persons
from shebao.store.database import Tx
from shebao.store.family import kin, pleas
from shebao.store.family.kin import PaidLast
from shebao.store.persons import PersonRow


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One bill with whose it is, why it is what it is, and whether its amount was chosen."""

    bill: Bill
    person: PersonRow
    scheme: Scheme
    explanation: Explanation
    chosen: bool
    enrolment: Enrolment
    paid_last: PaidLast | None  # For this insurance, by whomever.
    asked_for: bool = False  # The viewer was only asked to pay it: no number, no past.


@dataclass(eq=False)
class CollectedTogether(Refusal):
    """Somebody else collects it from all of their people, and pays it in: a school, a village."""

    by: str


async def review(
    world: World, *, region_code: str, viewer_id: str, bill_ids: Sequence[str]
) -> list[Reviewed]:
    """Bills somebody is about to pay. Raises NotYours, or BillNotOpen for one that is not due."""
    async with world.db.reading() as tx:
        known = await _read(tx, region_code, viewer_id, bill_ids)
        asked: frozenset[tuple[str, str]] = frozenset()
        if known.named < {bill.id for bill in known.bills}:  # They may be asked to pay the rest.
            asked = await pleas.entrusted(
                tx, region_code=region_code, payer_ids=[viewer_id], now=world.now()
            )
    may = known.named | {bill_id for _, bill_id in asked}
    if missing := {*bill_ids} - (may & {bill.id for bill in known.bills}):
        raise NotYours(min(missing))
    for bill in known.bills:
        if bill.state is not BillState.PAYABLE:
            raise BillNotOpen(bill.id, bill.state)
        by = known.collected_by(world, bill)
        if by:
            raise CollectedTogether(by)
    order = sorted(
        known.bills,
        key=lambda bill: (bill.person_id != viewer_id, bill.person_id, str(bill.period)),
    )
    return [known.reviewed(world, bill) for bill in order]


@dataclass(frozen=True, slots=True)
class _Known:
    """Everything that was read for a check page."""

    bills: Sequence[Bill]
    named: frozenset[str]  # The bills of the viewer, and of whom they have named.
    people: Mapping[str, PersonRow]
    why: Mapping[str, Explanation]
    enrolments: Mapping[str, Enrolment]
    last: Mapping[str, PaidLast]

    def collected_by(self, world: World, bill: Bill) -> str:
        """Who collects it from everybody of a kind, such as a school; nobody, for most."""
        scheme = world.region(bill.region_code).scheme(bill.scheme)
        return scheme.collected_by.get(self.enrolments[bill.enrolment_id].category or "", "")

    def reviewed(self, world: World, bill: Bill) -> Reviewed:
        """One bill with all that is known of it; of a stranger's, no more than is owed."""
        scheme = world.region(bill.region_code).scheme(bill.scheme)
        named = bill.id in self.named
        return Reviewed(
            bill=bill,
            person=self.people[bill.person_id],
            scheme=scheme,
            explanation=self.why[bill.id],
            chosen=named and _chosen(world, scheme, bill),
            enrolment=self.enrolments[bill.enrolment_id],
            paid_last=self.last.get(bill.enrolment_id) if named else None,
            asked_for=not named,
        )


async def _read(tx: Tx, region_code: str, viewer_id: str, bill_ids: Sequence[str]) -> _Known:
    found = await bills.by_ids(tx, region_code=region_code, bill_ids=bill_ids)
    ids = {bill.person_id for bill in found}
    pairs = sorted((viewer_id, person_id) for person_id in ids)
    allowed = await persons.may_pay(tx, region_code=region_code, pairs=pairs)
    belongs = await enrolments.of_persons(tx, region_code=region_code, person_ids=ids)
    enrolled = {bill.enrolment_id for bill in found}
    return _Known(
        bills=found,
        named=frozenset(b.id for b in found if (viewer_id, b.person_id) in allowed),
        people=await persons.by_ids(tx, region_code=region_code, person_ids=ids),
        why=await bills.explanations(tx, region_code=region_code, bill_ids=bill_ids),
        enrolments={one.id: one for of in belongs.values() for one in of},
        last=await kin.paid_last(tx, region_code=region_code, enrolment_ids=enrolled),
    )


def _chosen(world: World, scheme: Scheme, bill: Bill) -> bool:
    """Whether the amount follows from a choice that can still be changed."""
    if bill.kind.special:
        return False
    rule = in_force(scheme, bill.period, as_of=world.today(bill.region_code)).rule
    fixed = isinstance(rule, BaseRate) and only_base(rule) is not None
    return not (fixed or isinstance(rule, ByCategory))
