"""Look (找要提醒的): what there is to tell those who asked for it, for many people at a time.

Days are looked at once a day and in daytime, so that what is told is still true when it is read:
whoever paid meanwhile is told nothing. The key of a reminder keeps it from being told again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from shebao.core.reminder import Matter, Reminder, quiet
from shebao.operations.batch.look import Forecast, forecasts_of
from shebao.operations.lapses import LapseSeen, lapses_of
from shebao.operations.payables import Ask, Payables, payables
from shebao.operations.world import SHANGHAI, World
from shebao.store import reminders
from shebao.store.reminders import Wish

CHUNK: Final = 200
RECEIPTS_EVERY: Final = timedelta(hours=1)
STAYS_TRUE: Final = timedelta(hours=12)
ORDER_ENDS_WITHIN: Final = timedelta(minutes=15)
ORDER_LEAVES: Final = timedelta(minutes=3)  # Less is not enough to get there and pay.
_TAKEN: Final = frozenset({"in_batch", "will_be_taken"})


def disturbs(world: World, region_code: str) -> bool:
    """Whether a text would disturb now; a rehearsal reaches nobody, and may be at night."""
    return region_code not in world.rehearsal and quiet(world.now().astimezone(SHANGHAI))


async def look_at_days(world: World, region_code: str) -> int:
    """What the dates of some people who were not looked at today say; how many they were."""
    if disturbs(world, region_code):
        return 0
    today, at = world.today(region_code), world.now()
    async with world.db.transaction() as tx:
        wishes = await reminders.lock_for_day(tx, region_code=region_code, today=today, most=CHUNK)
        if not wishes:
            return 0
        who = [wish.person_id for wish in wishes]
        found = await _found(world, region_code, wishes)
        await reminders.keep(tx, region_code=region_code, reminders=found, at=at)
        await reminders.looked_at_day(tx, region_code=region_code, person_ids=who, today=today)
    return len(wishes)


async def look_at_receipts(world: World, region_code: str) -> int:
    """What was paid for some people who were not looked at for a while; how many they were."""
    if disturbs(world, region_code):
        return 0
    at = world.now()
    async with world.db.transaction() as tx:
        wishes = await reminders.lock_for_receipts(
            tx, region_code=region_code, looked_before=at - RECEIPTS_EVERY, most=CHUNK
        )
        where = {wish.person_id: _where(world, region_code, wish.entry_channel) for wish in wishes}
        news = await reminders.new_receipts(tx, region_code=region_code, person_ids=[*where])
        found = [
            Reminder(
                person_id=one.person_id,
                matter=Matter.RECEIPT,
                subject=one.order_id,
                words={
                    "amount": str(one.amount),
                    "count": str(one.count),
                    "where": where[one.person_id],
                },
                drop_after=at + STAYS_TRUE,
            )
            for one in news
        ]
        await reminders.keep(tx, region_code=region_code, reminders=found, at=at)
        await reminders.looked_at_receipts(tx, region_code=region_code, person_ids=[*where], at=at)
    return len(wishes)


async def look_at_orders(world: World, region_code: str) -> int:
    """Orders about to end that nobody has begun to pay; how many there were."""
    if disturbs(world, region_code):
        return 0
    at = world.now()
    async with world.db.transaction() as tx:
        ending = await reminders.unpaid_orders(
            tx,
            region_code=region_code,
            after=at + ORDER_LEAVES,
            before=at + ORDER_ENDS_WITHIN,
            most=CHUNK,
        )
        found = [
            Reminder(
                person_id=order.payer_id,
                matter=Matter.UNPAID,
                subject=order.id,
                words={
                    "amount": str(order.amount),
                    "time": f"{order.expires_at.astimezone(SHANGHAI):%H:%M}",
                    "where": _where(world, region_code, order.entry_channel),
                },
                drop_after=order.expires_at - ORDER_LEAVES,
            )
            for order in ending
        ]
        await reminders.keep(tx, region_code=region_code, reminders=found, at=at)
    return len(ending)


async def _found(world: World, region_code: str, wishes: Sequence[Wish]) -> list[Reminder]:
    """What the dates of some people say, from a few statements for all of them."""
    who = [wish.person_id for wish in wishes]
    owed = await payables(world, [Ask(region_code, one, one) for one in who])
    coming = await forecasts_of(world, region_code=region_code, person_ids=who)
    breaks: dict[str, list[LapseSeen]] = {}
    for seen in await lapses_of(world, region_code=region_code, person_ids=who):
        breaks.setdefault(seen.enrolment.person_id, []).append(seen)
    today, drop_after = world.today(region_code), world.now() + STAYS_TRUE
    found = []
    for wish, told in zip(wishes, owed, strict=True):
        mine = coming[wish.person_id]
        near = [
            *_breaking(breaks.get(wish.person_id, [])),
            *_taken(mine, today),
            *(_windows(told, mine, today) if isinstance(told, Payables) else []),
        ]
        where = _where(world, region_code, wish.entry_channel)
        found += [
            Reminder(wish.person_id, matter, subject, {**words, "where": where}, drop_after)
            for matter, subject, words in near
            if matter in wish.matters
        ]
    return found


_Near = tuple[Matter, str, dict[str, str]]


def _windows(owed: Payables, coming: Sequence[Forecast], today: date) -> Iterator[_Near]:
    """Windows about to open, and those about to close on what no bank takes before."""
    for later in owed.not_now:
        if later.word == "not_open_yet" and later.day and Matter.OPENS.due(later.day, on=today):
            words = {"scheme": later.scheme.name, "day": _day(later.day)}
            yield Matter.OPENS, f"{later.scheme.id}:{later.period}", words
    taken = {one.scheme.id: one.day for one in coming if one.word in _TAKEN and one.day}
    ends = {
        (due.scheme.id, due.scheme.name, due.bill.payable_until)
        for due in owed.due
        if due.bill.payable_until is not None
    }
    ends |= {
        (wanted.scheme.id, wanted.scheme.name, wanted.window.payable_until)
        for wanted in owed.to_choose
    }
    for scheme, name, until in sorted(ends):
        if Matter.CLOSES.due(until, on=today) and taken.get(scheme, date.max) > until:
            yield Matter.CLOSES, f"{scheme}:{until}", {"scheme": name, "day": _day(until)}


def _taken(coming: Iterable[Forecast], today: date) -> Iterator[_Near]:
    """What a bank is about to take."""
    for one in coming:
        if one.word in _TAKEN and one.day and Matter.DEDUCTION.due(one.day, on=today):
            words = {"scheme": one.scheme.name, "day": _day(one.day), "amount": str(one.amount)}
            yield Matter.DEDUCTION, f"{one.scheme.id}:{one.day}", words


def _breaking(breaks: Iterable[LapseSeen]) -> Iterator[_Near]:
    """Breaks that can still be mended without a wait."""
    for seen in breaks:
        if not seen.lapse.broken:
            words = {
                "scheme": seen.scheme.name,
                "missed": str(seen.lapse.missed),
                "day": _day(seen.lapse.pay_by),
                "wait": str(seen.lapse.wait_months),
            }
            yield Matter.LAPSE, f"{seen.scheme.id}:{seen.lapse.pay_by}", words


def _day(day: date) -> str:
    return f"{day.month} 月 {day.day} 日"


def _where(world: World, region_code: str, entry_channel: str) -> str:
    """Where somebody goes to do something about it: the way in by which they asked."""
    region = world.region(region_code)
    known = region.channels.get(entry_channel) or region.channel()
    return known.name
