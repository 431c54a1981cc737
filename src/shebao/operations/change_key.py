"""Change key (换密钥): what an older key sealed is sealed again with the newest, a few at a time.

It may be stopped and begun again at any moment; both keys open until the last row is done.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from shebao.operations.world import World
from shebao.store import certificates, medical_accounts, persons
from shebao.store.database import Tx
from shebao.store.deduction import mandates
from shebao.store.desk import objections, other_accounts
from shebao.store.entrance import app_users
from shebao.store.roster import rosters

BATCH_MAX: Final = 500
PAPERS_MAX: Final = 10  # A file may be large.


async def seal_again(world: World, region_code: str) -> int:
    """Seal the next few numbers of a region with the newest key; say how many rows there were."""
    vault = world.vault
    async with world.db.transaction() as tx:
        old = await persons.lock_sealed_before(
            tx, region_code=region_code, newest=vault.newest, most=BATCH_MAX
        )
        sealed = [
            (person_id, vault.again(number), vault.again(phone) if phone else None)
            for person_id, number, phone in old
        ]
        if sealed:
            await persons.keep_sealed(tx, region_code=region_code, sealed=sealed)
        accounts = await mandates.lock_sealed_before(
            tx, region_code=region_code, newest=vault.newest, most=BATCH_MAX
        )
        if accounts:
            again = [(mandate_id, vault.again(account)) for mandate_id, account in accounts]
            await mandates.keep_sealed(tx, region_code=region_code, sealed=again)
        users = await app_users.lock_sealed_before(
            tx, region_code=region_code, newest=vault.newest, most=BATCH_MAX
        )
        if users:
            renewed = [replace(user, id_sealed=vault.again(user.id_sealed)) for user in users]
            await app_users.keep_sealed(tx, region_code=region_code, users=renewed)
        cards = await medical_accounts.lock_sealed_before(
            tx, region_code=region_code, newest=vault.newest, most=BATCH_MAX
        )
        if cards:
            resealed = [(person_id, vault.again(card)) for person_id, card in cards]
            await medical_accounts.keep_sealed(tx, region_code=region_code, sealed=resealed)
        others = await other_accounts.lock_sealed_before(
            tx, region_code=region_code, newest=vault.newest, most=BATCH_MAX
        )
        if others:
            both = [(one, vault.again(number), vault.again(name)) for one, number, name in others]
            await other_accounts.keep_sealed(tx, region_code=region_code, sealed=both)
        papers = await _papers(tx, world, region_code)
    return len(old) + len(accounts) + len(users) + len(cards) + len(others) + papers


async def _papers(tx: Tx, world: World, region_code: str) -> int:
    """Seal files and certificates again; say how many there were."""
    vault = world.vault
    papers = await objections.lock_sealed_before(
        tx, region_code=region_code, newest=vault.newest, most=PAPERS_MAX
    )
    if papers:
        renewed_papers = [(one, number, vault.again(kept)) for one, number, kept in papers]
        await objections.keep_sealed(tx, region_code=region_code, sealed=renewed_papers)
    proofs = await certificates.lock_sealed_before(
        tx, region_code=region_code, newest=vault.newest, most=BATCH_MAX
    )
    if proofs:
        facts = [(number, vault.again(sealed)) for number, sealed in proofs]
        await certificates.keep_sealed(tx, region_code=region_code, sealed=facts)
    files = await rosters.lock_files_sealed_before(
        tx, region_code=region_code, newest=vault.newest, most=PAPERS_MAX
    )
    for roster_id, file in files:
        await rosters.keep_sealed_file(
            tx, region_code=region_code, roster_id=roster_id, sealed=vault.again(file)
        )
    return len(papers) + len(proofs) + len(files)
