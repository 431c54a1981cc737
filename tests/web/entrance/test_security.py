"""Somebody sees where they are signed in, leaves there from here, and is told of a new telephone."""

import pytest
from tests.web.entrance.conftest import NINGBO


@pytest.fixture
async def two_places(settle, sign_in, visitor, world):
    """A resident who is signed in on two telephones."""
    resident = await settle(NINGBO)
    here = await sign_in(resident)
    resident.phone, resident.first_phone = f"1{int(resident.phone[1:]) + 5 * 10**8}", resident.phone
    there = await sign_in(resident, visitor=visitor)
    return resident, here, there


async def test_one_signs_out_of_another_place_by_name(two_places):
    _, here, there = two_places
    page = await here.open("/me/places")
    assert page.says("手机，Chrome（这台）")
    [other] = [given["value"] for _, given, _ in page.tags if given.get("name") == "place"]
    page = await here.send(page, "/me/places", place=other)
    assert (await there.open("/home")).path == "/sign-in"
    assert (await here.open("/home")).path == "/home"


async def test_one_signs_out_everywhere_else_at_once(two_places):
    _, here, there = two_places
    page = await here.open("/me/places")
    await here.send(page, "/me/places")
    assert (await there.open("/home")).path == "/sign-in"
    assert (await here.open("/home")).path == "/home"


async def test_nobody_signs_out_somebody_else(two_places, settle, sign_in):
    _, here, there = two_places
    page = await here.open("/me/places")
    [other] = [given["value"] for _, given, _ in page.tags if given.get("name") == "place"]
    stranger = await sign_in(await settle(NINGBO))
    await stranger.send(await stranger.open("/me/places"), "/me/places", place=other)
    assert (await there.open("/home")).path == "/home"


async def test_the_telephone_there_was_before_hears_of_the_new_one(two_places, town):
    resident, _, _ = two_places
    told = (await town.get("/sms/inbox.json", params={"phone": resident.first_phone})).json()
    assert told[0]["template"] == "new_phone"
    assert told[0]["parameters"]["phone"] == f"{resident.phone[:3]}****{resident.phone[7:]}"


async def test_a_code_that_never_came_changes_no_telephone(settle, visitor, world):
    resident = await settle(NINGBO)
    page = await visitor.open(f"/?region={NINGBO}")
    await visitor.send(
        page, "/sign-in", name=resident.name, number=resident.number, phone=resident.phone
    )
    async with world.db.reading() as tx:
        kept = await tx.connection.fetchval(
            "SELECT phone_masked FROM persons WHERE id = $1", resident.person.id
        )
    assert kept is None


async def test_going_back_from_the_code_finds_everything_that_was_typed(settle, visitor):
    resident = await settle(NINGBO)
    page = await visitor.open(f"/?region={NINGBO}")
    await visitor.send(
        page, "/sign-in", name=resident.name, number=resident.number, phone=resident.phone
    )
    values = (await visitor.open("/sign-in")).form("/sign-in").values
    assert (values["number"], values["phone"]) == ([resident.number], [resident.phone])
