"""Consent (同意): asked once an edition, each part apart; recorded, and withdrawn at any time.

Who withdraws keeps what was paid: contributions are a duty of law and stay in the books. What ends
is that we show and use their information in these pages, until they agree again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from shebao.core.entrance.consent import ConsentKind, ConsentMissing
from shebao.operations.world import World
from shebao.store import sessions
from shebao.store.entrance import consents
from shebao.store.entrance.consents import Consent
from shebao.store.sessions import Session


def in_force(world: World, region_code: str) -> Mapping[ConsentKind, str]:
    """What is asked in a region, and in which edition."""
    return world.region(region_code).consents


async def agree(world: World, *, session: Session, kinds: Iterable[ConsentKind]) -> None:
    """Agree to the editions in force. Raises ConsentMissing when a part was left out."""
    wanted, ticked = in_force(world, session.region_code), set(kinds)
    for kind in wanted:
        if kind not in ticked:
            raise ConsentMissing(kind)
    code, person_id = session.region_code, session.person_id
    async with world.db.transaction() as tx:
        for kind, edition in wanted.items():
            given = Consent(
                id=world.mint("cns"),
                kind=kind,
                edition=edition,
                entry_channel=session.entry_channel,
                given_at=world.now(),
            )
            await consents.give(tx, region_code=code, person_id=person_id, consent=given)
        await sessions.mark_agreed(tx, region_code=code, person_id=person_id, must_agree=False)


async def withdraw(world: World, *, session: Session, kinds: Iterable[ConsentKind]) -> None:
    """Take back what was agreed to; wherever they are signed in, they are asked again first."""
    code, person_id = session.region_code, session.person_id
    async with world.db.transaction() as tx:
        await consents.withdraw(
            tx, region_code=code, person_id=person_id, kinds=kinds, at=world.now()
        )
        await sessions.mark_agreed(tx, region_code=code, person_id=person_id, must_agree=True)


async def agreed(world: World, *, session: Session) -> list[Consent]:
    """What somebody agreed to, the newest first."""
    async with world.db.reading() as tx:
        return await consents.of_person(
            tx, region_code=session.region_code, person_id=session.person_id
        )
