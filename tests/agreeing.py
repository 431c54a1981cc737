"""Agreeing: somebody who has seen the rules before, for tests that are about something else."""

from shebao.core.entrance.consent import ConsentKind
from shebao.store.entrance import consents
from shebao.store.entrance.consents import Consent


async def agrees(world, region_code, person_id):
    """Let somebody have agreed to what is in force in their city."""
    async with world.db.transaction() as tx:
        for kind, edition in world.region(region_code).consents.items():
            given = Consent(world.mint("cns"), ConsentKind(kind), edition, "test", world.now())
            await consents.give(tx, region_code=region_code, person_id=person_id, consent=given)
