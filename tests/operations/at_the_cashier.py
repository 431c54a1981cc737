"""At the cashier: the payer played through the sandbox's own door, and short ways to ask."""

from __future__ import annotations

import httpx

from shebao.core.channel import Method
from shebao.operations.pay import Wish
from shebao.store import attempts, orders

BEIJING = "110000"


class Cashier:
    """The payer at the channel's cashier, played through the sandbox's own door."""

    def __init__(self, url):
        self._http = httpx.AsyncClient(base_url=url, trust_env=False)

    async def does(self, attempt_id, act, *faults):
        answer = await self._http.post(
            f"/sandbox/attempts/{attempt_id}/{act}", json={"faults": list(faults)}
        )
        assert answer.status_code < 300, answer.text

    async def fault(self, kind, **facts):
        answer = await self._http.post("/sandbox/faults", json={"kind": kind, **facts})
        assert answer.status_code < 300, answer.text

    async def well_again(self):
        await self._http.delete("/sandbox/faults")

    async def close(self):
        await self._http.aclose()


async def attempt_of(world, order_id):
    async with world.db.reading() as tx:
        order = await orders.by_id(tx, region_code=BEIJING, order_id=order_id)
        return await attempts.by_id(tx, region_code=BEIJING, attempt_id=order.attempt_id)


def wish_in(wish, scene):
    return Wish(
        region_code=wish.region_code,
        order_id=wish.order_id,
        payer_id=wish.payer_id,
        method=wish.method,
        scene=scene,
        payer_ip=wish.payer_ip,
    )


async def held_reference(world, attempt_id):
    told = await world.channel(Method.WECHAT).inquire(attempt_id)
    return told.reference
