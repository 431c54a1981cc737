"""Morning: the day after, the channels' files come, perhaps spoilt, and clerks mend the books.

What is wrong with a file is found by its right type and nothing else is; money that nobody
told us of is taken in; what was booked apart in error is answered; and every day is closed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from shebao.core.books.reconciliation import Difference, DifferenceKind, DifferenceState
from shebao.core.books.repair import Remedy
from shebao.operations.books.close_day import next_day, verify
from shebao.operations.books.compare import compare_waiting
from shebao.operations.books.fetch import AGAIN_AFTER, READY_AT, fetch_due, keep_books, read_dropped
from shebao.operations.books.look import look_at_differences, repairs_waiting
from shebao.operations.books.mend import approve, propose, undo
from shebao.operations.books.read_statements import Place, replace_file
from shebao.operations.world import SHANGHAI, World
from shebao.simulation.books import Mishap
from shebao.simulation.counter import clerks
from shebao.simulation.market import Market
from shebao.simulation.outside import Trouble
from shebao.simulation.spoiling import Spoilt, make, spoil
from shebao.store.books.statements import SHARED

Does = Callable[[World], Awaitable[object]]
_A_WHILE: Final = AGAIN_AFTER + timedelta(minutes=1)
_TRIES_MOST: Final = 5


class Morning:
    """The day after a market day."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._dice = market.dice
        self._seeing = market.world_of(market.ground.world)
        self._keep: Does = keep_books if market.dice.randrange(2) else _without_closing

    async def comes(self) -> list[Spoilt]:
        """Let the files come, be compared, and be mended."""
        day = self.today
        files = [
            await spoil(self._market, rail, day) for rail in self._market.outside.rails.values()
        ]
        await self._until_files_are_made()
        await self._files_come(files)
        for spoilt in files:
            await self._judge(spoilt)
        for spoilt in files:
            for found in await self._open(spoilt):
                await self._mend(found, spoilt)
        for spoilt in files:
            if self._keep is _without_closing and spoilt.wrong:
                await self._sent_again(spoilt)
        return files

    async def comes_again(self, files: Sequence[Spoilt]) -> None:
        """Another morning: what was mended is on today's file, and everything is closed."""
        await self._until_files_are_made()
        for _ in range(2):
            await self._work("记账", keep_books)
        closed_at_once = self._keep is keep_books
        for spoilt in files:
            may_stand = {*spoilt.due} - spoilt.strange if closed_at_once else spoilt.stuck
            for day in (spoilt.day, self.today - timedelta(days=1)):
                found = await self._open(replace(spoilt, day=day))
                left = [one for one in found if one.number not in may_stand]
                self._wrong(*(f"差异 {one.kind} {one.number} 没有了结" for one in left))
        for region_code in self._seeing.regions:
            due = await next_day(self._seeing, region_code)
            if due is not None and due < self.today:
                self._wrong(f"{region_code} {due} 还没有日结")
            _, doubts = await verify(self._seeing, region_code)
            self._wrong(*(f"{one.region_code} {one.day} 的日结：{one.what}" for one in doubts))

    @property
    def today(self) -> date:
        """The date outside."""
        return self._seeing.now().astimezone(SHANGHAI).date()

    async def _until_files_are_made(self) -> None:
        """The next day, after the hour at which a channel without a file will have none."""
        moment = datetime.combine(self.today + timedelta(days=1), READY_AT, SHANGHAI)
        moment += timedelta(hours=2, minutes=self._dice.randrange(1, 60))
        await self._passes(moment - self._seeing.now())

    async def _files_come(self, files: Sequence[Spoilt]) -> None:
        """Fetch, read and compare, however often it takes while things go wrong."""
        if self._dice.randrange(3) == 0:
            mishap, commits = self._dice.choice([*Mishap]), self._dice.randrange(12)
            self._market.socket.arm(mishap, commits=commits)
        if self._dice.randrange(3) == 0:
            self._market.outside.wire.troubles += self._dice.choices([*Trouble], k=2)
        await self._work("记账", self._keep)
        self._market.socket.disarm()
        self._market.outside.wire.troubles.clear()
        if any(spoilt.unreadable for spoilt in files):
            await self._passes(_A_WHILE)
            await self._work("记账", self._keep)
        for spoilt in files:
            if spoilt.unreadable:
                make(self._market.outside.town, spoilt.rail, spoilt.day)
                self._file(spoilt).unlink(missing_ok=True)  # Somebody throws it away.
        for _ in range(2):
            await self._passes(_A_WHILE)
            await self._work("记账", self._keep)

    async def _judge(self, spoilt: Spoilt) -> None:
        """What must be found is found, with its right type, and nothing is invented."""
        found = {one.number: one.kind for one in await self._standing(spoilt)}
        for number, kinds in spoilt.due.items():
            kind = found.pop(number, None)
            if kind not in kinds:
                self._wrong(f"差异 {number} 应是 {sorted(kinds)}，却是 {kind}")
        self._wrong(*(f"凭空的差异 {kind} {number}" for number, kind in found.items()))

    async def _mend(self, found: Difference, spoilt: Spoilt) -> None:
        """Two clerks take in what is real; of the rest they book some apart, in error."""
        if found.number in spoilt.strange:
            await self._work("补记入账", _Repair(found, Remedy.TAKE_IN).done)
        elif found.kind is not DifferenceKind.CUT_OFF and self._dice.randrange(2):
            repair = _Repair(found, Remedy.BOOK_APART)
            await self._work("挂账", repair.done)
            await self._work("冲回挂账", repair.undone)

    async def _sent_again(self, spoilt: Spoilt) -> None:
        """The channel sends its file again without mistakes; then nothing differs any more."""
        make(self._market.outside.town, spoilt.rail, spoilt.day)
        file = self._file(spoilt)

        async def anew(world: World) -> None:
            await world.statements[spoilt.rail.method].fetch_statement(spoilt.day, file)
            place = Place.parse(file.relative_to(world.inbox.folder).as_posix())
            await replace_file(world, place)

        await self._work("重取账单", anew)
        await self._work("核对", _without_closing)

    async def _work(self, name: str, does: Does) -> None:
        """Have the program do something, again if the plug is pulled meanwhile."""
        for _ in range(_TRIES_MOST):
            self._market.begin(name, _as_work(does, self._market.program.world))
            if not await self._market.weave():
                return
        self._wrong(f"{name} 总是断电")

    async def _passes(self, span: timedelta) -> None:
        await self._market.passes(max(0, int(span.total_seconds())))

    async def _standing(self, spoilt: Spoilt) -> list[Difference]:
        day, source = spoilt.day, spoilt.rail.method
        found = [
            seen.difference
            for code in self._seeing.regions
            for seen in await look_at_differences(
                self._seeing, (day, day), region_code=code, source=source
            )
        ]
        return [one for one in found if one.stands]

    async def _open(self, spoilt: Spoilt) -> list[Difference]:
        standing = await self._standing(spoilt)
        return [one for one in standing if one.state is DifferenceState.OPEN]

    def _file(self, spoilt: Spoilt) -> Path:
        folder = self._seeing.inbox.folder / SHARED / spoilt.rail.method
        return folder / f"{spoilt.day}.bill"

    def _wrong(self, *what: str) -> None:
        self._market.wrong += what


class _Repair:
    """What two clerks do about one difference; begun again, it goes on where it was."""

    def __init__(self, found: Difference, remedy: Remedy) -> None:
        self._found = found
        self._remedy = remedy
        self._first, self._second = clerks(found.region_code)
        self._id = ""

    async def done(self, world: World) -> None:
        """One proposes and the other approves."""
        for repair in await repairs_waiting(world, self._found.region_code):
            if repair.difference_id == self._found.id:
                self._id = repair.id
        self._id = self._id or await propose(
            world, self._first, self._found.id, remedy=self._remedy, says="与渠道核对过"
        )
        await approve(world, self._second, self._id)

    async def undone(self, world: World) -> None:
        """The channel owns its mistake, and the entry is answered."""
        await undo(world, self._second, self._id)


async def _without_closing(world: World) -> int:
    """As the worker keeps the books, but nobody closes a day yet."""
    done = await fetch_due(world) + len(await read_dropped(world))
    for region_code in world.regions:
        done += len(await compare_waiting(world, region_code))
    return done


async def _as_work(does: Does, world: World) -> None:
    await does(world)
