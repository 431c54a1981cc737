"""Replay (重演): a day's notices are opened and judged once more, and the books must follow.

Every notice is verified again as it came, with the keys there are; what it tells is judged against
the things it speaks of as they stood at that moment, told by their events; and the verdict, the
steps and the entry must be those that were written. Nothing is written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final

from shebao.core.attempt import Attempt, AttemptState
from shebao.core.bill import Bill, BillEvent, BillState
from shebao.core.books.replay import Judging, Meaning, differ, meaning
from shebao.core.channel import Forged, Outcome, Told
from shebao.core.collection import Case
from shebao.core.order import Order, OrderState
from shebao.gateways.channel import Telling
from shebao.operations.books.expect import midnight
from shebao.operations.world import World
from shebao.store import attempts, bills, orders
from shebao.store.books import replays
from shebao.store.books.replays import Kept, Stood
from shebao.store.database import Tx

_A_DAY: Final = timedelta(days=1)
_BY_CLERK: Final = "clerk: "
_BY_FILE: Final = "file: "


@dataclass(slots=True)
class Replayed:
    """A day that was played again from its notices, and where the books do not follow."""

    region_code: str
    day: date
    notices: int = 0
    verified: int = 0  # Opened again with the channel's key.
    asked: int = 0  # What a channel answered us; only its facts are kept.
    by_clerks: int = 0
    by_files: int = 0  # A statement said so, and two people took it in.
    without_key: int = 0  # The channel is not connected any more.
    entries: int = 0
    doubts: list[str] = field(default_factory=list)


async def replay_day(world: World, *, region_code: str, day: date) -> Replayed:
    """Play a day of a region again from what channels told."""
    done = Replayed(world.region(region_code).code, day)
    begins, ends = midnight(day), midnight(day + _A_DAY)
    async with world.db.snapshot() as tx:
        async for together in replays.judged_between(
            tx, region_code=region_code, begins=begins, ends=ends
        ):
            for kept in together:
                _open_again(world, done, kept)
            await _judge_again(tx, done, together)
        untold = await replays.told_by_nobody(tx, region_code=region_code, begins=begins, ends=ends)
    done.doubts += [f"{reference}：没有哪份通知说过这笔钱" for reference in untold]
    return done


def _open_again(world: World, done: Replayed, kept: Kept) -> None:
    """Verify a notice as it came, and see that it was read rightly."""
    done.notices += 1
    name = f"{kept.method} {kept.told.notice_id}"
    if kept.headers.startswith(_BY_CLERK):
        done.by_clerks += 1
        return
    if kept.headers.startswith(_BY_FILE) or _said_by_file(kept):
        done.by_files += 1
        return
    if not kept.headers:
        done.asked += 1
        if not _same_facts(kept):
            done.doubts.append(f"{name}：留存的应答和当时读出的不一样")
        return
    found = [world.channels[one] for one in world.channels if one.held_by is kept.method]
    if not found:
        done.without_key += 1
        return
    headers = dict(line.partition(": ")[::2] for line in kept.headers.splitlines())
    for channel in found:
        told: Telling | None
        try:
            told = channel.open_notice(headers, kept.body, now=kept.received_at)
        except Forged:
            told = _told_together(world, headers, kept)
        if told is None:
            continue
        if isinstance(told, Told) and replace(told, says="") == kept.told:  # Words are not kept.
            done.verified += 1
        else:
            done.doubts.append(f"{name}：通知原文和当时读出的不一样")
        return
    done.doubts.append(f"{name}：通知原文验不过签名")


def _told_together(world: World, headers: Mapping[str, str], kept: Kept) -> Told | None:
    """What a notice about the parts of several cities said of this one; none, if it is no such."""
    together = world.together.get(kept.method)
    try:
        told = together.open_notice(headers, kept.body, now=kept.received_at) if together else ()
    except Forged:
        return None
    return next((one for one in told if one.notice_id == kept.told.notice_id), None)


def _said_by_file(kept: Kept) -> bool:
    return not kept.headers and "statement" in json.loads(kept.body)


def _same_facts(kept: Kept) -> bool:
    told = kept.told
    facts = {"attempt": told.attempt_id, "reference": told.reference, "outcome": told.outcome}
    said: object = json.loads(kept.body)
    return said == facts


async def _judge_again(tx: Tx, done: Replayed, together: Sequence[Kept]) -> None:
    """Judge what was judged at one moment again, against things as they stood."""
    region_code, at = done.region_code, together[0].judged_at
    cases = await _cases(tx, region_code, [kept.told.attempt_id for kept in together], at=at)
    seen = await replays.known_before(
        tx, [kept.told.reference or "" for kept in together], region_code=region_code, at=at
    )
    for kept in _first_words_first(together):
        told = kept.told
        case, key = cases.get(told.attempt_id), (kept.method, told.reference or "")
        judging = Judging(region_code, kept.method, at)
        follows = meaning(judging, told, case, known=key in seen)
        written = await _written(tx, judging, kept, case, known=key in seen)
        if told.outcome is Outcome.PAID:
            seen.add(key)
        done.entries += follows.entry is not None
        name = f"{kept.method} {told.notice_id}"
        done.doubts += [f"{name}：{what}" for what in differ(follows, written)]


def _first_words_first(together: Sequence[Kept]) -> list[Kept]:
    """Of tellings of the same money that came at once, the one that was believed comes first."""
    return sorted(together, key=lambda kept: kept.verdict == "told_before")


async def _written(
    tx: Tx, judging: Judging, kept: Kept, case: Case | None, *, known: bool
) -> Meaning:
    """What the books say was made of a notice."""
    if known or kept.told.outcome is not Outcome.PAID:
        return Meaning(kept.verdict)
    money = f"{judging.method}:{kept.told.reference}"
    touched = [money]
    if case is not None:
        touched += [case.attempt.id, case.order.id, *(bill.id for bill in case.bills)]
    steps = await replays.steps_at(tx, touched, region_code=judging.region_code, at=judging.at)
    entry = await replays.entry_of(
        tx, region_code=judging.region_code, reference=f"payment:{money}", at=judging.at
    )
    return Meaning(kept.verdict, steps, entry)


async def _cases(
    tx: Tx, region_code: str, attempt_ids: Sequence[str], *, at: datetime
) -> Mapping[str, Case]:
    """The things some attempts are about, as they stood before a moment."""
    tried = await attempts.by_ids(tx, region_code=region_code, attempt_ids=attempt_ids)
    held = await orders.of_attempts(tx, region_code=region_code, attempt_ids=attempt_ids)
    inside = await bills.of_orders(tx, region_code=region_code, order_ids=held)
    touched = [one.id for one in tried] + [*held]
    touched += [bill.id for found in inside.values() for bill in found]
    stood = await replays.stood_before(tx, touched, region_code=region_code, at=at)
    return {
        attempt.id: _case(attempt, held[attempt.order_id], inside[attempt.order_id], stood)
        for attempt in tried
        if attempt.id in stood
    }


def _case(
    attempt: Attempt, order: Order, inside: Sequence[Bill], stood: Mapping[str, Stood]
) -> Case:
    then = stood[order.id]
    return Case(
        replace(attempt, state=AttemptState(stood[attempt.id].state)),
        replace(order, state=OrderState(then.state)),
        tuple(_bill(bill, order, stood[bill.id]) for bill in inside),
    )


def _bill(bill: Bill, order: Order, then: Stood) -> Bill:
    """A bill as it stood: an order takes its bills in the moment it is opened."""
    holder = None
    if then.event == BillEvent.RESERVED:
        holder = order.id if then.since == order.opened_at else "another order"
    return replace(bill, state=BillState(then.state), held_by=holder)
