"""Second step (第二步): after the password, a code to the telephone we know, or a passkey.

The third way, scanning with the telephone that is signed in, is in scan.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shebao.core.entrance.way import SecondStep, Way
from shebao.operations.arrival import Came, begin_session_of
from shebao.operations.codes import take_code
from shebao.operations.entrance.passkey import passkeys_of
from shebao.operations.entrance.password import HalfWay, HalfWayTooLongAgo, send_to_known_phone
from shebao.operations.world import World
from shebao.store import persons
from shebao.store.sessions import Purpose


@dataclass(frozen=True, slots=True)
class Choices:
    """Which second steps somebody can take, and the telephone a code would go to."""

    steps: Sequence[SecondStep]
    phone_masked: str


async def second_steps(world: World, half_way: HalfWay) -> Choices:
    """What somebody half way can do next. Raises HalfWayTooLongAgo."""
    must_be_recent(world, half_way)
    region_code, person_id = half_way.region_code, half_way.person_id
    channel = world.region(region_code).channels[half_way.entry_channel]
    async with world.db.reading() as tx:
        people = await persons.by_ids(tx, region_code=region_code, person_ids=[person_id])
    phone = people[person_id].phone_masked or ""
    keys = await passkeys_of(world, region_code=region_code, person_id=person_id)
    cannot = {
        SecondStep.SMS: not phone,
        SecondStep.SCAN: False,
        SecondStep.PASSKEY: not keys,
    }
    return Choices([step for step in channel.second_steps if not cannot[step]], phone)


async def send_second_code(world: World, half_way: HalfWay) -> str:
    """Send the code of the second step; its id."""
    must_be_recent(world, half_way)
    code_id, _ = await send_to_known_phone(
        world,
        region_code=half_way.region_code,
        whose=(half_way.person_id, half_way.entry_channel),
        purpose=Purpose.SECOND_STEP,
    )
    return code_id


async def bring_second_code(
    world: World, half_way: HalfWay, *, code_id: str, code: str, came: Came
) -> str:
    """Take the code, begin a session, and give its token. Raises CodeWrong or CodeExpired."""
    must_be_recent(world, half_way)
    region_code, token = half_way.region_code, ""
    async with world.db.transaction() as tx:
        kept, wrong = await take_code(
            tx,
            world,
            region_code=region_code,
            code_id=code_id,
            code=code,
            purpose=Purpose.SECOND_STEP,
        )
        assert kept.person_id == half_way.person_id, "the sealed note is another person's"
        if wrong is None:
            token = await begin_session_of(
                tx,
                world,
                whose=(region_code, half_way.person_id),
                entry_channel=half_way.entry_channel,
                way=Way.PASSWORD,
                came=came,
            )
    if wrong is not None:
        raise wrong
    return token


def must_be_recent(world: World, half_way: HalfWay) -> None:
    """See that the password was brought lately. Raises HalfWayTooLongAgo."""
    if half_way.until <= world.now():
        raise HalfWayTooLongAgo
