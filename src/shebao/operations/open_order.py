"""Open order (生成缴费单): bills are taken together and held until they are paid or let go.

Requests that arrive together are opened together: one transaction locks and reads, each
request is decided by itself, and a few statements write them all. One request's refusal is
nobody else's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shebao.core.bill import (
    STEPS,
    Bill,
    BillEvent,
    BillNotOpen,
    SpecialBillFirst,
)
from shebao.core.order import OrderDiffers, OrderEmpty
from shebao.core.refusals import NotYours, Refusal
from shebao.operations.world import World
from shebao.store import bills, declarations, orders, persons
from shebao.store.database import Tx
from shebao.store.declarations import Declared
from shebao.store.family import pleas
from shebao.store.orders import ExistingOrder, NewOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class Basket:
    """What a payer wants to pay together. `order_id` was minted with the page it comes from."""

    region_code: str
    order_id: str
    payer_id: str
    entry_channel: str
    bill_ids: frozenset[str]


@dataclass(eq=False)
class BillLapsed(Refusal):
    """The last day on which this bill could be paid is over."""

    bill_id: str
    until: date


@dataclass(frozen=True, slots=True)
class Known:
    """What was locked and read for a batch of baskets."""

    bills: Mapping[str, Bill]
    existing: Mapping[str, ExistingOrder]
    allowed: frozenset[tuple[str, str]]  # Payer and person.
    entrusted: frozenset[tuple[str, str]]  # Payer and bill: somebody asked them to pay it.
    special: Mapping[str, Sequence[str]]
    today: date

    def may_pay(self, payer_id: str, bill: Bill) -> bool:
        """Whether a payer may pay a bill: their own, of whom they named, or asked to pay."""
        named = (payer_id, bill.person_id) in self.allowed
        return named or (payer_id, bill.id) in self.entrusted


async def open_orders(world: World, baskets: Sequence[Basket]) -> list[str | Exception]:
    """Open an order for each basket, or say what speaks against it, in order."""
    answers: dict[int, str | Exception] = {}
    by_region: dict[str, list[tuple[int, Basket]]] = {}
    for number, basket in enumerate(baskets):
        by_region.setdefault(basket.region_code, []).append((number, basket))
    for region_code, numbered in by_region.items():
        opened = await _open_in(world, region_code, [basket for _, basket in numbered])
        answers |= zip((number for number, _ in numbered), opened, strict=True)
    return [answers[number] for number in range(len(baskets))]


async def _open_in(
    world: World, region_code: str, baskets: Sequence[Basket]
) -> list[str | Exception]:
    answers: list[str | Exception] = []
    new: dict[str, NewOrder] = {}
    taken: set[str] = set()
    at = world.now()
    async with world.db.transaction() as tx:
        known = await _look(tx, world, region_code, baskets)
        for basket in baskets:
            try:
                held = decide(basket, known, new=new, taken=taken)
            except Refusal as refusal:
                answers.append(refusal)
                continue
            if held is not None:
                new[basket.order_id] = held
                taken |= basket.bill_ids
            answers.append(basket.order_id)
        if new:
            lifetime = timedelta(seconds=world.region(region_code).order_seconds)
            await _write(tx, region_code, list(new.values()), at=at, expires_at=at + lifetime)
            declared = [
                _declared(world, order, bill) for order in new.values() for bill in order.bills
            ]
            await declarations.declare_bills(tx, region_code=region_code, declared=declared, at=at)
    return answers


def _declared(world: World, order: NewOrder, bill: Bill) -> Declared:
    return Declared(world.mint("dec"), bill.id, order.payer_id, order.entry_channel)


async def _look(tx: Tx, world: World, region_code: str, baskets: Sequence[Basket]) -> Known:
    found = await bills.lock(
        tx,
        region_code=region_code,
        bill_ids=[bill_id for basket in baskets for bill_id in basket.bill_ids],
    )
    pairs = {
        (basket.payer_id, found[bill_id].person_id)
        for basket in baskets
        for bill_id in basket.bill_ids
        if bill_id in found
    }
    special: Mapping[str, Sequence[str]] = {}
    ordinary = {bill.enrolment_id for bill in found.values() if not bill.kind.special}
    if ordinary and world.region(region_code).special_first:
        special = await bills.special_waiting(tx, region_code=region_code, enrolment_ids=ordinary)
    allowed = frozenset(await persons.may_pay(tx, region_code=region_code, pairs=sorted(pairs)))
    return Known(
        bills=found,
        existing=await orders.existing(
            tx, region_code=region_code, order_ids=[basket.order_id for basket in baskets]
        ),
        allowed=allowed,
        entrusted=await _entrusted(tx, world, region_code, pairs - allowed),
        special=special,
        today=world.today(region_code),
    )


async def _entrusted(
    tx: Tx, world: World, region_code: str, strangers: Iterable[tuple[str, str]]
) -> frozenset[tuple[str, str]]:
    payers = {payer_id for payer_id, _ in strangers}
    if not payers:
        return frozenset()
    return await pleas.entrusted(tx, region_code=region_code, payer_ids=payers, now=world.now())


def decide(
    basket: Basket, known: Known, *, new: Mapping[str, NewOrder], taken: Iterable[str]
) -> NewOrder | None:
    """The order to open for a basket; none when the same form has opened it already."""
    if not basket.bill_ids:
        raise OrderEmpty
    if _repeats(basket, known, new):
        return None
    held = []
    for bill_id in sorted(basket.bill_ids):
        bill = known.bills.get(bill_id)
        if bill is None or not known.may_pay(basket.payer_id, bill):
            raise NotYours(bill_id)
        if bill_id in taken or not STEPS.allows(bill.state, BillEvent.RESERVED):
            raise BillNotOpen(bill_id, "reserved" if bill_id in taken else bill.state)
        if bill.payable_until is not None and bill.payable_until < known.today:
            raise BillLapsed(bill_id, bill.payable_until)
        if not bill.kind.special:
            for first in known.special.get(bill.enrolment_id, ()):
                raise SpecialBillFirst(first)
        held.append(bill)
    return NewOrder(basket.order_id, basket.payer_id, basket.entry_channel, tuple(held))


def _repeats(basket: Basket, known: Known, new: Mapping[str, NewOrder]) -> bool:
    """Whether this form came before; with something else in it, it is refused."""
    before = known.existing.get(basket.order_id)
    if before is None and basket.order_id in new:
        order = new[basket.order_id]
        before = ExistingOrder(order.id, order.payer_id, frozenset(bill.id for bill in order.bills))
    if before is None:
        return False
    if before.payer_id != basket.payer_id:
        raise NotYours(basket.order_id)
    if before.bill_ids != basket.bill_ids:
        raise OrderDiffers(basket.order_id, "bills")
    return True


async def _write(
    tx: Tx,
    region_code: str,
    new: Sequence[NewOrder],
    *,
    at: datetime,
    expires_at: datetime,
) -> None:
    await orders.insert(tx, region_code=region_code, orders=new, at=at, expires_at=expires_at)
    await bills.step(
        tx,
        region_code=region_code,
        moves=[(bill, BillEvent.RESERVED, order.id) for order in new for bill in order.bills],
        at=at,
    )
