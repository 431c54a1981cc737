"""Levy (年度核定): everybody in a scheme is billed for one period, in one run.

People are counted by cohort, each cohort is priced once, and the bills are written so many
people at a time, each time with how far the run has come: cut off anywhere, it goes on where it
stopped. Who has a bill already, or made their choice void, is left alone.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from shebao.core.declaration import UNBILLED, DeclarationEvent
from shebao.core.levy import Levy, LevyUnknown
from shebao.core.money import Money, total
from shebao.core.period import Period
from shebao.core.policy.cohort import Priced, price, traits
from shebao.core.policy.scheme import Scheme
from shebao.core.policy.window import NotOpenYet, Window, WindowClosed, WindowState, window
from shebao.operations.issue_bills import kind_of
from shebao.operations.world import World
from shebao.store import declarations, levies
from shebao.store.database import Tx
from shebao.store.levies import Serials

CHUNK: Final = 20_000  # People a transaction: a second or so, and some megabytes of log.


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a levy would bill, before anybody is billed; cohorts with the most people first."""

    levy: Levy
    prices: tuple[Priced, ...]

    @property
    def billed(self) -> int:
        """To how many people a bill would go."""
        return sum(one.cohort.people for one in self.prices if one.assessment is not None)

    @property
    def amount(self) -> Money:
        """What the bills would come to together."""
        return total(
            Money(one.assessment.personal.fen * one.cohort.people)
            for one in self.prices
            if one.assessment is not None
        )

    @property
    def unbilled(self) -> dict[str, int]:
        """To how many people nothing would be billed, by the reason in a word."""
        found: dict[str, int] = {}
        for one in self.prices:
            if one.assessment is None:
                found[one.unbilled] = found.get(one.unbilled, 0) + one.cohort.people
        return found


async def forecast(world: World, *, region_code: str, scheme: str, period: Period) -> Forecast:
    """What a levy would come to today. Raises NotOpenYet, WindowClosed or what policy says."""
    found, today = world.region(region_code).scheme(scheme), world.today(region_code)
    season = _season(found, period, world)
    matters = traits(found, period, as_of=today)
    async with world.db.reading() as tx:
        cohorts = await levies.cohorts(
            tx, region_code=region_code, scheme=scheme, period=period, traits=matters
        )
    prices = [price(found, period, cohort, as_of=today) for cohort in cohorts]
    levy = Levy(
        region_code=region_code,
        id=world.mint("lev"),
        scheme=scheme,
        period=period,
        as_of=today,
        reference_day=matters.reference_day,
        by_choice=matters.choice,
        payable_until=season.payable_until,
        people=sum(cohort.people for cohort in cohorts),
    )
    return Forecast(levy, tuple(sorted(prices, key=lambda one: -one.cohort.people)))


async def begin(world: World, found: Forecast) -> Levy:
    """Begin the levy of a forecast; the one that runs already for this period goes on instead."""
    levy = found.levy
    async with world.db.transaction() as tx:
        running = await levies.lock_running(
            tx, region_code=levy.region_code, scheme=levy.scheme, period=levy.period
        )
        if running is None:
            await levies.begin(tx, levy, found.prices, at=world.now())
    return running or levy


async def go_on(
    world: World, *, region_code: str, scheme: str, period: Period, most: int = CHUNK
) -> AsyncGenerator[Levy, None]:
    """Take the running levy to its end, telling after each chunk how far it has come.

    Raises LevyUnknown when none is running.
    """
    kind = kind_of(world.region(region_code).scheme(scheme))
    while True:
        async with world.db.transaction() as tx:
            levy = await levies.lock_running(
                tx, region_code=region_code, scheme=scheme, period=period
            )
            if levy is None:
                raise LevyUnknown(scheme, str(period))
            serials = Serials(world.mint("bil"), world.mint("elc"))
            chunk = await levies.issue_chunk(
                tx, levy, kind=kind, serials=serials, most=most, at=world.now()
            )
            if not chunk.seen:
                await levies.finish(tx, levy, at=world.now())
                await _answer_declarations(tx, world, levy)
        if not chunk.seen:
            return
        yield replace(
            levy,
            seen=levy.seen + chunk.seen,
            issued=levy.issued + chunk.issued,
            after=chunk.after,
        )


async def past_levies(world: World, *, region_code: str) -> Sequence[tuple[Levy, dict[str, int]]]:
    """The levies of a region, newest first, each with whom it billed nothing, and why."""
    async with world.db.reading() as tx:
        found = await levies.of_region(tx, region_code=region_code)
        return [
            (levy, await levies.unbilled(tx, region_code=region_code, levy_id=levy.id))
            for levy in found
        ]


async def _answer_declarations(tx: Tx, world: World, levy: Levy) -> None:
    """Accept what was declared beforehand and is billed now; what is not billed is rejected."""
    at, which = world.now(), {"region_code": levy.region_code, "scheme": levy.scheme}
    await declarations.answer_levied(tx, period=levy.period, at=at, **which)
    left = await declarations.waiting(tx, period=levy.period, **which)
    await declarations.step(
        tx,
        region_code=levy.region_code,
        declarations=left,
        event=DeclarationEvent.REJECTED,
        says=UNBILLED,
        at=at,
    )


def _season(scheme: Scheme, period: Period, world: World) -> Window:
    """The window of a period, once its season has begun: bills come before self-service."""
    today = world.today(scheme.region_code)
    found = window(scheme, period, on=today)
    if today < found.batch_opens:
        raise NotOpenYet(scheme.name, str(period), found.batch_opens)
    if found.state is WindowState.CLOSED:
        raise WindowClosed(scheme.name, str(period), found.payable_until)
    return found
