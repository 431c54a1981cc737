"""Changzhou in the autumn: people with a mandate for medical and a bill, and two clerks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path

import pytest
from tests.operations.batch.paper_bank import PaperBank

from shebao.core.desk.clerk import Clerk, Duty
from shebao.gateways.packet.desk import PacketDesk
from shebao.operations.batch.build import begin_batch, build_on
from shebao.operations.batch.look import look_at_batch
from shebao.operations.batch.post import post_on
from shebao.operations.batch.send import mark_on, write_on
from shebao.operations.batch.sign import hold_on, sign_batch
from shebao.operations.batch.take_in import take_in

REGION, SCHEME, DAY = "320400", "resident_medical", date(2023, 11, 28)
BUILDER = Clerk(REGION, "b1", "制单员", "市局", frozenset({Duty.BATCH_BUILD}))
SIGNER = Clerk(REGION, "s1", "复核员", "市局", frozenset({Duty.BATCH_SIGN}))
PEOPLE = (Path(__file__).parent / "people.sql").read_text("utf-8")
COLUMNS = (
    "region_code", "id", "person_id", "fund", "method", "state", "version", "created_at",
    "expires_at", "agreement", "account_kind", "account_sealed", "account_hash",
    "account_masked", "bank", "signed_at",
)  # fmt: skip
ENDED = """
    WITH ended AS (UPDATE {} SET state = 'cancelled', version = version + 1
                    WHERE region_code = '320400' AND state <> 'cancelled' RETURNING id, version)
    INSERT INTO events SELECT '320400', id, version, 'cancelled', 'cancelled', now() FROM ended
"""
NUMBERS = count(1_000_000, 100_000)  # Where the people of the next town begin.


class Town:
    """Some people, and short ways to have a batch made of them."""

    def __init__(self, world, first, many):
        self.world, self.first, self.many = world, first, many
        self.builder, self.signer = BUILDER, SIGNER

    def person(self, place):
        return f"per{self.first + place - 1:026}"

    def bill(self, place):
        return f"bil{self.first + place - 1:026}"

    async def settle(self):
        at = self.world.now()

        async def rows():
            for place in range(1, self.many + 1):
                number = f"62290000{self.first + place:011}"
                yield (
                    REGION, f"man{self.first + place - 1:026}", self.person(place), "medical",
                    "agreement", "active", 1, at, at, f"AG{self.first + place:026}", "bank_card",
                    self.world.vault.seal(number), self.world.vault.hash(number), "***", "演练银行", at,
                )  # fmt: skip

        last = self.first + self.many - 1
        async with self.world.db.transaction() as tx:
            await tx.script(f"SET LOCAL town.first = {self.first}; SET LOCAL town.last = {last}")
            await tx.script(f"SET LOCAL town.sealed = '{self.world.vault.seal('0').hex()}'")
            await tx.script(PEOPLE)
            await tx.copy("mandates", COLUMNS, rows())
        return self

    async def built(self, day=DAY):
        batch = await begin_batch(self.world, self.builder, scheme=SCHEME, day=day)
        return await self.through(build_on, batch)

    async def signed(self, day=DAY):
        batch = await self.built(day)
        return await self.through(hold_on, await sign_batch(self.world, self.signer, batch.id))

    async def sent(self, day=DAY):
        """The batch, and its one file."""
        batch = await self.through(mark_on, await self.signed(day))
        [written] = await self.written(batch)
        return batch, PaperBank(written.file)

    async def written(self, batch):
        return [one async for one in write_on(self.world, batch)]

    async def answered(self, file):
        taken = await take_in(self.world, REGION, file, format_name="pipe")
        seen = await look_at_batch(self.world, REGION, taken.batch_id)
        return await self.through(post_on, seen.batch)

    async def through(self, stage, batch, **most):
        async for _ in stage(self.world, batch, **most):
            pass
        return (await look_at_batch(self.world, REGION, batch.id)).batch

    async def asked(self, sql, *facts):
        async with self.world.db.reading() as tx:
            return await tx.connection.fetch(sql, *facts)

    async def states(self, batch):
        rows = await self.asked(
            "SELECT serial, state, reason FROM batch_lines WHERE batch_id = $1 ORDER BY serial",
            batch.id,
        )
        return [(row["state"], row["reason"]) for row in rows]

    async def bills(self):
        rows = await self.asked(
            "SELECT state FROM bills WHERE region_code = '320400' AND id = ANY ($1) ORDER BY id",
            [self.bill(place) for place in range(1, self.many + 1)],
        )
        return [row["state"] for row in rows]


def written_in(world, name):
    region = world.region(REGION)
    scheme = region.scheme(SCHEME)
    told = replace(scheme, deduction=replace(scheme.deduction, format=name))
    there = replace(region, schemes={**region.schemes, SCHEME: told})
    return replace(world, regions={**world.regions, REGION: there})


@pytest.fixture
async def autumn(world, tmp_path):
    """Books of a Changzhou without anybody else's batch, and packets in a folder of their own."""
    async with world.db.transaction() as tx:
        for table in ("mandates", "batches"):
            await tx.script(ENDED.format(table))
    desk = PacketDesk(tmp_path / "packets", world.packets.formats)
    return replace(world, packets=desk, batches={})


@pytest.fixture
async def town(autumn):
    return await Town(autumn, next(NUMBERS), 5).settle()


@pytest.fixture
async def known(town):
    """The town, whose people have numbers that can be read again."""
    async with town.world.db.transaction() as tx:
        await tx.connection.executemany(
            "UPDATE persons SET number_sealed = $1 WHERE id = $2",
            [(town.world.vault.seal("32040219800101002X"), town.person(n)) for n in range(1, 6)],
        )
    return town
