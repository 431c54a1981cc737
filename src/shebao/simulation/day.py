"""Day: one seed played from the morning until everything has come to rest, and then judged."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from shebao.core.channel import Method
from shebao.core.order import OrderState
from shebao.core.refund import BANKS_TAKE
from shebao.operations.world import World
from shebao.sandbox import clock as channel_clock
from shebao.simulation.cast import move_in, sign
from shebao.simulation.counter import Counter
from shebao.simulation.ground import TODAY, Ground
from shebao.simulation.loom import one_thread
from shebao.simulation.market import Market
from shebao.simulation.mischief import Mischief
from shebao.simulation.morning import Morning
from shebao.simulation.people import People
from shebao.simulation.proof import broken_promises, lost, open_for_nothing, replayed
from shebao.simulation.rails.agreement import AgreementRail
from shebao.simulation.till import Till
from shebao.store import orders, refunds
from shebao.worker.sweep import sweep

Happening = Callable[[], Awaitable[None]]
_HAPPENINGS: Final = 60
_MANY: Final = 1000
_EVENINGS: Final = (10, 10, 65, 1900) + (10,) * 5 + (65,) * 5 + (3600,) * 12


@dataclass(frozen=True, slots=True)
class Day:
    """A day that was played: what happened, and what was found wrong. Nothing should be."""

    seed: int
    events: tuple[str, ...]
    broken: tuple[str, ...]

    @property
    def kept(self) -> bool:
        """Whether every promise was kept."""
        return not self.broken


async def play(ground: Ground, seed: int) -> Day:
    """Play the day of a seed, on books that are emptied first."""
    market = Market(ground, seed)
    with channel_clock.told_by(market.clock.nanoseconds), _ears(market), one_thread():
        await ground.clear()
        calm = market.calm_world()
        market.cast = await move_in(calm, market.dice, seed)
        for rail in market.outside.rails.values():
            if isinstance(rail, AgreementRail):
                await sign(calm, market.cast, rail, market.dice)
        try:
            await _live(market)
            if not market.wrong:
                await _rest(market)
            if not market.wrong:
                await _books(market)
                market.wrong += await lost(market)
                market.wrong += await replayed(market)
        finally:
            await market.loom.cut()
            await market.outside.close()
    return Day(seed, tuple(market.notes), tuple(market.wrong))


def _chances(market: Market) -> dict[Happening, int]:
    """What may happen on a day, and how often."""
    people, counter, mischief = People(market), Counter(market), Mischief(market)
    till = Till(market)
    return {
        people.opens: 10,
        people.submits_again: 1,
        people.pays: 16,
        people.pays_while_the_machine_stalls: 1,
        people.stands_at_the_cashier: 16,
        people.bank_answers_late: 5,
        people.withdraws: 3,
        people.looks_at_the_result: 3,
        people.chooses_again: 3,
        counter.somebody_asks: 6,
        counter.clerks_decide: 6,
        till.somebody_comes: 12 if Method.CASH in market.mix else 0,
        till.clerk_serves: 20 if Method.CASH in market.mix else 0,
        mischief.bank_has_moods: 8 if Method.AGREEMENT in market.mix else 0,
        mischief.post_comes: 10,
        mischief.old_post_comes_again: 2,
        mischief.worker_sweeps: 9,
        mischief.time_passes: 9,
        mischief.weather_turns: 5,
        mischief.refunds_go_wrong: 2,
        mischief.plug_is_loose: 4,
        mischief.machine_stalls: 5,
        mischief.clock_is_set: 1,
        mischief.stray_money_comes: 1,
    }


async def _live(market: Market) -> None:
    """One thing after another, and now and then several at once."""
    weights = _chances(market)
    happenings = [*weights]
    for _ in range(_HAPPENINGS):
        [happening] = market.dice.choices(happenings, weights=[*weights.values()])
        await happening()
        if market.dice.randrange(3) == 0:
            continue  # The next thing happens at the same time.
        hurried = market.dice.randrange(6) > 0
        if await market.weave(None if hurried else market.dice.randrange(1, 6)):
            market.wrong += await broken_promises(market)
        if not market.loom.unfinished and market.dice.randrange(4) == 0:
            market.wrong += await open_for_nothing(market)
        if market.wrong:
            return


async def _rest(market: Market) -> None:
    """Let nothing more go wrong, and time pass until nothing moves any more."""
    mischief = Mischief(market)
    mischief.all_is_well()
    market.note("收市：不再出错，等一切了结")
    await market.weave()
    market.wrong += await open_for_nothing(market)
    await Till(market).notices_are_given_up()
    await _come_to_rest(market)
    if not market.wrong:
        await Till(market).evening_comes()


async def _books(market: Market) -> None:
    """The channel's files come, and two mornings later everything agrees and is closed."""
    morning = Morning(market)
    files = await morning.comes()
    if not market.wrong:
        await _come_to_rest(market)  # What was taken in is judged, and goes back.
    if not market.wrong:
        await morning.comes_again(files)
    if not market.wrong and await market.outside.stuck():
        await _banks_stay_silent(market)


async def _banks_stay_silent(market: Market) -> None:
    """What a channel neither gives back nor refuses becomes a person's after some days."""
    await market.passes(int(BANKS_TAKE.total_seconds()) + 1)
    for _ in range(2):
        market.begin("后台巡检", sweep(market.program.world))
        await market.weave()
        await market.passes(3600)


async def _come_to_rest(market: Market) -> None:
    """Let time pass until nothing moves any more."""
    mischief = Mischief(market)
    for seconds in _EVENINGS:
        await mischief.all_the_post_comes()
        await market.weave()
        looked_at: list[int] = []
        market.begin("后台巡检", _sweep(market.program.world, looked_at))
        await market.weave()
        await market.passes(seconds)
        if market.wrong or (looked_at == [0] and await _is_quiet(market)):
            break
    else:
        market.wrong.append("到最后也没有了结")
    market.wrong += [f"{name} 卡住了" for name in market.loom.unfinished]


async def _sweep(world: World, looked_at: list[int]) -> int:
    looked_at.append(await sweep(world))
    return looked_at[-1]


async def _is_quiet(market: Market) -> bool:
    """Whether no notice, no timer, no order and no refund waits for anything it can have."""
    if market.outside.timers.waiting or market.outside.outbox.letters:
        return False
    running = [state for state in OrderState if state.is_live]
    stuck = await market.outside.stuck()
    for_ever = market.clock() + timedelta(days=1)  # Our clock may have been ahead.
    async with market.ground.look.reading() as tx:
        for region_code in TODAY:
            going = await refunds.running(
                tx, region_code=region_code, now=for_ever, rested=timedelta(), most=_MANY
            )
            if not stuck.issuperset(going):
                return False
        for payer in market.cast:
            if await orders.of_payer(
                tx, region_code=payer.region_code, payer_id=payer.person_id, states=running
            ):
                return False
    return True


class _Ears(logging.Handler):
    """Hears what the program logs: an error it goes on after is an error all the same."""

    def __init__(self, market: Market) -> None:
        super().__init__()
        self._market = market

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what went wrong, but for the connections we broke ourselves."""
        if record.exc_info and not isinstance(record.exc_info[1], OSError):
            self._market.wrong.append(self.format(record))


@contextmanager
def _ears(market: Market) -> Iterator[None]:
    log, ears = logging.getLogger("shebao"), _Ears(market)
    before = log.propagate
    log.propagate = False
    log.addHandler(ears)
    try:
        yield
    finally:
        log.removeHandler(ears)
        log.propagate = before
