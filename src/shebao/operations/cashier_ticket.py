"""Cashier ticket (收银凭票): a page inside a mini program lets the program open its cashier.

The page cannot do it: only the program can ask its app for money. So the page hands it a ticket,
good once and for a minute; whoever brings it learns what opens the cashier of one attempt, and
nothing else. What the cashier says afterwards is not believed: the channel is asked.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from shebao.core.channel import Method
from shebao.core.refusals import NotYours, Refusal
from shebao.operations.world import World
from shebao.store import attempts, orders, tickets
from shebao.store.database import Tx

TICKET_LIVES: Final = timedelta(seconds=60)
_BYTES: Final = 24


@dataclass(eq=False)
class TicketGone(Refusal):
    """The ticket was used, is too old, or its order is over."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens the cashier of an app: whose order, whose cashier, and its parameters."""

    order_id: str
    method: Method
    parameters: Mapping[str, str]


async def issue_ticket(world: World, *, region_code: str, order_id: str, payer_id: str) -> str:
    """A ticket for the cashier a payer has just begun with. Raises NotYours or TicketGone."""
    token = base64.urlsafe_b64encode(world.entropy(_BYTES)).decode()
    async with world.db.transaction() as tx:
        found = await orders.lock(tx, region_code=region_code, order_ids=[order_id])
        order = found.get(order_id)
        if order is None or order.payer_id != payer_id:
            raise NotYours(order_id)
        if order.attempt_id is None:
            raise TicketGone
        await _opening(tx, world, region_code, order.attempt_id)
        await tickets.put(
            tx,
            region_code=region_code,
            attempt_id=order.attempt_id,
            ticket_hash=_hash(world, token),
            expires_at=world.now() + TICKET_LIVES,
        )
    return f"{region_code}.{token}"


async def take_ticket(world: World, ticket: str) -> Opening:
    """What a ticket is good for; it is good for nothing afterwards. Raises TicketGone."""
    region_code, _, token = ticket.partition(".")
    if region_code not in world.regions:
        raise TicketGone
    async with world.db.transaction() as tx:
        kept = await tickets.take(tx, region_code=region_code, ticket_hash=_hash(world, token))
    if kept is None or kept[1] <= world.now():
        raise TicketGone
    async with world.db.reading() as tx:
        return await _opening(tx, world, region_code, kept[0])


async def _opening(tx: Tx, world: World, region_code: str, attempt_id: str) -> Opening:
    attempt = await attempts.by_id(tx, region_code=region_code, attempt_id=attempt_id)
    order = await orders.by_id(tx, region_code=region_code, order_id=attempt.order_id)
    there = attempt.cashier
    scripted = there is not None and there.parameters and not there.is_form
    if not scripted or not attempt.state.is_live or order.expires_at <= world.now():
        raise TicketGone
    assert there is not None
    return Opening(order.id, attempt.method, there.parameters)


def _hash(world: World, token: str) -> bytes:
    return world.vault.hash("cashier ticket", token)
