"""Fetch (取账单): yesterday's files are asked for once they can be there, and read as they come.

Asking is on record, so that several workers ask once, and so that the monitor can say why a file
is not here. A file that does not come is asked for again every quarter of an hour, for a week.
"""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Final

from shebao.core.books.statement import StatementNotReady
from shebao.core.channel import Method
from shebao.core.refusals import Refusal, Unanswered
from shebao.operations.books.close_day import close_due
from shebao.operations.books.compare import compare_waiting
from shebao.operations.books.read_statements import Place, Read, new_files, read_file, regions_of
from shebao.operations.world import SHANGHAI, World
from shebao.store.books import statements
from shebao.store.books.statements import SHARED

READY_AT: Final = time(10)  # Channels advise to come after ten.
AGAIN_AFTER: Final = timedelta(minutes=15)
GIVEN_UP_AFTER: Final = timedelta(days=7)


async def keep_books(world: World) -> int:
    """Fetch, read, compare and close whatever is due anywhere; say how many things were done."""
    done = await fetch_due(world) + len(await read_dropped(world))
    for region_code in world.regions:
        done += len(await compare_waiting(world, region_code))
        done += len(await close_due(world, region_code))
    return done


async def fetch_due(world: World) -> int:
    """Ask for the files of the last days that are not here; say how many came."""
    now = world.now().astimezone(SHANGHAI)
    last = now.date() - timedelta(days=1 if now.time() >= READY_AT else 2)
    first = max(last - GIVEN_UP_AFTER, await _begins(world, last))
    came = 0
    for days in range((last - first).days + 1):
        for method in world.statements:
            came += await fetch(
                world, method, first + timedelta(days=days), again_after=AGAIN_AFTER
            )
    return came


async def fetch(world: World, method: Method, day: date, *, again_after: timedelta) -> bool:
    """Ask a channel for its file of a day, unless it is here, or was asked for just now."""
    place = Place(name=f"{SHARED}/{method}/{day}.bill", region_code=SHARED, source=method, day=day)
    key, file = statements.Request(SHARED, method, day), world.inbox.folder / place.name
    if not regions_of(world, place) or file.exists():
        return False
    if not await _turn(world, key, again_after=again_after):
        return False
    says = ""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        await world.statements[method].fetch_statement(day, file)
    except StatementNotReady:
        says = "not_ready"
    except Unanswered:
        says = "unanswered"
    except Refusal as refused:
        says = refused.code
    await _answer(world, key, says)
    return not says


async def read_dropped(world: World) -> list[Read]:
    """Read every file that lies there and was not read; one that cannot be keeps none waiting."""
    read = []
    for place in await new_files(world):
        key = statements.Request(place.region_code, place.source, place.day)
        if not await _turn(world, key, again_after=AGAIN_AFTER):
            continue
        says = ""
        try:
            read.append(await read_file(world, place))
        except Refusal as refused:
            says = refused.code
        await _answer(world, key, says)
    return read


async def _turn(world: World, key: statements.Request, *, again_after: timedelta) -> bool:
    """Whether it is us who ask for a file, or read it, now."""
    at = world.now()
    async with world.db.transaction() as tx:
        return await statements.begin_request(tx, key, at=at, asked_before=at - again_after)


async def _answer(world: World, key: statements.Request, says: str) -> None:
    async with world.db.transaction() as tx:
        await statements.answer_request(tx, key, says=says)


async def _begins(world: World, last: date) -> date:
    """The first day any money moved: there is nothing to fetch from before."""
    async with world.db.reading() as tx:
        first = await statements.first_payment_at(tx, region_codes=list(world.regions))
    return last + timedelta(days=1) if first is None else first.astimezone(SHANGHAI).date()
