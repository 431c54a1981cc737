"""Face (刷脸登录): name and number, a provider looks at a living face; then a session.

What the provider tells us by itself and what it answers when asked mean the same, whichever comes
first. Three checks that fail in a day are enough: another way is offered, as the law has it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from shebao.core.entrance.face_check import (
    FaceEvent,
    FaceGone,
    FaceNotPassed,
    FaceOutcome,
    FaceState,
    FaceTold,
    FaceTriedTooOften,
)
from shebao.core.entrance.way import Way
from shebao.core.refusals import Refusal
from shebao.gateways.face import FaceChecks, FaceWish
from shebao.operations.arrival import Came, begin_session_of, must_be_grown
from shebao.operations.sign_in import Claim, identify
from shebao.operations.world import World
from shebao.store import persons
from shebao.store.entrance import face_checks
from shebao.store.entrance.face_checks import FaceCheck

CHECK_LIVES: Final = timedelta(minutes=10)
FAILED_MOST: Final = 3
_A_DAY: Final = timedelta(days=1)


@dataclass(eq=False)
class FaceNotConnected(Refusal):
    """No provider of face checks has given us credentials."""


async def begin_face(
    world: World, *, region_code: str, entry_channel: str, claim: Claim, back: str
) -> tuple[str, str]:
    """Ask for a check: its id, and the provider's page. Raises FaceTriedTooOften."""
    provider = _provider(world)
    identified = await identify(world, region_code=region_code, claim=claim)
    must_be_grown(world, region_code=region_code, person=identified)
    at, check_id = world.now(), world.mint("fac")
    async with world.db.transaction() as tx:
        person = await persons.keep(tx, region_code=region_code, person=identified)
        failed = await face_checks.failed_since(
            tx, region_code=region_code, person_id=person.id, since=at - _A_DAY
        )
        if failed >= FAILED_MOST:
            raise FaceTriedTooOften(FAILED_MOST)
        check = FaceCheck(
            region_code=region_code,
            id=check_id,
            person_id=person.id,
            entry_channel=entry_channel,
            asked_at=at,
            expires_at=at + CHECK_LIVES,
        )
        await face_checks.insert(tx, check)
        sealed = await persons.sealed_number(tx, region_code=region_code, person_id=person.id)
    begun = await provider.begin(
        FaceWish(
            check_id=check_id,
            name=person.name,
            id_number=world.vault.open(sealed),
            return_url=back,
            notify_url=f"{world.base_url}/told/face/{region_code}",
        )
    )
    async with world.db.transaction() as tx:
        await face_checks.keep_reference(
            tx, region_code=region_code, check_id=check_id, reference=begun.reference
        )
    return check_id, begun.url


async def told_of_face(world: World, *, region_code: str, told: FaceTold) -> None:
    """The provider has said something of a check. Told twice is told once."""
    if told.outcome is FaceOutcome.PENDING:
        return
    passed = told.outcome is FaceOutcome.PASSED
    event = FaceEvent.PASSED if passed else FaceEvent.FAILED
    async with world.db.transaction() as tx:
        check = await face_checks.lock(tx, region_code=region_code, check_id=told.check_id)
        if check is not None and check.state is FaceState.ASKED:
            await face_checks.step(tx, check, event, at=world.now(), reason=told.reason)


async def settled(world: World, *, region_code: str, check_id: str) -> FaceState:
    """How it stands with a check; the provider is asked if it has not told us. Raises FaceGone."""
    check = await _check(world, region_code, check_id)
    if check.state is not FaceState.ASKED or not check.reference:
        return check.state
    told = await _provider(world).ask(check.reference)
    if told.check_id == check_id:
        await told_of_face(world, region_code=region_code, told=told)
    return (await _check(world, region_code, check_id)).state


async def use_face(world: World, *, region_code: str, check_id: str, came: Came) -> str:
    """Go in with a check that was passed: the token. Raises FaceNotPassed or FaceGone."""
    async with world.db.transaction() as tx:
        check = await face_checks.lock(tx, region_code=region_code, check_id=check_id)
        if check is None or check.expires_at <= world.now():
            raise FaceGone
        if check.state is FaceState.FAILED:
            raise FaceNotPassed(check.reason)
        if check.state is not FaceState.PASSED:
            raise FaceGone
        await face_checks.step(tx, check, FaceEvent.USED, at=world.now())
        return await begin_session_of(
            tx,
            world,
            whose=(region_code, check.person_id),
            entry_channel=check.entry_channel,
            way=Way.FACE,
            came=came,
        )


def _provider(world: World) -> FaceChecks:
    if world.entrances.face is None:
        raise FaceNotConnected
    return world.entrances.face


async def _check(world: World, region_code: str, check_id: str) -> FaceCheck:
    async with world.db.reading() as tx:
        check = await face_checks.by_id(tx, region_code=region_code, check_id=check_id)
    if check is None or check.expires_at <= world.now():
        raise FaceGone
    return check
