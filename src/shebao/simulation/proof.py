"""Proof: after a simulated day, every fen is where it belongs, or this says which is not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from shebao.core.attempt import Attempt, AttemptState
from shebao.core.bill import BillState
from shebao.core.channel import Method
from shebao.core.journal import clearing
from shebao.core.money import ZERO, Money, total
from shebao.core.payment import PaymentState
from shebao.core.refund import Refund, RefundState
from shebao.sandbox.clock import now_ms
from shebao.sandbox.wechat.attempts import OPEN
from shebao.simulation.cast import Payer
from shebao.simulation.ground import TODAY
from shebao.simulation.market import Market
from shebao.store import attempts, bills, journal, orders, payments, promises, refunds
from shebao.store.database import Tx

Holding = Mapping[str, Any]
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
        offered = [market.outside.at(cashier) for cashier in payer.cashiers]
        payable = [one.out_trade_no for one in offered if one and one.standing(now_ms()) in OPEN]
        async with market.ground.look.reading() as tx:
            here = await attempts.by_ids(tx, region_code=payer.region_code, attempt_ids=payable)
        over = [attempt for attempt in here if not attempt.state.is_live]
        found += [f"{payer.name} 的收银台还开着，这边已是 {attempt.state}" for attempt in over]
    return found


async def lost(market: Market) -> list[str]:
    """What is not where it belongs, now that everything has had time to come to rest."""
    told = await market.outside.holdings()
    async with market.ground.look.snapshot() as tx:
        found = await _promises(tx)
        found += [what async for what in _books(tx, told["merchants"])]
        for payer in market.cast:
            found += [what async for what in _orders(tx, payer)]
            found += [what async for what in _bills(tx, payer)]
        refused = market.outside.wire.refused | {
            str(refund["out_refund_no"])
            for refund in told["refunds"]
            if refund["state"] in {"ABNORMAL", "CLOSED"}
        }
        for holding in told["payments"]:
            found += [what async for what in _money(tx, holding, refused)]
    return found


async def _promises(tx: Tx) -> list[str]:
    found = await promises.broken(tx)
    return [f"{name}：{'，'.join(rows)}" for name, rows in found.items() if rows]


async def _books(tx: Tx, merchants: Sequence[Holding]) -> AsyncIterator[str]:
    """The journal sums to zero, and the channel holds exactly what the journal says."""
    balances = await journal.trial_balance(tx)
    if total(amount for _, _, amount in balances) != ZERO:
        yield "总账不平"
    channel = Money(sum(merchant["held_fen"] for merchant in merchants))
    ours = total(amount for _, name, amount in balances if name == clearing(Method.WECHAT))
    if channel != ours:
        yield f"渠道持有 {channel} 元，账上 {ours} 元"


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


async def _money(tx: Tx, holding: Holding, refused: Collection[str]) -> AsyncIterator[str]:
    """One sum at the channel: here once, to the fen, and applied, gone back, or a person's.

    It may only be a person's when the channel would not give it back.
    """
    reference, attempt_id = holding["transaction_id"], holding["out_trade_no"]
    key = (Method.WECHAT, reference)
    here = [
        region_code
        for region_code in TODAY
        if await payments.known(tx, region_code=region_code, keys=[key])
    ]
    if len(here) != 1:
        yield f"渠道的钱 {attempt_id} 记了 {len(here)} 次"
        return
    back = await refunds.of_payment(
        tx, region_code=here[0], method=Method.WECHAT, reference=reference
    )
    tried = await attempts.by_ids(tx, region_code=here[0], attempt_ids=[attempt_id])
    if any(attempt.state not in _PAID for attempt in tried):
        yield f"支付 {attempt_id} 收了钱，却停在 {tried[0].state}"
    if tried and await _is_applied(tx, here[0], tried[0], holding):
        well = _given_back(back) == holding["refunded_fen"] and all(
            refund.request_id and (refund.state is RefundState.SUCCEEDED or refund.id in refused)
            for refund in back
        )
    else:
        gone = holding["refunded_fen"] == holding["total_fen"]
        rests = RefundState.SUCCEEDED if gone else RefundState.MANUAL
        well = [refund.state for refund in back] == [rests] and bool(back[0].reason)
        well = well and (gone or back[0].id in refused)
    if not well:
        states = [str(refund.state) for refund in back]
        gone_fen = holding["refunded_fen"]
        yield f"渠道的钱 {attempt_id} 没有着落：退款 {states}，渠道已退 {gone_fen} 分"


def _given_back(back: Iterable[Refund]) -> int:
    return sum(one.amount.fen for one in back if one.state is RefundState.SUCCEEDED)


async def _is_applied(tx: Tx, region_code: str, attempt: Attempt, holding: Holding) -> bool:
    """Whether this very sum pays its order, to the fen."""
    received = await payments.of_order(tx, region_code=region_code, order_id=attempt.order_id)
    paying = [money for money in received if money.state is PaymentState.APPLIED]
    return [(money.reference, money.amount) for money in paying] == [
        (holding["transaction_id"], Money(holding["total_fen"]))
    ]
