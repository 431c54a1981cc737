"""Mend (处理差异): a difference is put right by two people, and what was booked can be answered.

What approving would do is shown first. Money is taken in by shelving it as if the channel had
told us, so that it is judged as all money is; everything else is an entry.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from shebao.core.books import reconciliation
from shebao.core.books.reconciliation import (
    Difference,
    DifferenceEvent,
    DifferenceKind,
    Subject,
)
from shebao.core.books.repair import (
    Remedy,
    RemedyDoesNotFit,
    Repair,
    RepairCannotBeUndone,
    RepairEvent,
    RepairState,
    entry_of,
    remedies,
)
from shebao.core.books.statement import StatementLine
from shebao.core.channel import Method, Outcome, RefundOutcome, ReturnTold, Told
from shebao.core.desk.clerk import Clerk, Duty
from shebao.core.journal import BANK, Entry, reversal
from shebao.core.refund import RefundEvent, RefundState
from shebao.operations.books.settle import remit_as_claimed, settle_as_claimed
from shebao.operations.books.two_people import second_person
from shebao.operations.desk.give_back import gone_back
from shebao.operations.world import World
from shebao.store import journal, notices, refunds
from shebao.store.books import differences, repairs, statements
from shebao.store.database import Tx
from shebao.store.notices import Notice


@dataclass(frozen=True, slots=True)
class Option:
    """A remedy, and the entry it posts; none when what follows is judged as all money is."""

    remedy: Remedy
    entry: Entry | None


async def options(world: World, *, region_code: str, difference_id: str) -> list[Option]:
    """What may be done about a difference, and what each would post. Raises LookupError."""
    at = world.now()
    async with world.db.transaction() as tx:
        one = await differences.lock(tx, region_code=region_code, difference_id=difference_id)
    return [Option(remedy, entry_of(one, remedy, repair_id="…", at=at)) for remedy in remedies(one)]


async def propose(
    world: World, clerk: Clerk, difference_id: str, *, remedy: Remedy, says: str
) -> str:
    """Propose what to do about a difference; the number of the proposal. Raises LookupError."""
    clerk.must(Duty.BOOKS_PROPOSE)
    async with world.db.transaction() as tx:
        one = await differences.lock(tx, region_code=clerk.region_code, difference_id=difference_id)
        if remedy not in remedies(one):
            raise RemedyDoesNotFit(one.kind, remedy)
        new = _proposal(world, clerk, _Wish(remedy, says, difference_id=one.id))
        if not await repairs.insert(tx, new):
            raise RemedyDoesNotFit(one.kind, remedy)
    return new.id


async def propose_sent_by_hand(
    world: World, clerk: Clerk, refund_id: str, *, reference: str, says: str
) -> str:
    """Propose that a refund was sent from our bank, under its number. Raises LookupError."""
    clerk.must(Duty.BOOKS_PROPOSE)
    async with world.db.transaction() as tx:
        refund = await refunds.lock(tx, region_code=clerk.region_code, refund_id=refund_id)
        wish = _Wish(Remedy.SENT_BY_HAND, says, refund_id=refund_id, reference=reference)
        new = _proposal(world, clerk, wish)
        if refund.state is not RefundState.MANUAL or not await repairs.insert(tx, new):
            raise RemedyDoesNotFit(refund.state, Remedy.SENT_BY_HAND)
    return new.id


async def approve(world: World, clerk: Clerk, repair_id: str) -> None:
    """Do what somebody else proposed, all of it or nothing. Raises LookupError."""
    at = world.now()
    async with world.db.transaction() as tx:
        one = await repairs.lock(tx, region_code=clerk.region_code, repair_id=repair_id)
        second_person(one.proposed_by, clerk)
        if one.remedy.names_an_account:
            raise RemedyDoesNotFit(one.state, one.remedy)  # Its account is read first.
        await repairs.step(tx, one, RepairEvent.APPROVED, clerk_id=clerk.id, at=at)
        if one.difference_id is None:
            await _sent_by_hand(tx, world, one)
            return
        found = await differences.lock(
            tx, region_code=clerk.region_code, difference_id=one.difference_id
        )
        if one.remedy not in remedies(found):
            raise RemedyDoesNotFit(found.kind, one.remedy)
        await _do(tx, world, one, found)
        await differences.step(tx, found, DifferenceEvent.REPAIRED, at=at)


async def decline(world: World, clerk: Clerk, repair_id: str) -> None:
    """Say no to a proposal; whoever made it may take it back too. Raises LookupError."""
    async with world.db.transaction() as tx:
        one = await repairs.lock(tx, region_code=clerk.region_code, repair_id=repair_id)
        if one.proposed_by != clerk.id:
            clerk.must(Duty.BOOKS_APPROVE)
        await repairs.step(tx, one, RepairEvent.DECLINED, clerk_id=clerk.id, at=world.now())


async def undo(world: World, clerk: Clerk, repair_id: str) -> None:
    """Answer what was booked by the opposite entry. Raises RepairCannotBeUndone, LookupError."""
    at = world.now()
    async with world.db.transaction() as tx:
        one = await repairs.lock(tx, region_code=clerk.region_code, repair_id=repair_id)
        second_person(one.proposed_by, clerk)
        booked = one.remedy is Remedy.BOOK_APART and one.state is RepairState.DONE
        if not booked or one.difference_id is None:
            raise RepairCannotBeUndone(one.remedy)
        reference = f"repair:{one.id}"
        posted = await repairs.entry(tx, region_code=clerk.region_code, reference=reference, at=at)
        await _post(tx, reversal(posted, reference=f"{reference}:undone", at=at))
        await repairs.step(tx, one, RepairEvent.UNDONE, clerk_id=clerk.id, at=at)
        found = await differences.lock(
            tx, region_code=clerk.region_code, difference_id=one.difference_id
        )
        if reconciliation.STEPS.allows(found.state, DifferenceEvent.UNDONE):
            await differences.step(tx, found, DifferenceEvent.UNDONE, at=at)


async def _do(tx: Tx, world: World, repair: Repair, found: Difference) -> None:
    if repair.remedy is Remedy.TAKE_IN:
        await _take_in(tx, world, found)
    elif repair.remedy is Remedy.BELIEVE_REFUND:
        await _believe_refund(tx, world, found)
    else:
        if repair.remedy is Remedy.CORRECT_AMOUNT:
            await _correct_amount(tx, world, found)
        if (found.subject, found.kind) == (Subject.SETTLEMENT, DifferenceKind.AMOUNT):
            await settle_as_claimed(tx, world, found)
        if (found.subject, found.kind) == (Subject.REMITTANCE, DifferenceKind.AMOUNT):
            await remit_as_claimed(tx, world, found)
        entry = entry_of(found, repair.remedy, repair_id=repair.id, at=world.now())
        assert entry is not None
        await _post(tx, entry)


async def _take_in(tx: Tx, world: World, found: Difference) -> None:
    """Shelve the line as told by the channel: it is judged like everything it tells."""
    line = await _line(tx, found)
    told = Told(
        attempt_id=line.our_id,
        outcome=Outcome.PAID,
        amount=line.amount,
        reference=found.number,
        happened_at=line.happened_at,
        notice_id=f"statement:{found.number}",
    )
    await notices.shelve(tx, [_notice(world, found, line, told)])


async def _believe_refund(tx: Tx, world: World, found: Difference) -> None:
    line = await _line(tx, found)
    refund = await refunds.lock(tx, region_code=found.region_code, refund_id=found.number)
    if refund.amount != line.amount or refund.state is RefundState.SUCCEEDED:
        raise RemedyDoesNotFit(found.kind, Remedy.BELIEVE_REFUND)
    told = ReturnTold(
        refund_id=refund.id,
        outcome=RefundOutcome.SUCCEEDED,
        amount=line.amount,
        reference=line.reference,
        happened_at=line.happened_at,
        notice_id=f"statement:{refund.id}",
    )
    await notices.shelve(tx, [_notice(world, found, line, told)])


async def _correct_amount(tx: Tx, world: World, found: Difference) -> None:
    """We were told a wrong amount of money that waits to go back: send back what there is."""
    method, code = Method(found.source), found.region_code
    tries = await refunds.of_payment(tx, region_code=code, method=method, reference=found.number)
    corrected = await repairs.correct_payment(
        tx, (code, method, found.number), seen=found.ours, amount=found.theirs
    )
    if not corrected or not tries or tries[0].state is not RefundState.MANUAL:
        raise RemedyDoesNotFit(found.kind, Remedy.CORRECT_AMOUNT)
    refund = await refunds.lock(tx, region_code=code, refund_id=tries[0].id)
    if not await repairs.correct_refund(
        tx, region_code=code, refund_id=refund.id, amount=found.theirs
    ):
        raise RemedyDoesNotFit(found.kind, Remedy.CORRECT_AMOUNT)
    await refunds.step(tx, refund, RefundEvent.APPROVED, at=world.now())
    await differences.agree(tx, found)


async def _sent_by_hand(tx: Tx, world: World, repair: Repair) -> None:
    assert repair.refund_id is not None
    refund = await refunds.lock(tx, region_code=repair.region_code, refund_id=repair.refund_id)
    if refund.state is not RefundState.MANUAL:
        raise RemedyDoesNotFit(refund.state, repair.remedy)
    await refunds.step(tx, refund, RefundEvent.SUCCEEDED, at=world.now())
    await gone_back(tx, refund, by=BANK, at=world.now())


async def _line(tx: Tx, found: Difference) -> StatementLine:
    assert found.line is not None, "theirs is nothing but what they wrote"
    line = await statements.line_of(
        tx,
        region_code=found.region_code,
        source=found.source,
        day=found.day,
        line=found.line,
        number=found.number,
    )
    assert line is not None
    return line


def _notice(
    world: World, found: Difference, line: StatementLine, told: Told | ReturnTold
) -> Notice:
    facts = {"statement": found.source, "day": str(found.day), "line": line.line}
    body = json.dumps(facts).encode()
    return Notice(found.region_code, Method(found.source), world.now(), "", body, told)


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is proposed: a remedy and why, for a difference or for a refund sent by hand."""

    remedy: Remedy
    says: str
    difference_id: str | None = None
    refund_id: str | None = None
    reference: str = ""


def _proposal(world: World, clerk: Clerk, wish: _Wish) -> Repair:
    return Repair(
        region_code=clerk.region_code,
        id=world.mint("rep"),
        difference_id=wish.difference_id,
        refund_id=wish.refund_id,
        remedy=wish.remedy,
        says=wish.says,
        reference=wish.reference,
        proposed_by=clerk.id,
        proposed_at=world.now(),
        decided_by=None,
        decided_at=None,
        undone_by=None,
        state=RepairState.PROPOSED,
        version=1,
    )


async def _post(tx: Tx, entry: Entry) -> None:
    posted = await journal.post(tx, region_code=entry.region_code, entries=[entry], at=entry.at)
    assert posted == len(entry.lines), "it was posted before"
