"""Basket (一起缴): what somebody wants to pay for several cities at once, and what cannot.

Each city keeps the lines that belong to it, under whom it knows the payer as. What is shown of a
line is read in its own city, for a payer who is signed in there and may pay it there.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from shebao.core.bill import SpecialBillFirst
from shebao.core.channel import Method
from shebao.core.refusals import Refusal
from shebao.operations.open_order import BillLapsed
from shebao.operations.review import Reviewed, review
from shebao.operations.world import World
from shebao.store import bills
from shebao.store.family import baskets
from shebao.store.sessions import Session


@dataclass(frozen=True, slots=True)
class KeptBack:
    """A line that cannot be paid together, and why; its bill only for who may see it."""

    bill_id: str
    why: Refusal
    line: Reviewed | None = None


@dataclass(frozen=True, slots=True)
class CityLines:
    """What a basket holds of one city."""

    session: Session
    fits: tuple[Reviewed, ...]
    kept_back: tuple[KeptBack, ...]


@dataclass(eq=False)
class CityPaysApart(Refusal):
    """The way somebody came into a city offers nothing by which several cities are paid at once."""

    city: str


def may_join(world: World, session: Session) -> bool:
    """Whether by the way somebody came in, a city can be paid together with others."""
    channel = world.region(session.region_code).channels.get(session.entry_channel)
    return channel is not None and bool(joining(world, channel.methods))


def joining(world: World, methods: Collection[Method]) -> list[Method]:
    """Those of some methods that collect for several cities in one payment."""
    return [method for method in methods if method in world.together]


async def put_in(world: World, *, session: Session, bill_ids: Collection[str]) -> None:
    """Put bills of a city into the basket. Raises what speaks against paying them."""
    code, payer_id = session.region_code, session.person_id
    await review(world, region_code=code, viewer_id=payer_id, bill_ids=[*bill_ids])
    async with world.db.transaction() as tx:
        await baskets.put_in(
            tx, region_code=code, payer_id=payer_id, bill_ids=bill_ids, at=world.now()
        )


async def take_out(world: World, *, session: Session, bill_ids: Collection[str]) -> None:
    """Take bills of a city out of the basket again."""
    async with world.db.transaction() as tx:
        await baskets.take_out(
            tx,
            region_code=session.region_code,
            payer_id=session.person_id,
            bill_ids=bill_ids,
        )


async def basket_of(world: World, cities: Sequence[Session]) -> list[CityLines]:
    """What is in somebody's basket in each city they are signed in at."""
    return [await _of_city(world, session) for session in cities]


async def _of_city(world: World, session: Session) -> CityLines:
    code, payer_id = session.region_code, session.person_id
    async with world.db.reading() as tx:
        bill_ids = await baskets.lines_of(tx, region_code=code, payer_id=payer_id)
    fits: list[Reviewed] = []
    kept_back: list[KeptBack] = []
    for bill_id in bill_ids:
        line = None
        try:
            [line] = await review(world, region_code=code, viewer_id=payer_id, bill_ids=[bill_id])
            await _must_join(world, session, line)
        except Refusal as refusal:
            kept_back.append(KeptBack(bill_id, refusal, line))
        else:
            fits.append(line)
    return CityLines(session, tuple(fits), tuple(kept_back))


async def _must_join(world: World, session: Session, line: Reviewed) -> None:
    """See that a bill can be paid now, and together. Raises what its order would be refused for."""
    region, bill = world.region(session.region_code), line.bill
    if not may_join(world, session):
        raise CityPaysApart(region.name)
    if bill.payable_until is not None and bill.payable_until < world.today(region.code):
        raise BillLapsed(bill.id, bill.payable_until)
    if region.special_first and not bill.kind.special:
        async with world.db.reading() as tx:
            special = await bills.special_waiting(
                tx, region_code=region.code, enrolment_ids=[bill.enrolment_id]
            )
        for first in special.get(bill.enrolment_id, ()):
            raise SpecialBillFirst(first)
