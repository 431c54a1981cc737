"""The number of an account rests sealed, is shown hidden, and is lost by no change of keys."""

from __future__ import annotations

import secrets

from shebao.app import key_ring
from shebao.core.account import AccountKind
from shebao.store.deduction import mandates
from shebao.store.vault import KeyRing, Vault

BEIJING = "110000"


async def test_a_signed_account_is_kept_sealed_and_shown_hidden(world, active):
    account = active.account
    number = world.vault.open(account.sealed)
    assert account.masked == "*" * (len(number) - 4) + number[-4:]
    assert account.hash == world.vault.hash("account", account.bank, number)
    assert account.kind is AccountKind.BANK_CARD
    assert len(active.agreement) == 28


async def test_what_is_kept_of_a_notice_does_not_hold_the_accounts_number(
    world, pending, letters, hear, db
):
    await hear(letters.agreed(pending, card="6229991122334455"), pending)
    async with db.reading() as tx:
        rows = await tx.connection.fetch(
            "SELECT body, headers FROM mandate_notices WHERE mandate_id = $1", pending.id
        )
    [kept] = [row["body"].decode() + row["headers"] for row in rows]
    assert pending.id in kept
    assert "1122334455" not in kept


async def test_a_new_key_seals_the_account_again_and_loses_nothing(world, active, config):
    old = key_ring(config)
    ring = KeyRing({**old.sealing, 2: secrets.token_bytes(32)}, old.lookup)
    newer = Vault(ring, secrets.token_bytes)
    number = world.vault.open(active.account.sealed)
    async with world.db.transaction() as tx:
        again = [(active.id, newer.again(active.account.sealed))]
        await mandates.keep_sealed(tx, region_code=BEIJING, sealed=again)
        changed = await mandates.lock(tx, region_code=BEIJING, mandate_id=active.id)
    assert changed.account.sealed[0] == newer.newest
    assert newer.open(changed.account.sealed) == number
    async with world.db.transaction() as tx:
        left = await mandates.lock_sealed_before(
            tx, region_code=BEIJING, newest=newer.newest, most=10_000
        )
        back = [(active.id, world.vault.seal(number))]
        await mandates.keep_sealed(tx, region_code=BEIJING, sealed=back)
    assert active.id not in {mandate_id for mandate_id, _ in left}
