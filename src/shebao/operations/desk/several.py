"""Several (退其中几项): parts of one payment are asked back together, and the rest stays paid.

A payment is made of bills: a person's year, or one month. Each goes back whole, with its own
request, receipt and refund; what is asked for together is asked for in one transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shebao.core.desk.clerk import Clerk
from shebao.core.desk.request import Request
from shebao.core.policy.returning import Ground, ReturnRule
from shebao.core.refusals import NotYours, Refusal
from shebao.operations.desk.requests import Ask, Askable, ask_in, askable_in
from shebao.operations.world import World
from shebao.store import orders, persons, receipts
from shebao.store.database import Tx
from shebao.store.orders import Content


@dataclass(frozen=True, slots=True)
class PartAskable:
    """One part of a payment, and what may be asked for of it; nothing once it has gone back."""

    content: Content
    askable: Askable | None

    @property
    def standing(self) -> Request | None:
        """The request there is for it already."""
        return self.askable.standing if self.askable else None

    @property
    def may_be_chosen(self) -> bool:
        """Whether its money may be asked for now."""
        return self.askable is not None and self.standing is None and bool(self.askable.rules)


@dataclass(frozen=True, slots=True)
class AskSeveral:
    """What somebody asks for: some receipts of one order, on one ground."""

    region_code: str
    order_id: str
    numbers: tuple[str, ...]
    ground: Ground
    evidence: str


@dataclass(eq=False)
class PartsNeeded(Refusal):
    """No part was chosen."""


async def parts_askable(
    world: World, *, region_code: str, order_id: str, viewer_id: str
) -> list[PartAskable]:
    """The parts of an order for who paid it. Raises NotYours."""
    async with world.db.snapshot() as tx:
        if await _payer(tx, region_code, order_id) != viewer_id:
            raise NotYours(order_id)
        return await _parts(tx, world, region_code, order_id)


async def parts_askable_for(world: World, clerk: Clerk, order_id: str) -> list[PartAskable]:
    """The same for a clerk, who has looked at the record of each person. Raises NotYours."""
    code = clerk.region_code
    async with world.db.transaction() as tx:
        await _payer(tx, code, order_id)
        parts = await _parts(tx, world, code, order_id)
        for person_id in sorted({part.content.person_id for part in parts}):
            await persons.look(
                tx,
                region_code=code,
                person_id=person_id,
                viewer_id=clerk.id,
                reason="refund",
                at=world.now(),
            )
    return parts


async def ask_several(world: World, wanted: AskSeveral, *, payer_id: str) -> list[str]:
    """Ask for some parts of one's own payment, all or none; the ids of the requests."""
    async with world.db.transaction() as tx:
        if await _payer(tx, wanted.region_code, wanted.order_id) != payer_id:
            raise NotYours(wanted.order_id)
        return await _ask(tx, world, wanted, asked_by=payer_id)


async def ask_several_for(world: World, wanted: AskSeveral, clerk: Clerk) -> list[str]:
    """Ask for some parts of somebody's payment, all or none; the ids of the requests."""
    assert wanted.region_code == clerk.region_code
    async with world.db.transaction() as tx:
        await _payer(tx, wanted.region_code, wanted.order_id)
        return await _ask(tx, world, wanted, asked_by=clerk.id)


def rules_in_common(chosen: Sequence[PartAskable]) -> tuple[ReturnRule, ...]:
    """The rules on whose ground all of some parts may go back."""
    offered = [part.askable.rules if part.askable else () for part in chosen]
    shared = set.intersection(*({rule.ground for rule in rules} for rules in offered))
    return tuple(rule for rule in offered[0] if rule.ground in shared)


async def _payer(tx: Tx, region_code: str, order_id: str) -> str:
    """Who paid an order. Raises NotYours."""
    try:
        order = await orders.by_id(tx, region_code=region_code, order_id=order_id)
    except LookupError:
        raise NotYours(order_id) from None
    return order.payer_id


async def _parts(tx: Tx, world: World, region_code: str, order_id: str) -> list[PartAskable]:
    parts = []
    for content in await orders.contents(tx, region_code=region_code, order_id=order_id):
        number, found = content.receipt_number, None
        if number is not None:
            receipt = await receipts.by_number(tx, region_code=region_code, number=number)
            found = await askable_in(tx, world, receipt)
        parts.append(PartAskable(content, found))
    return parts


async def _ask(tx: Tx, world: World, wanted: AskSeveral, *, asked_by: str) -> list[str]:
    """Write a request down for each part. Raises PartsNeeded or NotYours."""
    if not wanted.numbers:
        raise PartsNeeded
    code, at = wanted.region_code, world.now()
    contents = await orders.contents(tx, region_code=code, order_id=wanted.order_id)
    if not set(wanted.numbers) <= {one.receipt_number for one in contents}:
        raise NotYours(wanted.order_id)
    asked = []
    for number in sorted(wanted.numbers):
        found = await receipts.by_number(tx, region_code=code, number=number)
        one = Ask(code, number, wanted.ground, wanted.evidence)
        asked.append(await ask_in(tx, world, one, found, asked_by=asked_by, at=at))
    return asked
