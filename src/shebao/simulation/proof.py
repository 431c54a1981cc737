"""Proof: after a simulated day, every fen is where it belongs, or this says which is not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Final

from shebao.core.attempt import AttemptState
from shebao.core.bill import BillState
from shebao.core.deduction.reversal import ReversalState
from shebao.core.journal import clearing
from shebao.core.money import ZERO, Money, total
from shebao.core.payment import Payment, PaymentState
from shebao.core.refund import Refund, RefundState
from shebao.operations.books.replay import replay_day
from shebao.operations.world import SHANGHAI
from shebao.simulation.cast import Payer
from shebao.simulation.clock import BEGINS
from shebao.simulation.ground import TODAY
from shebao.simulation.market import Market
from shebao.simulation.rails.rail import Holding, Rail
from shebao.store import attempts, bills, journal, orders, payments, promises, refunds
from shebao.store.database import Tx
from shebao.store.deduction import reversals

_PAID: Final = {AttemptState.SUCCEEDED, AttemptState.LATE_SUCCESS}
_PAID_FOR: Final = {BillState.PAID, BillState.REVERSING, BillState.REVERSED}


async def broken_promises(market: Market) -> list[str]:
    """What breaks a promise that must hold at every moment."""
    async with market.ground.look.snapshot() as tx:
        return await _promises(tx)


async def open_for_nothing(market: Market) -> list[str]:
    """Cashiers in somebody's hand where they could pay what is given up here.

    Asked while nothing is under way. Money paid there comes late, and perhaps twice.
    """
    found: list[str] = []
    for payer in market.cast:
        offered = [
            (one.rail, await one.rail.reached(one.cashier))
            for one in payer.visits
            if one.rail.closes
        ]
        payable = [number for rail, number in offered if number and rail.is_open(number)]
        async with market.ground.look.reading() as tx:
            here = await attempts.by_ids(tx, region_code=payer.region_code, attempt_ids=payable)
        over = [attempt for attempt in here if not attempt.state.is_live]
        found += [f"{payer.name} 的收银台还开着，这边已是 {attempt.state}" for attempt in over]
    return found


async def lost(market: Market) -> list[str]:
    """What is not where it belongs, now that everything has had time to come to rest."""
    paid, back = await market.outside.holdings()
    async with market.ground.look.snapshot() as tx:
        found = await _promises(tx)
        found += [what async for what in _books(tx, paid)]
        for payer in market.cast:
            found += [what async for what in _orders(tx, payer)]
            found += [what async for what in _bills(tx, payer)]
        refused = market.outside.wire.refused | {
            str(refund["out_refund_no"])
            for refund in back
            if refund["state"] in {"ABNORMAL", "CLOSED"}
        }
        for rail, holdings in paid.items():
            for holding in holdings:
                found += [what async for what in _money(tx, rail, holding, refused)]
    return found


async def replayed(market: Market) -> list[str]:
    """What does not follow from the notices of the days, played again in the order of their times.

    A clock that was set back tells no order.
    """
    if market.clock.was_set:
        return []
    world = market.calm_world()
    found: list[str] = []
    day, last = BEGINS.astimezone(SHANGHAI).date(), world.now().astimezone(SHANGHAI).date()
    while day <= last:
        for region_code in TODAY:
            done = await replay_day(world, region_code=region_code, day=day)
            found += [f"重演 {day}：{what}" for what in done.doubts]
        day += timedelta(days=1)
    return found


async def _promises(tx: Tx) -> list[str]:
    found = await promises.broken(tx)
    return [f"{name}：{'，'.join(rows)}" for name, rows in found.items() if rows]


async def _books(tx: Tx, paid: Mapping[Rail, Sequence[Holding]]) -> AsyncIterator[str]:
    """The journal sums to zero, and every channel holds exactly what the journal says."""
    balances = await journal.trial_balance(tx)
    if total(amount for _, _, amount in balances) != ZERO:
        yield "总账不平"
    for rail, holdings in paid.items():
        held = Money(sum(one["total_fen"] - one["refunded_fen"] for one in holdings))
        ours = total(amount for _, name, amount in balances if name == clearing(rail.method))
        if held != ours:
            yield f"渠道 {rail.method} 持有 {held} 元，账上 {ours} 元"


async def _orders(tx: Tx, payer: Payer) -> AsyncIterator[str]:
    """No order is left running past its time, and no attempt of one that is over."""
    region_code = payer.region_code
    order_ids = sorted({basket.order_id for basket in payer.baskets})
    there = await orders.existing(tx, region_code=region_code, order_ids=order_ids)
    tried = await attempts.of_orders(tx, region_code=region_code, order_ids=there)
    for order_id in sorted(there):
        order = await orders.by_id(tx, region_code=region_code, order_id=order_id)
        if order.state.is_live:
            yield f"{payer.name} 的缴费单 {order_id} 还停在 {order.state}"
        for attempt in tried.get(order_id, ()):
            if attempt.state.is_live:
                yield f"{payer.name} 的支付 {attempt.id} 还停在 {attempt.state}"
        received = await payments.of_order(tx, region_code=region_code, order_id=order_id)
        applied = any(money.state is PaymentState.APPLIED for money in received)
        contents = await orders.contents(tx, region_code=region_code, order_id=order_id)
        if applied and any(one.state not in _PAID_FOR for one in contents):
            yield f"{payer.name} 的缴费单 {order_id} 收了钱，却有没缴的项目"


async def _bills(tx: Tx, payer: Payer) -> AsyncIterator[str]:
    """Every bill is to be paid, or paid: none is held by nobody."""
    found = await bills.of_persons(tx, region_code=payer.region_code, person_ids=[payer.person_id])
    for held in found.get(payer.person_id, ()):
        if held.bill.state not in {BillState.PAYABLE, *_PAID_FOR}:
            yield f"{payer.name} 的应缴 {held.bill.id} 还停在 {held.bill.state}"


async def _money(
    tx: Tx, rail: Rail, holding: Holding, refused: Collection[str]
) -> AsyncIterator[str]:
    """One sum at the channel: here once, to the fen, and applied, gone back, or a person's.

    It may only be a person's when the channel would not give it back.
    """
    reference, attempt_id = holding["transaction_id"], holding["out_trade_no"]
    here = [
        money
        for region_code in TODAY
        if (
            money := await payments.by_number(
                tx, region_code=region_code, method=rail.method, reference=reference
            )
        )
    ]
    if len(here) != 1:
        yield f"渠道的钱 {attempt_id} 记了 {len(here)} 次"
        return
    [money] = here
    tried = await attempts.by_ids(tx, region_code=money.region_code, attempt_ids=[money.attempt_id])
    if any(attempt.state not in _PAID for attempt in tried):
        yield f"支付 {money.attempt_id} 收了钱，却停在 {tried[0].state}"
    if holding.get("taken_back"):
        if not await _taken_back(tx, money):
            yield f"银行冲回的 {money.attempt_id} 没有入账"
        return
    back = await refunds.of_payment(
        tx, region_code=money.region_code, method=rail.method, reference=reference
    )
    stuck = refused if rail.gives_back else {refund.id for refund in back}
    if not await _is_well(tx, money, holding, back, stuck):
        states = [str(refund.state) for refund in back]
        gone_fen = holding["refunded_fen"]
        yield f"渠道的钱 {attempt_id} 没有着落：退款 {states}，渠道已退 {gone_fen} 分"


async def _is_well(
    tx: Tx, money: Payment, holding: Holding, back: Sequence[Refund], stuck: Collection[str]
) -> bool:
    """Whether a sum pays its order, or has gone back, or is a person's because it would not."""
    if await _is_applied(tx, money, holding):
        return _given_back(back) == holding["refunded_fen"] and all(
            refund.request_id and (refund.state is RefundState.SUCCEEDED or refund.id in stuck)
            for refund in back
        )
    gone = holding["refunded_fen"] == holding["total_fen"]
    rests = RefundState.SUCCEEDED if gone else RefundState.MANUAL
    well = [refund.state for refund in back] == [rests] and bool(back[0].reason)
    return well and (gone or back[0].id in stuck)


async def _taken_back(tx: Tx, money: Payment) -> bool:
    """Whether what a bank has taken back is booked, or given to a person."""
    reversal = await reversals.of_money(
        tx, region_code=money.region_code, method=money.method, reference=money.reference
    )
    return reversal is not None and reversal.state is not ReversalState.TOLD


def _given_back(back: Iterable[Refund]) -> int:
    return sum(one.amount.fen for one in back if one.state is RefundState.SUCCEEDED)


async def _is_applied(tx: Tx, money: Payment, holding: Holding) -> bool:
    """Whether this very sum pays its order, to the fen."""
    if money.order_id is None:
        return False
    received = await payments.of_order(tx, region_code=money.region_code, order_id=money.order_id)
    paying = [one for one in received if one.state is PaymentState.APPLIED]
    return [(one.reference, one.amount) for one in paying] == [
        (holding["transaction_id"], Money(holding["total_fen"]))
    ]
