"""Refunding: a payer with paid bills, clerks, and short ways to ask what became of the money."""

from __future__ import annotations

import asyncio
from itertools import count

from shebao.core.channel import Method
from shebao.core.desk.clerk import Clerk, Duty
from shebao.core.policy.returning import Ground
from shebao.core.refund import RefundState
from shebao.operations.desk.clerks import Appointment, add_clerk, clerks_of
from shebao.operations.desk.requests import Ask
from shebao.operations.refund import advance_refunds
from shebao.store import bills, orders, promises, receipts, refunds
from shebao.store.desk import requests

BEIJING = "110000"
EVIDENCE = "1 月 5 日已在单位参保，另一份凭证号码 0012。"
_SERIALS = count(1)


async def appoint(world, *duties, name="陈小敏", region=BEIJING) -> Clerk:
    """A clerk nobody else uses, who may do this."""
    number = f"t{next(_SERIALS):04d}"
    who = Appointment(number, name, "街道服务中心", frozenset(duties))
    await add_clerk(world, region_code=region, who=who)
    found = {row.number: row.clerk for row in await clerks_of(world, region)}
    return found[number]


def asking(world) -> object:
    return appoint(world, Duty.READ, Duty.REFUND_ASK)


def approving(world) -> object:
    return appoint(world, Duty.READ, Duty.REFUND_APPROVE, name="周建国")


def wanted(number, ground=Ground.DUPLICATE, evidence=EVIDENCE):
    return Ask(BEIJING, number, ground, evidence)


class Paid:
    """An order somebody has paid, of one bill or of several."""

    def __init__(self, world, household, order_id, attempt_id):
        self.world, self.household = world, household
        self.order_id, self.attempt_id = order_id, attempt_id
        self.payer_id = household.person.id

    async def contents(self):
        async with self.world.db.reading() as tx:
            return await orders.contents(tx, region_code=BEIJING, order_id=self.order_id)

    async def number(self, amount):
        """The receipt of the bill of this amount."""
        [number] = [
            one.receipt_number for one in await self.contents() if str(one.amount) == amount
        ]
        return number

    async def receipt(self, number):
        async with self.world.db.reading() as tx:
            return (await receipts.by_number(tx, region_code=BEIJING, number=number)).receipt

    async def bill(self, number):
        receipt = await self.receipt(number)
        async with self.world.db.reading() as tx:
            [bill] = await bills.by_ids(tx, region_code=BEIJING, bill_ids=[receipt.bill_id])
        return bill

    async def request(self, request_id):
        async with self.world.db.reading() as tx:
            return await requests.by_id(tx, region_code=BEIJING, request_id=request_id)

    async def refund(self, request_id):
        request = await self.request(request_id)
        async with self.world.db.reading() as tx:
            return await refunds.by_id(tx, region_code=BEIJING, refund_id=request.refund_id)


async def broken(world):
    """What breaks a promise in the books: nothing, if all is well."""
    async with world.db.reading() as tx:
        return {name: rows for name, rows in (await promises.broken(tx)).items() if rows}


async def legs(world, reference):
    """The lines of an entry: what went into and out of each account, in fen."""
    async with world.db.reading() as tx:
        rows = await tx.connection.fetch(
            "SELECT account, amount_fen FROM lines WHERE region_code = $1 AND reference = $2",
            BEIJING,
            reference,
        )
    return {row["account"]: row["amount_fen"] for row in rows}


async def refund_ends(world, paid, request_id, clock):
    """Let time pass until the refund of a request has come to its end, one way or another."""
    for _ in range(60):
        clock.passes(seconds=10)
        await advance_refunds(world, BEIJING)
        if (await paid.refund(request_id)).state in ENDS:
            return
        await asyncio.sleep(0.05)


WECHAT = Method.WECHAT
ENDS = {RefundState.SUCCEEDED, RefundState.MANUAL}
