"""Decide (审核退费): clerks check, approve or reject requests, with the entry before their eyes.

Approving is one transaction: the bill begins its way back, its receipt is voided, its shares
leave the funds, and the refund is on its way. All of it happens, or none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shebao.core.bill import Bill, BillEvent
from shebao.core.desk.clerk import Clerk
from shebao.core.desk.request import (
    RejectionUnexplained,
    Request,
    RequestEvent,
    RequestState,
    asked_in_all,
    may_approve,
)
from shebao.core.desk.reversal import goes_back_the_way_it_came, taken_out
from shebao.core.journal import Entry
from shebao.core.money import Money
from shebao.core.payment import Payment, PaymentState
from shebao.core.refund import ByHand, RefundEvent
from shebao.operations.desk.requests import RequestSeen, RequestUnknown, seen_by_id
from shebao.operations.world import World
from shebao.store import bills, journal, orders, payments, persons, receipts, refunds
from shebao.store.database import Tx
from shebao.store.desk import clerks, requests
from shebao.store.desk.requests import Listed, Said
from shebao.store.refunds import Part


@dataclass(frozen=True, slots=True)
class Preview:
    """What approving would do: the entry, and whether the channel gives the money back."""

    seen: RequestSeen
    entry: Entry
    by_channel: bool
    together: tuple[Request, ...]  # What was asked for with it and nobody has decided, itself too.
    in_all: Money  # What of the payment goes back in all.
    four_eyes_above: Money
    names: dict[str, str]  # Of the region's clerks, by id.


async def queue(world: World, region_code: str) -> tuple[list[Listed], list[Listed]]:
    """What waits for a decision, and what was decided last."""
    async with world.db.snapshot() as tx:
        return (
            await requests.waiting(tx, region_code=region_code),
            await requests.decided(tx, region_code=region_code),
        )


async def preview(world: World, clerk: Clerk, request_id: str) -> Preview:
    """One request for a clerk, who has looked at somebody's record. Raises RequestUnknown."""
    code, at = clerk.region_code, world.now()
    async with world.db.transaction() as tx:
        seen = await seen_by_id(tx, code, request_id)
        await persons.look(
            tx,
            region_code=code,
            person_id=seen.request.person_id,
            viewer_id=clerk.id,
            reason="refund",
            at=at,
        )
        [bill] = await bills.by_ids(tx, region_code=code, bill_ids=[seen.request.bill_id])
        family = await _family(tx, seen.request)
        known = await clerks.of_region(tx, region_code=code)
    return Preview(
        seen=seen,
        entry=taken_out(bill, request_id=request_id, at=at),
        by_channel=goes_back_the_way_it_came(bill) and seen.found.method in world.channels,
        together=tuple(_open_with(seen.request, family)),
        in_all=asked_in_all(family),
        four_eyes_above=world.region(code).four_eyes_above,
        names={row.clerk.id: row.clerk.name for row in known},
    )


async def check(world: World, clerk: Clerk, request_id: str, *, together: bool = False) -> None:
    """A first clerk has looked at the evidence, of all that was asked for with it if so said.

    Raises RequestUnknown.
    """
    async with world.db.transaction() as tx:
        seen = await _seen(tx, clerk, request_id)
        await orders.lock(tx, region_code=clerk.region_code, order_ids=[seen.order_id])
        for one in _chosen(seen, await _family(tx, seen), together=together):
            request = await _locked(tx, clerk, one.id)
            if one.id == request_id or request.state is RequestState.ASKED:
                said = Said(checked_by=clerk.id)
                await requests.step(tx, request, RequestEvent.CHECKED, at=world.now(), said=said)


async def reject(world: World, clerk: Clerk, request_id: str, reason: str) -> None:
    """Say no, and why. Raises RejectionUnexplained or RequestUnknown."""
    reason = " ".join(reason.split())
    if not reason:
        raise RejectionUnexplained
    async with world.db.transaction() as tx:
        request = await _locked(tx, clerk, request_id)
        said = Said(decided_by=clerk.id, said=reason)
        await requests.step(tx, request, RequestEvent.REJECTED, at=world.now(), said=said)


async def approve(world: World, clerk: Clerk, request_id: str) -> str:
    """Agree: everything begins its way back; the id of the refund.

    Raises RequestUnknown, AnotherClerkNeeded, CheckNeededFirst, or StepNotAllowed when it was
    decided meanwhile.
    """
    [refund_id] = await _approve(world, clerk, request_id, together=False)
    return refund_id


async def approve_together(world: World, clerk: Clerk, request_id: str) -> list[str]:
    """Agree to all that was asked for at once and is open, or to nothing of it."""
    return await _approve(world, clerk, request_id, together=True)


async def _approve(world: World, clerk: Clerk, request_id: str, *, together: bool) -> list[str]:
    code = clerk.region_code
    async with world.db.transaction() as tx:
        seen = await _seen(tx, clerk, request_id)
        await orders.lock(tx, region_code=code, order_ids=[seen.order_id])
        family = await _family(tx, seen)
        chosen = _chosen(seen, family, together=together)
        held = await bills.lock(tx, region_code=code, bill_ids=[one.bill_id for one in chosen])
        in_all = asked_in_all(family)
        return [
            await _agree(tx, world, clerk, (one.id, held[one.bill_id]), in_all=in_all)
            for one in chosen
        ]


async def _agree(
    tx: Tx, world: World, clerk: Clerk, what: tuple[str, Bill], *, in_all: Money
) -> str:
    """Agree to one request, whose order and bill are locked; the id of the refund."""
    (request_id, bill), at = what, world.now()
    request = await _locked(tx, clerk, request_id)
    limit = world.region(clerk.region_code).four_eyes_above
    may_approve(request, clerk, in_all=in_all, four_eyes_above=limit)
    refund_id = world.mint("rfd")
    said = Said(decided_by=clerk.id, refund_id=refund_id)
    await requests.step(tx, request, RequestEvent.APPROVED, at=at, said=said)
    await _take_out(tx, request, bill, at=at)
    await _begin(tx, world, request, bill, refund_id=refund_id)
    return refund_id


async def _seen(tx: Tx, clerk: Clerk, request_id: str) -> Request:
    """A request, to see what must be locked before it. Raises RequestUnknown."""
    try:
        return await requests.by_id(tx, region_code=clerk.region_code, request_id=request_id)
    except LookupError:
        raise RequestUnknown from None


async def _family(tx: Tx, request: Request) -> list[Request]:
    """The requests about the same payment."""
    return await requests.of_order(
        tx,
        region_code=request.region_code,
        payer_id=request.payer_id,
        order_id=request.order_id,
    )


def _chosen(request: Request, family: Sequence[Request], *, together: bool) -> list[Request]:
    """What a decision is about: a request, or all that was asked for with it and is open."""
    others = _open_with(request, family) if together else []
    return [request, *(one for one in others if one.id != request.id)]


def _open_with(request: Request, family: Sequence[Request]) -> list[Request]:
    return [one for one in family if one.state.is_open and one.asked_with(request)]


async def _locked(tx: Tx, clerk: Clerk, request_id: str) -> Request:
    try:
        return await requests.lock(tx, region_code=clerk.region_code, request_id=request_id)
    except LookupError:
        raise RequestUnknown from None


async def _take_out(tx: Tx, request: Request, bill: Bill, *, at: datetime) -> None:
    """The bill goes, its receipt is voided, its shares leave the funds."""
    code = request.region_code
    moves = [(bill, BillEvent.REVERSAL_BEGUN, bill.held_by)]
    await bills.step(tx, region_code=code, moves=moves, at=at)
    numbers = [request.receipt_number]
    await receipts.void(tx, region_code=code, numbers=numbers, reason=request.ground, at=at)
    entry = taken_out(bill, request_id=request.id, at=at)
    posted = await journal.post(tx, region_code=code, entries=[entry], at=at)
    assert posted == len(entry.lines)


async def _begin(tx: Tx, world: World, request: Request, bill: Bill, *, refund_id: str) -> None:
    """The refund is on its way through the channel, or waits for a person at once."""
    code, at = request.region_code, world.now()
    payment = await _payment(tx, request)
    part = Part(request.id, request.amount)
    reason = f"{request.ground.label}退费"
    await refunds.begin(tx, payment, refund_id=refund_id, reason=reason, at=at, part=part)
    if not goes_back_the_way_it_came(bill):
        refund = await refunds.lock(tx, region_code=code, refund_id=refund_id)
        given, why = RefundEvent.GIVEN_TO_A_PERSON, ByHand.HANDED_OVER
        await refunds.step(tx, refund, given, at=at, why=why)


async def _payment(tx: Tx, request: Request) -> Payment:
    found = await payments.of_order(tx, region_code=request.region_code, order_id=request.order_id)
    return next(money for money in found if money.state is PaymentState.APPLIED)
