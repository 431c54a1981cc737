"""Settle (清算、入库): what the bank and the treasury tell us takes money a step further.

The bank's file says which days a channel has handed over: its clearing account goes down, our
bank's goes up, and the bills of those days are settled, all of them with one statement. The
treasury's file says which funds have been remitted; when all of a day are, so are its bills.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from shebao.core.books.reconciliation import (
    Candidate,
    Difference,
    DifferenceKind,
    Finding,
    Source,
    Subject,
)
from shebao.core.books.settlement import (
    Claim,
    Remittance,
    Settlement,
    SettlementEvent,
    SettlementState,
    Told,
    gather,
    match_bank,
    match_treasury,
)
from shebao.core.channel import Method
from shebao.core.money import ZERO, Money
from shebao.operations.books.transfers import hear_of_payouts, hear_of_transfers, is_transfer
from shebao.operations.world import World
from shebao.store import journal
from shebao.store.books import differences, settlements, statements
from shebao.store.books.differences import Day
from shebao.store.database import Tx

REMEMBERED: Final = timedelta(days=40)


async def hear_from_bank(tx: Tx, world: World, *, region_code: str, day: date) -> int:
    """Settle what the bank's file of a day says came; say how many of its lines differ."""
    since = day - REMEMBERED
    lines = await statements.lines_of_day(tx, region_code=region_code, source=Source.BANK, day=day)
    await hear_of_transfers(tx, world, lines, region_code=region_code, day=day)
    sent = await hear_of_payouts(tx, lines, region_code=region_code, day=day)
    told = gather(line for line in lines if not is_transfer(line) and line.line not in sent)
    odd = []
    for one in told:
        reference = _reference(day, one.references[0])
        if await settlements.settled_by(tx, region_code=region_code, reference=reference):
            continue  # Told twice is told once.
        known = await settlements.lock(tx, region_code=region_code, since=since)
        match = match_bank(one, known)
        for settlement in match.settles:
            await _settle(tx, world, settlement, reference=reference)
        if match.kind is not None:
            odd.append(_finding(one, match.kind, ours=match.ours, subject=Subject.SETTLEMENT))
    await _keep(tx, world, _day(region_code, Source.BANK, day, world), odd)
    return len(odd)


async def hear_from_treasury(tx: Tx, world: World, *, region_code: str, day: date) -> int:
    """Confirm what the treasury's file of a day says it has; say how many lines differ."""
    since = day - REMEMBERED
    told = gather(
        await statements.lines_of_day(tx, region_code=region_code, source=Source.TREASURY, day=day)
    )
    odd = []
    for one in told:
        sent = await settlements.remittances(tx, region_code=region_code, since=since)
        reference = _reference(day, one.references[0])
        if any(was.treasury_reference == reference for was in sent):
            continue  # Told twice is told once.
        match = match_treasury(one, sent)
        for remittance in match.confirms:
            await _confirm(tx, world, remittance, reference=reference)
        if match.kind is not None:
            odd.append(_finding(one, match.kind, ours=match.ours, subject=Subject.REMITTANCE))
    await _close_remitted(tx, world, region_code=region_code, since=since)
    await _keep(tx, world, _day(region_code, Source.TREASURY, day, world), odd)
    return len(odd)


async def settle_transfers(tx: Tx, world: World, *, region_code: str, day: date) -> None:
    """Settle what was transferred to our own bank on a day: it is there already."""
    for one in await settlements.lock(tx, region_code=region_code, since=day):
        if (one.method, one.day, one.state) == (Method.TRANSFER, day, SettlementState.DUE):
            await _settle(tx, world, one, reference=_reference(day, Method.TRANSFER))


async def settle_as_claimed(tx: Tx, world: World, one: Difference) -> None:
    """Settle the days a bank line is for, though it came to another amount, booked apart."""
    claim = Claim.parse(one.our_id)
    for settlement in await settlements.lock(
        tx, region_code=one.region_code, since=claim.first_day
    ):
        if settlement.state is SettlementState.DUE and claim.covers(settlement):
            reference = _reference(one.day, one.number)
            await _settle(tx, world, settlement, reference=reference)


async def remit_as_claimed(tx: Tx, world: World, one: Difference) -> None:
    """Confirm what a treasury line is for, though it came to another amount, booked apart."""
    claim = Claim.parse(one.our_id)
    sent = await settlements.remittances(tx, region_code=one.region_code, since=claim.first_day)
    for remittance in sent:
        meant = claim.covers(remittance) and claim.fund == remittance.fund
        if meant and remittance.treasury_reference is None:
            await _confirm(tx, world, remittance, reference=_reference(one.day, one.number))
    await _close_remitted(tx, world, region_code=one.region_code, since=claim.first_day)


async def _settle(tx: Tx, world: World, one: Settlement, *, reference: str) -> None:
    at = world.now()
    entry = one.entry(at)
    if entry is not None:
        posted = await journal.post(tx, region_code=one.region_code, entries=[entry], at=at)
        assert posted == len(entry.lines), "it was settled before"
    await settlements.share_among_funds(tx, one)
    await settlements.step(tx, one, SettlementEvent.SETTLED, reference=reference, at=at)


async def _confirm(tx: Tx, world: World, one: Remittance, *, reference: str) -> None:
    at = world.now()
    entry = one.entry(at)
    posted = await journal.post(tx, region_code=one.region_code, entries=[entry], at=at)
    assert posted == len(entry.lines), "the treasury had it before"
    await settlements.confirm(tx, one, reference=reference)


async def _close_remitted(tx: Tx, world: World, *, region_code: str, since: date) -> None:
    """Settlements of which the treasury has every fund are remitted, and their bills."""
    sent = await settlements.remittances(tx, region_code=region_code, since=since)
    waiting = {(one.method, one.day) for one in sent if one.treasury_reference is None}
    reference = {(one.method, one.day): one.treasury_reference or "" for one in sent}
    for one in await settlements.lock(tx, region_code=region_code, since=since):
        key = one.method, one.day
        if one.state is SettlementState.SETTLED and key in reference and key not in waiting:
            await settlements.step(
                tx, one, SettlementEvent.REMITTED, reference=reference[key], at=world.now()
            )


def _reference(day: date, number: str) -> str:
    """A line of theirs for good: their serials begin again, some every year, some every day."""
    return f"{day}/{number}"


def _finding(told: Told, kind: DifferenceKind, *, ours: Money, subject: Subject) -> Finding:
    candidate = Candidate(
        subject=subject,
        number=told.references[0],
        our_id=told.our_id,
        line=told.line,
        theirs_count=len(told.references),
        theirs=told.amount,
        each=None,
        ours_count=int(ours != ZERO),
        ours=ours,
        family_theirs=told.amount,
        family_ours=ours,
        elsewhere=None,
        elsewhere_matched=False,
        opposite=None,
        known=ours != ZERO,
        next_day_read=True,
        day_ends_at=told.happened_at,
        happened_at=told.happened_at,
    )
    return Finding(candidate, kind)


def _day(region_code: str, source: Source, day: date, world: World) -> Day:
    at = world.now()
    return Day(
        region_code=region_code,
        source=source,
        day=day,
        begins=at,
        ends=at,
        ends_earlier=timedelta(),
        next_day_read=True,
    )


async def _keep(tx: Tx, world: World, day: Day, odd: Sequence[Finding]) -> None:
    found = [(world.mint("dif"), one) for one in odd]
    await differences.keep(tx, day, found, at=world.now())
