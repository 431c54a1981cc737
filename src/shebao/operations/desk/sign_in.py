"""Sign in (登录) of clerks: number and password, then a code; apart from that of payers.

Between the two steps the browser keeps a sealed note of who knew the password, good for a few
minutes. Five misses, of either kind, and nobody is let in under that number for a while.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from shebao.core.desk.clerk import ClerkState
from shebao.core.refusals import Refusal
from shebao.operations.desk import proofs
from shebao.operations.world import World
from shebao.store.database import Tx
from shebao.store.desk import clerks
from shebao.store.desk.clerks import ClerkAtDoor, ClerkSession

MISSES_MOST: Final = 5
RESTS: Final = timedelta(minutes=15)
HALF_WAY_LIVES: Final = timedelta(minutes=5)
SESSION_LIVES: Final = timedelta(hours=10)
LEFT_ALONE: Final = timedelta(minutes=30)
_SEEN_EVERY: Final = timedelta(minutes=1)
_TOKEN_BYTES: Final = 24


@dataclass(frozen=True, slots=True)
class HalfWay:
    """Somebody who knew the password of a number, and has yet to bring the code."""

    region_code: str
    number: str
    until: datetime


@dataclass(eq=False)
class ClerkNotLetIn(Refusal):
    """The number and the password do not belong together, or no such clerk is let in."""


@dataclass(eq=False)
class ClerkCodeWrong(Refusal):
    """The code is not the one of now, or was used before."""


@dataclass(eq=False)
class ClerkResting(Refusal):
    """There were too many misses: nobody is let in under this number until then."""

    until: datetime


@dataclass(eq=False)
class ClerkSignedOut(Refusal):
    """No clerk is signed in, or not any more."""


async def bring_password(world: World, *, region_code: str, number: str, password: str) -> HalfWay:
    """The first step. Raises ClerkNotLetIn or ClerkResting; does not tell which part was wrong."""
    now = world.now()
    async with world.db.transaction() as tx:
        seen = await clerks.lock(tx, region_code=region_code, number=number)
        resting = _resting(seen, now)
        right = await proofs.is_password(seen.password if seen else None, password)
        let_in = right and seen is not None and seen.state is ClerkState.ACTIVE
        if seen is not None and not resting and not let_in:
            resting = await _miss(tx, seen, now)
    if resting:  # The miss is written down before anybody hears of it.
        raise ClerkResting(resting)
    if not let_in:
        raise ClerkNotLetIn
    return HalfWay(region_code, number, now + HALF_WAY_LIVES)


async def bring_code(world: World, half_way: HalfWay, code: str) -> str:
    """The second step: begins a session and gives its token.

    Raises ClerkCodeWrong, ClerkResting, or ClerkSignedOut when the first step is too long ago.
    """
    now, token = world.now(), base64.urlsafe_b64encode(world.entropy(_TOKEN_BYTES)).decode()
    if half_way.until <= now:
        raise ClerkSignedOut
    async with world.db.transaction() as tx:
        seen = await clerks.lock(tx, region_code=half_way.region_code, number=half_way.number)
        if seen is None or seen.state is not ClerkState.ACTIVE:
            raise ClerkSignedOut
        if resting := _resting(seen, now):
            raise ClerkResting(resting)
        secret = world.vault.open(seen.second_step)
        used = proofs.used_code(secret, code, at=now, after=seen.last_code)
        if used is None:
            resting = await _miss(tx, seen, now)
        else:
            await clerks.keep_tries(tx, seen.clerk, misses=0, resting_until=None, last_code=used)
            hashed = _token_hash(world, token)
            await clerks.begin_session(tx, seen.clerk, token_hash=hashed, at=now)
    if resting:
        raise ClerkResting(resting)
    if used is None:
        raise ClerkCodeWrong
    return token


async def code_of_now(world: World, half_way: HalfWay) -> str:
    """The code somebody half way would read from their telephone: for rehearsals only."""
    assert world.rehearsal
    async with world.db.transaction() as tx:
        seen = await clerks.lock(tx, region_code=half_way.region_code, number=half_way.number)
    if seen is None:
        raise ClerkSignedOut
    return proofs.code_at(world.vault.open(seen.second_step), world.now())


async def who_is_clerk(world: World, *, region_code: str, token: str) -> ClerkSession:
    """Whose token this is. Raises ClerkSignedOut when it is nobody's any more."""
    now, token_hash = world.now(), _token_hash(world, token)
    async with world.db.reading() as tx:
        found = await clerks.find_session(
            tx,
            region_code=region_code,
            token_hash=token_hash,
            began_after=now - SESSION_LIVES,
            seen_after=now - LEFT_ALONE,
        )
    if found is None:
        raise ClerkSignedOut
    if found.seen_at < now - _SEEN_EVERY:
        async with world.db.transaction() as tx:
            await clerks.see_session(tx, region_code=region_code, token_hash=token_hash, at=now)
    return found


async def sign_clerk_out(world: World, session: ClerkSession) -> None:
    """End a session."""
    async with world.db.transaction() as tx:
        await clerks.end_session(
            tx, region_code=session.clerk.region_code, token_hash=session.token_hash
        )


def _resting(seen: ClerkAtDoor | None, now: datetime) -> datetime | None:
    """Until when nobody is let in under this number, if they are not now."""
    until = seen.resting_until if seen else None
    return until if until and until > now else None


async def _miss(tx: Tx, seen: ClerkAtDoor, now: datetime) -> datetime | None:
    misses = seen.misses + 1
    until = now + RESTS if misses >= MISSES_MOST else None
    await clerks.keep_tries(
        tx,
        seen.clerk,
        misses=0 if until else misses,
        resting_until=until,
        last_code=seen.last_code,
    )
    return until


def _token_hash(world: World, token: str) -> bytes:
    return world.vault.hash("clerk session", token)
