"""Where (钱到哪儿了): the timeline of an order, for its payer and for the clerk at the hotline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shebao.core.bill import BillState
from shebao.core.desk.clerk import Clerk
from shebao.core.desk.request import Request, RequestState
from shebao.core.payment import Payment, PaymentState
from shebao.core.refund import Refund
from shebao.core.refusals import NotYours, Refusal
from shebao.core.timeline import (
    PartOfOrder,
    Timeline,
    Turn,
    TurnMoment,
    WayBack,
    is_spoken_code,
    spoken_code,
    timeline,
    way_of_refund,
)
from shebao.operations.look_at_order import OrderSeen
from shebao.operations.world import World
from shebao.store import attempts, codes, events, orders, payments, persons, refunds
from shebao.store.database import Tx
from shebao.store.desk import requests

_TURNED: Final = {BillState.REVERSING, BillState.REVERSED}
_CODE_BYTES: Final = 8
Times = Mapping[str, Mapping[str, datetime]]


@dataclass(frozen=True, slots=True)
class Where:
    """An order's timeline, with the order itself and the code it is asked about by."""

    seen: OrderSeen
    timeline: Timeline
    code: str


@dataclass(eq=False)
class SpokenCodeWrong(Refusal):
    """The digits are no code: one is wrong, or two were swapped."""


@dataclass(eq=False)
class NothingUnderIt(Refusal):
    """The region has no order under this code or number."""


async def where_is(world: World, *, region_code: str, order_id: str, viewer_id: str) -> Where:
    """Where an order's money is, for its payer. Raises NotYours."""
    async with world.db.snapshot() as tx:
        seen, line = await _look(tx, region_code, order_id)
        if seen.order.payer_id != viewer_id:
            raise NotYours(order_id)
        code = await codes.of_order(tx, region_code=region_code, order_id=order_id)
    return Where(seen, line, code or await _give_code(world, region_code, order_id))


async def order_of(world: World, *, region_code: str, number: str) -> str:
    """The order a receipt came from; whose it is, its timeline asks. Raises NotYours."""
    async with world.db.reading() as tx:
        found = await codes.order_of_receipt(tx, region_code=region_code, number=number)
    if found is None:
        raise NotYours(number)
    return found


async def where_for_clerk(world: World, clerk: Clerk, asked: str) -> Where:
    """The same by what somebody reads out: the code, or the number of a receipt or an order.

    That a clerk looked is kept. Raises SpokenCodeWrong or NothingUnderIt.
    """
    code = clerk.region_code
    async with world.db.transaction() as tx:
        order_id = await _order_of(tx, code, "".join(asked.split()))
        try:
            seen, line = await _look(tx, code, order_id)
        except NotYours:
            raise NothingUnderIt from None
        await persons.look(
            tx,
            region_code=code,
            person_id=seen.order.payer_id,
            viewer_id=clerk.id,
            reason="where_is_the_money",
            at=world.now(),
        )
        known = await codes.of_order(tx, region_code=code, order_id=order_id)
    return Where(seen, line, known or await _give_code(world, code, order_id))


async def _order_of(tx: Tx, region_code: str, asked: str) -> str:
    """The order somebody asks about."""
    if asked.startswith("ord"):
        return asked
    found = await codes.order_of_receipt(tx, region_code=region_code, number=asked)
    if found is None:
        found = await codes.order_of(tx, region_code=region_code, code=asked)
    if found is not None:
        return found
    raise NothingUnderIt if is_spoken_code(asked) else SpokenCodeWrong


async def _give_code(world: World, region_code: str, order_id: str) -> str:
    """Give an order its code, once: whoever asks at the same moment gets the same."""
    while True:
        code = spoken_code(int.from_bytes(world.entropy(_CODE_BYTES)))
        async with world.db.transaction() as tx:
            await codes.give(tx, region_code=region_code, order_id=order_id, code=code)
            kept = await codes.of_order(tx, region_code=region_code, order_id=order_id)
        if kept is not None:
            return kept


async def _look(tx: Tx, region_code: str, order_id: str) -> tuple[OrderSeen, Timeline]:
    try:
        order = await orders.by_id(tx, region_code=region_code, order_id=order_id)
    except LookupError:
        raise NotYours(order_id) from None
    tried = await attempts.of_orders(tx, region_code=region_code, order_ids=[order_id])
    seen = OrderSeen(
        order=order,
        contents=tuple(await orders.contents(tx, region_code=region_code, order_id=order_id)),
        attempts=tuple(tried.get(order_id, ())),
        payments=tuple(await payments.of_order(tx, region_code=region_code, order_id=order_id)),
    )
    asked = await requests.of_order(
        tx, region_code=region_code, payer_id=order.payer_id, order_id=order_id
    )
    back = [refund for money in seen.payments for refund in await _refunds(tx, money)]
    ids = [content.bill_id for content in seen.contents]
    ids += [*(one.id for one in asked), *(one.id for one in back)]
    ids += [f"{money.method}:{money.reference}" for money in seen.payments]
    times = await events.times_of(tx, region_code=region_code, subject_ids=ids)
    parts = [_part(content.state, times.get(content.bill_id, {})) for content in seen.contents]
    ways = [*_misfits(seen.payments, back, times), *_requests(asked, back, times)]
    return seen, timeline(order, paid=seen.paid_by, parts=parts, ways_back=ways)


async def _refunds(tx: Tx, money: Payment) -> list[Refund]:
    return await refunds.of_payment(
        tx, region_code=money.region_code, method=money.method, reference=money.reference
    )


def _part(state: str, times: Mapping[str, datetime]) -> PartOfOrder:
    return PartOfOrder(times.get("settled"), times.get("remitted"), BillState(state) in _TURNED)


def _misfits(money: tuple[Payment, ...], back: list[Refund], times: Times) -> list[WayBack]:
    """The ways of sums that never fitted."""
    ways = []
    for sum_ in money:
        if sum_.state is PaymentState.APPLIED:
            continue
        aside = times.get(f"{sum_.method}:{sum_.reference}", {}).get("set_aside")
        turns: tuple[TurnMoment, ...] = (TurnMoment(Turn.BACK),)
        for refund in back:
            if refund.reference == sum_.reference and refund.request_id is None:
                turns = way_of_refund(refund, times.get(refund.id, {}))[1:]
        ways.append(WayBack(sum_.amount, sum_.misfit, (TurnMoment(Turn.SET_ASIDE, aside), *turns)))
    return ways


def _requests(asked: list[Request], back: list[Refund], times: Times) -> list[WayBack]:
    """The ways of what was asked for."""
    refund_of = {refund.request_id: refund for refund in back if refund.request_id}
    ways = []
    for request in asked:
        happened = times.get(request.id, {})
        turns = [TurnMoment(Turn.ASKED, request.asked_at)]
        match request.state:
            case RequestState.REJECTED:
                turns.append(TurnMoment(Turn.REFUSED, happened.get("rejected")))
            case RequestState.WITHDRAWN:
                turns.append(TurnMoment(Turn.WITHDRAWN, happened.get("withdrawn")))
            case RequestState.ASKED | RequestState.CHECKED:
                turns += [TurnMoment(turn) for turn in (Turn.AGREED, Turn.SENT, Turn.BACK)]
            case RequestState.APPROVED | RequestState.DONE:
                refund = refund_of[request.id]
                turns += way_of_refund(refund, times.get(refund.id, {}))
        ways.append(WayBack(request.amount, request.ground, tuple(turns), request.id))
    return ways
