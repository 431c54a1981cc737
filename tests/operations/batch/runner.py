"""Programs that take a batch to its end, one after another: whoever is killed is begun again.

Each is a fork of one that has everything read already; for every batch named on its input it says
the number of the new program, and then how that ended.
"""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import replace
from pathlib import Path

from tests.operations.batch.conftest import REGION, SIGNER
from tests.operations.batch.paper_bank import PaperBank

from shebao.app import opened
from shebao.config import read_config
from shebao.core.deduction.batch import BatchState
from shebao.operations.batch.build import build_on
from shebao.operations.batch.look import look_at_batch
from shebao.operations.batch.post import post_on
from shebao.operations.batch.run import go_on
from shebao.operations.batch.sign import sign_batch
from shebao.operations.batch.take_in import take_in


async def main(batch_id):
    config = read_config(os.environ)
    async with opened(config, config.database_url) as whole:
        world = replace(whole, batches={})
        batch = (await look_at_batch(world, REGION, batch_id)).batch
        async for _ in build_on(world, batch, most=2_000):
            pass
        batch = await sign_batch(world, SIGNER, batch_id)
        async for _ in go_on(world, batch):
            pass
        seen = await look_at_batch(world, REGION, batch_id)
        if seen.batch.state is BatchState.SENT:
            [packet] = seen.packets
            file = world.packets.demand(REGION, packet.number, world.packets.format("pipe"))
            bank = PaperBank(file, dict.fromkeys(range(20, 20_001, 20), "short"))
            for part in (1, 2):
                into = Path(file).with_name(f"came-{part}.txt")
                await take_in(
                    world, REGION, bank.answer(into, part=part, parts=2), format_name="pipe"
                )
                async for _ in post_on(world, batch, most=500):
                    pass


def say(what):
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    for line in sys.stdin:
        child = os.fork()
        if not child:
            asyncio.run(main(line.strip()))
            os._exit(0)
        say(child)
        say(os.waitpid(child, 0)[1])
