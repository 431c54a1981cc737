"""Collect (收款): what channels told us is judged, many tellings at a time.

What a channel says is first only written down, verbatim. One transaction then takes what waits,
locks the orders and bills it speaks of, lets the core decide each, and writes all of them with
one statement a shelf. Being told twice changes nothing: the channel's own number of the money is
the memory.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shebao.core.channel import Method, Outcome, Told
from shebao.core.collection import Case, Receiving, Verdict
from shebao.core.payment import STEPS, Payment, PaymentEvent, PaymentState
from shebao.operations.world import SHANGHAI, World
from shebao.store import attempts, bills, journal, notices, orders, payments, receipts
from shebao.store.database import Tx
from shebao.store.notices import Notice

BATCH_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class Judged:
    """One telling with its verdict; no verdict when the money was known before."""

    method: Method
    told: Told
    case: Case | None
    verdict: Verdict | None

    @property
    def word(self) -> str:
        """The verdict in a word, as it is kept beside the notice."""
        if self.told.outcome is not Outcome.PAID:
            return str(self.told.outcome)
        if self.verdict is None:
            return "told_before"
        return str(self.verdict.misfit) or "applied"


async def shelve(world: World, told: Sequence[Notice]) -> None:
    """Write verified notices down as they came. One already here changes nothing."""
    async with world.db.at_once() as tx:
        await notices.shelve(tx, told)


async def shelve_answer(world: World, *, region_code: str, method: Method, told: Told) -> None:
    """Write down what a channel said when we asked it, as if it had told us by itself."""
    assert told.reference is not None
    facts = {"attempt": told.attempt_id, "reference": told.reference, "outcome": told.outcome}
    answer = Told(
        attempt_id=told.attempt_id,
        outcome=told.outcome,
        amount=told.amount,
        reference=told.reference,
        happened_at=told.happened_at,
        notice_id=f"asked:{told.reference}",
    )
    body = json.dumps(facts).encode()
    await shelve(world, [Notice(region_code, method, world.now(), "", body, answer)])


async def judge_waiting(world: World, region_code: str, *, most: int = BATCH_MAX) -> int:
    """Judge the oldest notices of payments that wait in a region; say how many there were."""
    async with world.db.transaction() as tx:
        waiting = await notices.lock_payments(tx, region_code=region_code, most=most)
        if waiting:
            held = await _cases(tx, region_code, [told.attempt_id for _, told in waiting])
            at = world.now()  # Later than all that is held: whoever replays the day sees the same.
            judged = await _judge(tx, region_code, waiting, held, at=at)
            await _write(tx, region_code, judged, at=at)
            await notices.judged(
                tx,
                region_code=region_code,
                verdicts=[(one.method, one.told.notice_id or "", one.word) for one in judged],
                at=at,
            )
        return len(waiting)


async def take_in(
    tx: Tx, region_code: str, told: Sequence[tuple[Method, Told]], *, at: datetime
) -> list[Judged]:
    """Judge and write down what a file told, which is no notice, inside the caller's transaction.

    What must wait for another line of the same list is judged after it.
    """
    ended: list[Judged] = []
    waiting = list(told)
    while waiting:
        held = await _cases(tx, region_code, [told.attempt_id for _, told in waiting])
        judged = await _judge(tx, region_code, waiting, held, at=at)
        await _write(tx, region_code, judged, at=at)
        ended += judged
        done = {one.told.attempt_id for one in judged}
        waiting = [one for one in waiting if one[1].attempt_id not in done]
    return ended


async def _judge(
    tx: Tx,
    region_code: str,
    waiting: Sequence[tuple[Method, Told]],
    held: Mapping[str, Case],
    *,
    at: datetime,
) -> list[Judged]:
    """Judge tellings.

    A second sum for the same order, or for another order of the same bill, stays on the shelf
    for the next round, because what it means depends on what the first one did.
    """
    keys = [(method, told.reference) for method, told in waiting if told.reference]
    seen = await payments.known(tx, region_code=region_code, keys=keys)
    reached: set[str] = set()
    judged = []
    for method, told in waiting:
        case, verdict = held.get(told.attempt_id), None
        if told.outcome is Outcome.PAID and (method, told.reference) not in seen:
            touches = _touched(case)
            if not reached.isdisjoint(touches):
                continue
            verdict = Receiving(region_code, method, at).judge(told, case)
            seen.add((method, told.reference or ""))
            reached |= touches
        judged.append(Judged(method, told, case, verdict))
    return judged


def _touched(case: Case | None) -> set[str]:
    """The order and the bills that money for this case may take a step."""
    return {case.order.id, *(bill.id for bill in case.bills)} if case else set()


async def _cases(tx: Tx, region_code: str, attempt_ids: Sequence[str]) -> Mapping[str, Case]:
    """All we know of some attempts, held until the transaction ends: orders first, then bills."""
    locked = await orders.lock_of_attempts(tx, region_code=region_code, attempt_ids=attempt_ids)
    held = await bills.lock_of_orders(tx, region_code=region_code, order_ids=locked)
    tried = await attempts.by_ids(tx, region_code=region_code, attempt_ids=attempt_ids)
    return {
        attempt.id: Case(attempt, locked[attempt.order_id], tuple(held[attempt.order_id]))
        for attempt in tried
    }


async def _write(tx: Tx, region_code: str, judged: Sequence[Judged], *, at: datetime) -> None:
    """Write what was judged: steps first, orders before bills, as everybody locks them."""
    new = [(one, one.verdict) for one in judged if one.verdict is not None]
    if new:
        await _write_steps(tx, region_code, new, at=at)
        await _write_money(tx, region_code, new, at=at)


async def _write_steps(
    tx: Tx, region_code: str, new: Sequence[tuple[Judged, Verdict]], *, at: datetime
) -> None:
    taken = [(one.case, verdict) for one, verdict in new if one.case is not None]
    await orders.step(
        tx,
        region_code=region_code,
        moves=[(case.order, v.order_event) for case, v in taken if v.order_event],
        at=at,
    )
    paid = [
        (bill, v.bill_event, case.order.id)
        for case, v in taken
        if v.bill_event
        for bill in case.bills
    ]
    await bills.step(tx, region_code=region_code, moves=paid, at=at)
    await attempts.step(
        tx,
        region_code=region_code,
        moves=[(case.attempt, v.attempt_event) for case, v in taken if v.attempt_event],
        at=at,
    )
    await attempts.leave_over(
        tx,
        region_code=region_code,
        attempt_ids=[
            case.order.attempt_id
            for case, v in taken
            if v.order_event and case.order.attempt_id and case.order.attempt_id != case.attempt.id
        ],
    )
    await receipts.issue(
        tx,
        region_code=region_code,
        paid=[(bill.id, order_id, bill.amount) for bill, _, order_id in paid],
        day=f"{at.astimezone(SHANGHAI):%y%m%d}",
        at=at,
    )


async def _write_money(
    tx: Tx, region_code: str, new: Sequence[tuple[Judged, Verdict]], *, at: datetime
) -> None:
    money = [_payment(region_code, one, verdict, at=at) for one, verdict in new]
    await payments.insert(tx, region_code=region_code, payments=money, at=at)
    entries = [verdict.entry for _, verdict in new]
    posted = await journal.post(tx, region_code=region_code, entries=entries, at=at)
    assert posted == sum(len(entry.lines) for entry in entries)


def _payment(region_code: str, one: Judged, verdict: Verdict, *, at: datetime) -> Payment:
    told = one.told
    assert told.amount is not None
    assert told.reference is not None
    event = PaymentEvent.APPLIED if verdict.applied else PaymentEvent.SET_ASIDE
    return Payment(
        region_code=region_code,
        method=one.method,
        reference=told.reference,
        attempt_id=told.attempt_id,
        order_id=one.case.order.id if one.case else None,
        amount=told.amount,
        state=STEPS.after(PaymentState.RECEIVED, event),
        misfit=verdict.misfit,
        happened_at=told.happened_at or at,
    )
