"""A password is half a key: it is kept hashed, guessed at five times at most, and never enough."""

import asyncio

import pytest
from tests.web.entrance.conftest import NINGBO, PASSWORD

from shebao.core.entrance.credential import (
    PasswordLengthWrong,
    PasswordTellsOfYou,
    PasswordTooPlain,
    Strength,
    UserNameWrong,
    check_password,
    parse_user_name,
)
from shebao.operations.entrance.password import NotLetIn, Resting, bring_password

OWNER = ("330212197503089911", "wang_fang", "13800000001", "19750308")


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("a1b2c3", PasswordLengthWrong),
        ("x" * 65, PasswordLengthWrong),
        ("kdfjwmzp", PasswordTooPlain),
        ("password1", PasswordTooPlain),
        ("abc12345", PasswordTooPlain),
        ("aaaaaaa1", PasswordTooPlain),
        ("Fang197503", PasswordTellsOfYou),
        ("my-wang_fang-9", PasswordTellsOfYou),
        ("x13800000001", PasswordTellsOfYou),
    ],
)
def test_a_password_that_is_easy_to_guess_is_refused_and_says_why(password, why):
    with pytest.raises(why):
        check_password(password, of_owner=OWNER)


@pytest.mark.parametrize(
    ("password", "strength"),
    [("hao-tianqi8", Strength.FAIR), ("Tianqi-hen-hao-8", Strength.STRONG)],
)
def test_a_long_password_of_several_kinds_is_strong(password, strength):
    assert check_password(password, of_owner=OWNER) is strength


@pytest.mark.parametrize("name", ["abc", "1975wang", "王小芳", "a" * 21, "wang fang", ""])
def test_a_user_name_cannot_be_taken_for_a_number_or_a_name(name):
    with pytest.raises(UserNameWrong):
        parse_user_name(name)


async def test_the_password_alone_lets_nobody_in(half_way, desktop, with_password):
    resident, _ = with_password
    page = await half_way(resident.user_name)
    assert page.path == "/sign-in/second"
    assert (await desktop.open("/home")).path == "/sign-in/password"


@pytest.mark.parametrize("by", ["user_name", "number", "phone"])
async def test_with_the_code_to_the_known_telephone_it_does(
    half_way, desktop, with_password, code_of, town, by
):
    resident, _ = with_password
    page = await half_way(getattr(resident, by))
    page = await desktop.send(page, "/sign-in/second")
    assert page.says(f"{resident.phone[:3]}****{resident.phone[7:]}")
    page = await desktop.send(page, "/sign-in/second/code", code=await code_of(resident))
    assert (page.path, page.says("王*芳")) == ("/home", True)


async def test_a_code_for_something_else_is_no_second_step(
    half_way, desktop, visitor, with_password, code_of
):
    resident, _ = with_password
    page = await half_way(resident.user_name)
    page = await desktop.send(page, "/sign-in/second")
    other = await visitor.open(f"/?region={NINGBO}")
    await visitor.send(
        other, "/sign-in", name=resident.name, number=resident.number, phone=resident.phone
    )
    for_sign_in = await code_of(resident)
    page = await desktop.send(page, "/sign-in/second/code", code=for_sign_in)
    assert page.status == 422


async def test_what_is_kept_of_a_password_is_not_the_password(world, with_password):
    resident, _ = with_password
    async with world.db.reading() as tx:
        kept = await tx.connection.fetchval(
            "SELECT password FROM credentials WHERE person_id = $1", resident.person.id
        )
    assert kept.startswith("$argon2id$")
    assert PASSWORD not in kept


@pytest.mark.parametrize("who", ["nobody_here", "330212197503089911", "13912345678", "x"])
async def test_who_has_no_password_hears_the_same_as_who_has_forgotten_it(half_way, who):
    page = await half_way(who)
    assert (page.status, page.says("没有对上，不能登录")) == (422, True)


async def guess(world, resident, password):
    try:
        await bring_password(
            world,
            region_code=NINGBO,
            entry_channel="etax",
            who=resident.user_name,
            password=password,
        )
    except (NotLetIn, Resting) as no:
        return type(no)
    return None


async def test_after_five_guesses_the_right_password_rests_too(world, with_password, clock):
    resident, _ = with_password
    heard = [await guess(world, resident, f"wrong-{guessed}") for guessed in range(5)]
    assert heard == [*[NotLetIn] * 4, Resting]
    assert await guess(world, resident, PASSWORD) is Resting
    clock.passes(minutes=16)
    assert await guess(world, resident, PASSWORD) is None


async def test_guesses_that_come_at_once_are_counted_one_by_one(world, with_password):
    resident, _ = with_password
    guesses = (guess(world, resident, f"wrong-{guessed}") for guessed in range(12))
    heard = await asyncio.gather(*guesses)
    assert heard.count(NotLetIn) == 4
    assert await guess(world, resident, PASSWORD) is Resting


async def test_hashing_leaves_the_loop_free(world, with_password):
    resident, _ = with_password
    turns = 0

    async def count_turns():
        nonlocal turns
        while True:
            await asyncio.sleep(0.001)
            turns += 1

    counting = asyncio.create_task(count_turns())
    await guess(world, resident, "wrong-password")
    counting.cancel()
    assert turns >= 5


async def test_a_forgotten_password_is_reset_by_the_telephone_and_ends_every_session(
    desktop, with_password, code_of, half_way
):
    resident, phone = with_password
    page = await desktop.open("/sign-in/reset")
    page = await desktop.send(page, "/sign-in/reset", who=resident.user_name)
    page = await desktop.send(
        page,
        "/sign-in/reset/new",
        code=await code_of(resident),
        password="xin-de-mima-7",
        again="xin-de-mima-7",
    )
    assert (page.path, page.says("新密码已经设好")) == ("/sign-in/password", True)
    assert (await phone.open("/home")).path == "/sign-in"
    assert (await half_way(resident.user_name)).status == 422
    assert (await half_way(resident.user_name, "xin-de-mima-7")).path == "/sign-in/second"


async def test_a_wrong_code_resets_nothing(desktop, with_password, half_way):
    resident, _ = with_password
    page = await desktop.open("/sign-in/reset")
    page = await desktop.send(page, "/sign-in/reset", who=resident.user_name)
    page = await desktop.send(
        page, "/sign-in/reset/new", code="x", password="xin-de-mima-7", again="xin-de-mima-7"
    )
    assert (page.status, page.says("验证码不对")) == (422, True)
    assert (await half_way(resident.user_name)).path == "/sign-in/second"


async def test_a_user_name_that_is_taken_stays_with_whom_it_has(settle, sign_in, with_password):
    resident, _ = with_password
    other = await sign_in(await settle(NINGBO))
    page = await other.open("/me/password")
    page = await other.send(
        page, "/me/password", user_name=resident.user_name, password=PASSWORD, again=PASSWORD
    )
    assert (page.status, page.says("已经有人用了")) == (422, True)


async def test_passwords_typed_differently_are_told_beside_the_field(settle, sign_in):
    visitor = await sign_in(await settle(NINGBO))
    page = await visitor.open("/me/password")
    page = await visitor.send(
        page, "/me/password", user_name="wang1975", password=PASSWORD, again="something else"
    )
    assert page.says("两次填的密码不一样")
    assert ("again", "true") in {
        (given.get("name"), given.get("aria-invalid")) for _, given, _ in page.tags
    }


async def test_a_password_that_was_removed_lets_nobody_in(half_way, with_password):
    resident, phone = with_password
    page = await phone.open("/me/password")
    await phone.send(page, "/me/password/remove")
    assert (await half_way(resident.user_name)).status == 422
    page = await phone.open("/me/password")
    await phone.send(
        page, "/me/password", user_name=resident.user_name, password=PASSWORD, again=PASSWORD
    )
    assert (await half_way(resident.user_name)).path == "/sign-in/second"


async def test_half_way_is_forgotten_after_ten_minutes(half_way, desktop, with_password, clock):
    resident, _ = with_password
    await half_way(resident.user_name)
    clock.passes(minutes=11)
    page = await desktop.open("/sign-in/second")
    assert page.says("过了太久")
