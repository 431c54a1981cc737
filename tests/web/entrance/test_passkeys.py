"""A passkey counts only when its device has signed what we asked just now, for this site."""

import json

import pytest

from shebao.operations.entrance.passkey import ask_to_register


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "{}",
        "not json",
        json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": {}}),
    ],
)
async def test_what_no_device_has_signed_lets_nobody_in(half_way, desktop, with_password, answer):
    resident, _ = with_password
    await half_way(resident.user_name)
    csrf = (await desktop.open("/sign-in/second")).form("/sign-in/second").values["csrf"]
    refused = await desktop.post("/sign-in/second/passkey", csrf=csrf, answer=answer)
    assert (refused.status_code, "没有核对上这台设备" in refused.text) == (409, True)


async def test_what_no_device_has_made_is_not_kept(with_password):
    _, phone = with_password
    page = await phone.open("/me/passkeys")
    page = await phone.send(page, "/me/passkeys", answer="{}")
    assert page.says("没有核对上这台设备")
    assert not (await phone.open("/me/passkeys")).says("移除")


async def test_who_has_no_passkey_is_not_asked_for_one(half_way, desktop, with_password):
    resident, _ = with_password
    page = await half_way(resident.user_name)
    assert not page.says("通行密钥")
    assert (await desktop.open("/sign-in/second/passkey")).path == "/sign-in/second"


async def test_every_time_something_else_is_asked_and_a_person_must_be_there(world, with_password):
    resident, _ = with_password
    whose = {"region_code": resident.region, "person_id": resident.person.id}
    one, other = [await ask_to_register(world, **whose) for _ in range(2)]
    assert one.challenge != other.challenge
    told = json.loads(one.options)
    assert told["authenticatorSelection"]["userVerification"] == "required"
    assert resident.number not in one.options
