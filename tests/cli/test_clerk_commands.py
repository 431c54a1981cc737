"""Clerks are added, listed, given duties and locked from the command line; keys are shown once."""

import asyncio
import json

import pytest
from tests.cli.programs import run

NINGBO = "330200"


@pytest.fixture
async def office(fresh_database, outside, tmp_path):
    """A way to run the clerk commands on books of their own."""
    settings = {
        "database_url": fresh_database,
        "home": tmp_path,
        "credentials": outside.credentials,
        "sandbox_url": outside.url,
    }

    async def told(*arguments):
        return await asyncio.to_thread(run, *arguments, **settings)

    assert (await told("migrate")).exit_code == 0
    return told


async def add(office, number="1001"):
    return await office(
        "clerk", "add", NINGBO, number, "--name", "陈小敏", "--office", "便民服务中心",
        "--duty", "read", "--duty", "refund_ask", "--json",
    )  # fmt: skip


async def listed(office):
    return json.loads((await office("clerk", "list", NINGBO, "--json")).output)


async def test_a_clerk_is_added_with_keys_that_are_shown_once(office):
    keys = json.loads((await add(office)).output)
    assert keys["second_step"].startswith("otpauth://totp/")
    assert len(keys["password"]) == 19
    [clerk] = await listed(office)
    assert clerk["duties"] == ["read", "refund_ask"]
    assert keys["password"] not in json.dumps(clerk)
    again = await add(office)
    assert (again.exit_code, json.loads(again.output)["refused"]) == (1, "number_taken")


async def test_duties_are_given_and_a_clerk_is_locked_and_unlocked(office):
    await add(office)
    told = await office("clerk", "duties", NINGBO, "1001", "--duty", "counter")
    assert "柜台收款" in told.output
    told = await office("clerk", "lock", NINGBO, "1001")
    assert "已停用" in told.output
    assert [(one["duties"], one["state"]) for one in await listed(office)] == [
        (["counter"], "locked")
    ]
    assert (await office("clerk", "lock", NINGBO, "1001", "--off")).exit_code == 0
    assert "陈小敏" in (await office("clerk", "list", NINGBO)).output
    assert (await office("clerk", "lock", NINGBO, "nobody")).exit_code == 1
    assert (await office("clerk", "list", "999999")).exit_code == 1


async def test_new_keys_replace_the_old_ones(office):
    old = json.loads((await add(office)).output)
    new = json.loads((await office("clerk", "renew", NINGBO, "1001", "--json")).output)
    assert new["password"] != old["password"]
    assert new["second_step"] != old["second_step"]
