"""Requests (退费申请): asked for by who paid, or by a clerk for somebody, and taken back again.

Asking moves no money. The bill keeps its state and the receipt stays good until a clerk agrees.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shebao.core.bill import STEPS as BILL_STEPS
from shebao.core.bill import BillEvent
from shebao.core.desk.clerk import Clerk
from shebao.core.desk.request import Request, RequestEvent, RequestState, evidence_of
from shebao.core.policy.returning import Ground, ReturnRule, rule_for, rules_for
from shebao.core.refund import Refund
from shebao.core.refusals import NotYours, Refusal
from shebao.operations.world import World
from shebao.store import orders, persons, receipts, refunds
from shebao.store.database import Tx
from shebao.store.desk import requests
from shebao.store.receipts import ReceiptInFull


@dataclass(frozen=True, slots=True)
class Ask:
    """What somebody asks for: the money of a receipt, on a ground, with what they can show."""

    region_code: str
    number: str
    ground: Ground
    evidence: str


@dataclass(frozen=True, slots=True)
class Askable:
    """A receipt's money as somebody may ask for it."""

    found: ReceiptInFull
    rules: tuple[ReturnRule, ...]
    standing: Request | None  # The request there is already.
    parts: int  # How many things were paid together with it, itself among them.


@dataclass(frozen=True, slots=True)
class RequestSeen:
    """A request with the receipt it is about and the refund that followed."""

    request: Request
    found: ReceiptInFull
    refund: Refund | None


@dataclass(eq=False)
class RefundAskedBefore(Refusal):
    """The bill of this receipt has a request already."""

    request_id: str


@dataclass(eq=False)
class NothingToGiveBack(Refusal):
    """The receipt was voided, or its bill is on its way back already."""

    state: str


@dataclass(eq=False)
class RequestUnknown(Refusal):
    """There is no such request, or it is not this person's."""


@dataclass(eq=False)
class ReceiptNotFound(Refusal):
    """A clerk looked for a receipt that the region never issued."""

    number: str


async def askable(world: World, *, region_code: str, number: str, viewer_id: str) -> Askable:
    """What a payer may ask for. Only who paid gets money back. Raises NotYours."""
    async with world.db.snapshot() as tx:
        found = await _found(tx, region_code, number)
        if found is None or found.payer_id != viewer_id:
            raise NotYours(number)
        return await askable_in(tx, world, found)


async def askable_for(world: World, clerk: Clerk, number: str) -> Askable:
    """The same for a clerk, who has looked at somebody's record. Raises ReceiptNotFound."""
    async with world.db.transaction() as tx:
        found = await _found(tx, clerk.region_code, number)
        if found is None:
            raise ReceiptNotFound(number)
        await persons.look(
            tx,
            region_code=clerk.region_code,
            person_id=found.insured_id,
            viewer_id=clerk.id,
            reason="refund",
            at=world.now(),
        )
        return await askable_in(tx, world, found)


async def ask(world: World, wanted: Ask, *, payer_id: str) -> str:
    """Ask for one's own money; the id of the request. Told twice is told once."""
    async with world.db.transaction() as tx:
        found = await _found(tx, wanted.region_code, wanted.number)
        if found is None or found.payer_id != payer_id:
            raise NotYours(wanted.number)
        return await ask_in(tx, world, wanted, found, asked_by=payer_id, at=world.now())


async def ask_for(world: World, wanted: Ask, clerk: Clerk) -> str:
    """Ask for somebody; the id of the request. Told twice is told once."""
    assert wanted.region_code == clerk.region_code
    async with world.db.transaction() as tx:
        found = await _found(tx, wanted.region_code, wanted.number)
        if found is None:
            raise ReceiptNotFound(wanted.number)
        return await ask_in(tx, world, wanted, found, asked_by=clerk.id, at=world.now())


async def take_back(world: World, *, region_code: str, request_id: str, payer_id: str) -> None:
    """Let a request be, before anybody has decided it. Raises RequestUnknown."""
    async with world.db.transaction() as tx:
        try:
            request = await requests.lock(tx, region_code=region_code, request_id=request_id)
        except LookupError:
            raise RequestUnknown from None
        if request.payer_id != payer_id:
            raise RequestUnknown
        if request.state is not RequestState.WITHDRAWN:
            await requests.step(tx, request, RequestEvent.WITHDRAWN, at=world.now())


async def requests_of(world: World, *, region_code: str, payer_id: str) -> list[Request]:
    """What a payer has asked for, or others for them, newest first."""
    async with world.db.reading() as tx:
        return await requests.of_payer(tx, region_code=region_code, payer_id=payer_id)


async def look_at_request(
    world: World, *, region_code: str, request_id: str, viewer_id: str
) -> RequestSeen:
    """One request, for the payer it is about. Raises RequestUnknown."""
    async with world.db.snapshot() as tx:
        seen = await seen_by_id(tx, region_code, request_id)
    if seen.request.payer_id != viewer_id:
        raise RequestUnknown
    return seen


async def seen_by_id(tx: Tx, region_code: str, request_id: str) -> RequestSeen:
    """One request with all that belongs to it. Raises RequestUnknown."""
    try:
        request = await requests.by_id(tx, region_code=region_code, request_id=request_id)
    except LookupError:
        raise RequestUnknown from None
    found = await receipts.by_number(tx, region_code=region_code, number=request.receipt_number)
    refund = None
    if request.refund_id is not None:
        refund = await refunds.by_id(tx, region_code=region_code, refund_id=request.refund_id)
    return RequestSeen(request, found, refund)


async def _found(tx: Tx, region_code: str, number: str) -> ReceiptInFull | None:
    try:
        return await receipts.by_number(tx, region_code=region_code, number=number)
    except LookupError:
        return None


async def askable_in(tx: Tx, world: World, found: ReceiptInFull) -> Askable:
    """What may be asked for of a receipt's money."""
    code = found.receipt.region_code
    rules = rules_for(
        world.region(code).return_rules,
        scheme=found.scheme,
        period=found.period,
        on=world.today(code),
    )
    standing = await requests.that_counts(tx, region_code=code, bill_id=found.receipt.bill_id)
    inside = await orders.contents(tx, region_code=code, order_id=found.receipt.order_id)
    return Askable(found, rules, standing, len(inside))


async def ask_in(
    tx: Tx, world: World, wanted: Ask, found: ReceiptInFull, *, asked_by: str, at: datetime
) -> str:
    """Write the request down, if there is a rule for it and money that can go back."""
    code, receipt = wanted.region_code, found.receipt
    standing = await requests.that_counts(tx, region_code=code, bill_id=receipt.bill_id)
    if standing is not None:
        return _told_before(standing, wanted, asked_by)
    if not BILL_STEPS.allows(found.bill_state, BillEvent.REVERSAL_BEGUN):
        raise NothingToGiveBack(found.bill_state)
    rules, today = world.region(code).return_rules, world.today(code)
    rule_for(rules, wanted.ground, scheme=found.scheme, period=found.period, on=today)
    request = _new(world, wanted, found, asked_by=asked_by, at=at)
    if not await requests.insert(tx, request):  # Somebody asked at this very moment.
        standing = await requests.that_counts(tx, region_code=code, bill_id=receipt.bill_id)
        assert standing is not None
        return _told_before(standing, wanted, asked_by)
    return request.id


def _told_before(standing: Request, wanted: Ask, asked_by: str) -> str:
    same = standing.asked_by == asked_by and standing.ground is wanted.ground
    if not same or not standing.state.is_open:
        raise RefundAskedBefore(standing.id)
    return standing.id


def _new(
    world: World, wanted: Ask, found: ReceiptInFull, *, asked_by: str, at: datetime
) -> Request:
    receipt = found.receipt
    return Request(
        region_code=wanted.region_code,
        id=world.mint("rrq"),
        receipt_number=receipt.number,
        bill_id=receipt.bill_id,
        order_id=receipt.order_id,
        person_id=found.insured_id,
        payer_id=found.payer_id,
        ground=wanted.ground,
        evidence=evidence_of(wanted.evidence),
        amount=receipt.amount,
        asked_by=asked_by,
        asked_at=at,
        state=RequestState.ASKED,
        version=1,
    )
