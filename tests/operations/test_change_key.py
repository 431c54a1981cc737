"""A key is changed without anybody losing a number, and the old key can then be thrown away."""

import secrets
from dataclasses import replace

import pytest
from cryptography.exceptions import InvalidTag

from shebao.app import key_ring
from shebao.operations.change_key import seal_again
from shebao.store import persons
from shebao.store.vault import KeyRing, Vault

BEIJING = "110000"


async def sealed_number(world, person):
    async with world.db.reading() as tx:
        return await tx.connection.fetchval(
            "SELECT number_sealed FROM persons WHERE region_code = $1 AND id = $2",
            BEIJING,
            person.id,
        )


@pytest.fixture
async def newer(world, config):
    """A vault with one key more; afterwards everything is sealed as it was."""
    old = key_ring(config)
    ring = KeyRing({**old.sealing, 2: secrets.token_bytes(32)}, old.lookup)
    vault = Vault(ring, secrets.token_bytes)
    yield ring, vault
    async with world.db.transaction() as tx:
        rows = await persons.lock_sealed_before(tx, region_code=BEIJING, newest=1, most=10**6)
        back = [
            (
                id_,
                world.vault.seal(vault.open(number)),
                phone and world.vault.seal(vault.open(phone)),
            )
            for id_, number, phone in rows
        ]
        await persons.keep_sealed(tx, region_code=BEIJING, sealed=back)


async def test_everybody_is_sealed_again_and_the_old_key_opens_nothing(world, household, newer):
    ring, vault = newer
    number = vault.open(await sealed_number(world, household.person))
    assert await seal_again(replace(world, vault=vault), BEIJING) > 0
    assert await seal_again(replace(world, vault=vault), BEIJING) == 0
    sealed = await sealed_number(world, household.person)
    only_newest = KeyRing({2: ring.sealing[2]}, ring.lookup)
    assert Vault(only_newest, secrets.token_bytes).open(sealed) == number
    stranger = KeyRing({2: secrets.token_bytes(32)}, ring.lookup)
    with pytest.raises(InvalidTag):
        Vault(stranger, secrets.token_bytes).open(sealed)
