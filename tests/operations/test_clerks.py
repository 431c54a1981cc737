"""Clerks come in with a password and a code, and nobody else does, however often they try."""

import pytest

from shebao.core.desk.clerk import ClerkUnknown, Duty, NumberTaken
from shebao.operations.desk import proofs
from shebao.operations.desk.clerks import (
    Appointment,
    add_clerk,
    clerks_of,
    give_duties,
    lock_clerk,
    renew_keys,
    unlock_clerk,
)
from shebao.operations.desk.sign_in import (
    LEFT_ALONE,
    MISSES_MOST,
    ClerkCodeWrong,
    ClerkNotLetIn,
    ClerkResting,
    ClerkSignedOut,
    bring_code,
    bring_password,
    code_of_now,
    sign_clerk_out,
    who_is_clerk,
)

NINGBO = "330200"
NUMBERS = iter(f"n{serial:03d}" for serial in range(1000))


class AtTheDoor:
    """A clerk with their keys, and short ways to come in."""

    def __init__(self, world, number, keys):
        self.world, self.number, self.keys = world, number, keys

    async def first(self, password=None):
        return await bring_password(
            self.world,
            region_code=NINGBO,
            number=self.number,
            password=password or self.keys.password,
        )

    def code(self):
        return proofs.code_at(self.keys.secret, self.world.now())

    async def comes_in(self):
        return await bring_code(self.world, await self.first(), self.code())

    async def who(self, token):
        return await who_is_clerk(self.world, region_code=NINGBO, token=token)


@pytest.fixture
async def door(world):
    number = next(NUMBERS)
    duties = frozenset({Duty.READ, Duty.REFUND_ASK})
    who = Appointment(number, "陈小敏", "便民服务中心", duties)
    keys = await add_clerk(world, region_code=NINGBO, who=who)
    return AtTheDoor(world, number, keys)


async def row_of(world, number):
    [row] = [row for row in await clerks_of(world, NINGBO) if row.number == number]
    return row


async def misses(door, times):
    for _ in range(times):
        with pytest.raises(ClerkNotLetIn):
            await door.first("no-such-pass-word")


async def test_a_password_and_a_code_let_a_clerk_in(door):
    session = await door.who(await door.comes_in())
    assert (session.number, session.clerk.name) == (door.number, "陈小敏")
    assert session.clerk.may(Duty.REFUND_ASK)
    assert not session.clerk.may(Duty.REFUND_APPROVE)


async def test_a_code_works_once(door):
    half_way, code = await door.first(), door.code()
    await bring_code(door.world, half_way, code)
    with pytest.raises(ClerkCodeWrong):
        await bring_code(door.world, half_way, code)


async def test_a_clock_may_be_half_a_minute_off_and_no_more(door, clock):
    half_way, code = await door.first(), door.code()
    clock.passes(seconds=75)
    with pytest.raises(ClerkCodeWrong):
        await bring_code(door.world, half_way, code)
    early = proofs.code_at(door.keys.secret, door.world.now())
    clock.passes(seconds=-20)
    assert await bring_code(door.world, half_way, early)


async def test_half_way_is_not_in_for_long(door, clock):
    half_way = await door.first()
    clock.passes(minutes=6)
    with pytest.raises(ClerkSignedOut):
        await bring_code(door.world, half_way, door.code())


async def test_after_too_many_misses_not_even_the_right_password_lets_in(door, clock):
    await misses(door, MISSES_MOST - 1)
    with pytest.raises(ClerkResting):
        await door.first("no-such-pass-word")
    with pytest.raises(ClerkResting):
        await door.first()
    clock.passes(minutes=16)
    assert await door.comes_in()


async def test_wrong_codes_are_counted_too(door):
    half_way = await door.first()
    for _ in range(MISSES_MOST - 1):
        with pytest.raises(ClerkCodeWrong):
            await bring_code(door.world, half_way, "000000 ")
    with pytest.raises(ClerkResting):
        await bring_code(door.world, half_way, "000000 ")
    with pytest.raises(ClerkResting):
        await bring_code(door.world, half_way, door.code())


async def test_coming_in_forgets_earlier_misses(door, clock):
    await misses(door, MISSES_MOST - 1)
    await door.comes_in()
    await misses(door, MISSES_MOST - 1)
    clock.passes(seconds=30)
    assert await door.comes_in()


async def test_a_number_nobody_has_is_told_the_same_as_a_wrong_password(world):
    with pytest.raises(ClerkNotLetIn):
        await bring_password(world, region_code=NINGBO, number="nobody", password="x")


async def test_a_clerk_of_one_region_is_nobody_in_another(door):
    token = await door.comes_in()
    with pytest.raises(ClerkSignedOut):
        await who_is_clerk(door.world, region_code="110000", token=token)


async def test_a_session_left_alone_is_over_and_one_that_is_used_goes_on(door, clock):
    token = await door.comes_in()
    for _ in range(3):
        clock.passes(seconds=LEFT_ALONE.total_seconds() - 60)
        assert await door.who(token)
    clock.passes(seconds=LEFT_ALONE.total_seconds() + 60)
    with pytest.raises(ClerkSignedOut):
        await door.who(token)


async def test_no_session_lasts_longer_than_a_days_work(door, clock):
    token = await door.comes_in()
    for _ in range(23):
        clock.passes(minutes=26)
        assert await door.who(token)
    clock.passes(minutes=10)
    with pytest.raises(ClerkSignedOut):
        await door.who(token)


async def test_who_signs_out_is_out(door):
    token = await door.comes_in()
    await sign_clerk_out(door.world, await door.who(token))
    with pytest.raises(ClerkSignedOut):
        await door.who(token)


async def test_a_locked_clerk_is_out_at_once_and_comes_in_nowhere(world, door):
    token = await door.comes_in()
    await lock_clerk(world, region_code=NINGBO, number=door.number)
    with pytest.raises(ClerkSignedOut):
        await door.who(token)
    with pytest.raises(ClerkNotLetIn):
        await door.first()
    await unlock_clerk(world, region_code=NINGBO, number=door.number)
    assert await door.first()


async def test_new_duties_hold_from_the_next_sign_in(world, door, clock):
    await give_duties(world, region_code=NINGBO, number=door.number, duties=[Duty.COUNTER])
    assert (await row_of(world, door.number)).clerk.duties == {Duty.COUNTER}
    session = await door.who(await door.comes_in())
    assert session.clerk.duties == {Duty.COUNTER}


async def test_new_keys_make_the_old_ones_worthless(world, door):
    old = door.keys
    door.keys = await renew_keys(world, region_code=NINGBO, number=door.number)
    with pytest.raises(ClerkNotLetIn):
        await door.first(old.password)
    assert await door.comes_in()


async def test_a_number_belongs_to_one_clerk(world, door):
    who = Appointment(door.number, "周建国", "税务所", frozenset())
    with pytest.raises(NumberTaken):
        await add_clerk(world, region_code=NINGBO, who=who)
    with pytest.raises(ClerkUnknown):
        await lock_clerk(world, region_code=NINGBO, number="nobody")


async def test_in_a_rehearsal_the_code_can_be_shown(door):
    half_way = await door.first()
    assert await code_of_now(door.world, half_way) == door.code()


async def test_passwords_and_secrets_rest_unreadable(world, door):
    async with world.db.reading() as tx:
        row = await tx.connection.fetchrow(
            "SELECT password, second_step FROM clerks WHERE number = $1", door.number
        )
    assert row["password"].startswith("$argon2id$")
    assert door.keys.password not in row["password"]
    assert door.keys.secret.encode() not in row["second_step"]
    assert world.vault.open(row["second_step"]) == door.keys.secret


def test_a_password_has_no_letters_that_are_misread(world):
    letters = {letter for _ in range(20) for letter in proofs.new_password(world.entropy)}
    assert letters.isdisjoint("il1o0IO")
