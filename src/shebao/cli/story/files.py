"""Files: a channel's file of today, compared; then spoilt on purpose, found out, and put right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from shebao.cli.story.browser import PageDiffers
from shebao.cli.story.outside import Outside
from shebao.core.books.reconciliation import Difference, DifferenceKind, DifferenceState
from shebao.core.books.repair import Remedy
from shebao.core.channel import Method
from shebao.core.desk.clerk import Clerk
from shebao.operations.books.compare import compare
from shebao.operations.books.look import look_at_differences
from shebao.operations.books.mend import approve, propose, undo
from shebao.operations.books.read_statements import Place, regions_of, replace_file
from shebao.operations.world import World
from shebao.store.books.statements import SHARED

PLANTED: Final = {
    Method.ALIPAY: ("amount_altered", DifferenceKind.AMOUNT),
    Method.UNIONPAY: ("line_twice", DifferenceKind.DUPLICATE),
    Method.CARD: ("line_extra", DifferenceKind.UNKNOWN),
    Method.AGREEMENT: ("amount_altered", DifferenceKind.AMOUNT),
    Method.COUNTER: ("line_twice", DifferenceKind.DUPLICATE),
    Method.POS: ("line_extra", DifferenceKind.UNKNOWN),
}


@dataclass(frozen=True, slots=True)
class Files:
    """One channel's file of a day."""

    world: World
    outside: Outside
    method: Method
    day: date

    async def comes(self, mishap: str = "") -> list[Difference]:
        """The channel makes it now, it is fetched and compared; what stands then."""
        mishaps = [{"kind": mishap}] if mishap else []
        await self.outside.makes_file(self.method, self.day, mishaps)
        place = Place.parse(f"{SHARED}/{self.method}/{self.day}.bill")
        file = self.world.inbox.folder / place.name
        file.parent.mkdir(parents=True, exist_ok=True)
        await self.world.statements[self.method].fetch_statement(self.day, file)
        await replace_file(self.world, place)
        found: list[Difference] = []
        for region_code in regions_of(self.world, place):
            await compare(self.world, region_code=region_code, source=self.method, day=self.day)
            seen = await look_at_differences(
                self.world, (self.day, self.day), region_code=region_code, source=self.method
            )
            found += [one.difference for one in seen if one.difference.stands]
        return found

    async def must_agree(self) -> None:
        """The file as it is says what the books say. Raises PageDiffers."""
        found = await self.comes()
        if found:
            kinds = "、".join(f"{one.kind} {one.number}" for one in found)
            raise PageDiffers(f"{self.method} {self.day}: {kinds}")

    async def spoilt(self) -> Difference:
        """A mistake in the file is found as what it is. Raises PageDiffers."""
        mishap, kind = PLANTED[self.method]
        found = await self.comes(mishap)
        return only(found, kind, f"{self.method} with {mishap}")

    async def put_right(self, found: Difference, first: Clerk, second: Clerk) -> None:
        """Book it apart, and answer that once the channel has owned its mistake."""
        says = "账单与我方不符，先挂账"
        repair_id = await propose(self.world, first, found.id, remedy=Remedy.BOOK_APART, says=says)
        await approve(self.world, second, repair_id)
        await undo(self.world, second, repair_id)
        await self.must_agree()

    async def take_in(self, found: Difference, first: Clerk, second: Clerk) -> None:
        """Take in money that only the file told of; it is judged like any other."""
        repair_id = await propose(
            self.world, first, found.id, remedy=Remedy.TAKE_IN, says="渠道确认收到"
        )
        await approve(self.world, second, repair_id)


def only(found: list[Difference], kind: DifferenceKind, where: str) -> Difference:
    """The one difference that was planted. Raises PageDiffers."""
    if [(one.kind, one.state) for one in found] != [(kind, DifferenceState.OPEN)]:
        raise PageDiffers(f"{where}: {[str(one.kind) for one in found]}, not {kind}")
    return found[0]
