"""Demo mandates: who has signed at the sandbox's bank already, so that the demo can show it.

They sign as people do, at the bank, only that the sandbox's lever holds the pen.
"""

from __future__ import annotations

from shebao.cli.demo_residents import Resident, with_mandates
from shebao.core.identity import IdType
from shebao.core.policy.fund import Fund
from shebao.gateways.transport import Transport
from shebao.operations.deduction.confirm import ask_about
from shebao.operations.deduction.sign import Signer, agreements_of, sign_mandate
from shebao.operations.world import World
from shebao.store import persons


async def load_mandates(world: World, *, sandbox_url: str) -> None:
    """Let the demo's residents sign what their file says. Coming in again changes nothing."""
    transport = Transport()
    try:
        for one in with_mandates():
            for fund in one["signs"]:
                await sign_at_bank(world, transport, sandbox_url, one, Fund(fund))
    finally:
        await transport.close()


async def sign_at_bank(
    world: World, transport: Transport, sandbox_url: str, one: Resident, fund: Fund
) -> None:
    """Let a resident sign for a fund at the bank, once."""
    region_code = one["region"]
    number_hash = world.vault.hash("number", IdType.RESIDENT, one["id_number"])
    async with world.db.reading() as tx:
        person = await persons.by_number(tx, region_code=region_code, number_hash=number_hash)
    assert person is not None
    agreed, _ = await agreements_of(world, region_code=region_code, person_id=person.id)
    if any(each.in_force for each in agreed if each.fund is fund):
        return
    signer = Signer(region_code=region_code, person_id=person.id, fund=fund)
    mandate = await sign_mandate(world, signer)
    url = f"{sandbox_url}/sandbox/bank/agreements/{mandate.id}/sign"
    await transport.ask(whom="sandbox", method="POST", url=url, headers={})
    await ask_about(world, region_code=region_code, mandate_id=mandate.id)
