"""Signing in takes a real name, its number, and a code that only that telephone has."""

import httpx
import pytest

from shebao.core.identity import IdCheckDigitWrong, IdType, parse_id
from shebao.core.refusals import Unanswered
from shebao.operations.codes import CodeExpired, CodeWrong
from shebao.operations.sign_in import (
    Claim,
    NameDoesNotMatch,
    NumberBlocked,
    NumberUnknown,
    SignedOut,
    begin_sign_in,
    finish_sign_in,
    sign_out,
    who,
)

NINGBO = "330200"


@pytest.fixture
async def town(outside):
    async with httpx.AsyncClient(base_url=outside.url, trust_env=False) as http:
        yield http
        await http.delete("/sandbox/faults")


@pytest.fixture
async def known(town, people):
    """Make somebody the registry knows: the claim they would make, and their telephone."""
    serial = iter(range(100))

    async def make(*, status="ok"):
        number = people.number()
        person = {"name": "沈阿婆", "id_number": number, "id_type": "201", "status": status}
        answer = await town.post("/sandbox/people", json=person)
        assert answer.status_code < 300, answer.text
        phone = f"139{abs(hash(number)) % 10**6:06d}{next(serial):02d}"
        return Claim("沈阿婆", IdType.RESIDENT, number), phone

    return make


async def code_for(town, phone):
    told = (await town.get("/sms/inbox.json", params={"phone": phone})).json()
    messages = told["messages"] if isinstance(told, dict) else told
    return messages[0]["parameters"]["code"]


async def signing_in(world, claim, phone):
    return await begin_sign_in(
        world, region_code=NINGBO, entry_channel="wechat_account", claim=claim, phone=phone
    )


async def test_the_right_code_begins_a_session(world, town, known):
    claim, phone = await known()
    sign_in_id, person = await signing_in(world, claim, phone)
    token = await finish_sign_in(
        world, region_code=NINGBO, sign_in_id=sign_in_id, code=await code_for(town, phone)
    )
    [session] = await who(world, [(NINGBO, token)])
    assert session.person_id == person.id
    assert (
        session.number_masked
        == parse_id(claim.id_type, claim.number, on=world.today(NINGBO)).masked
    )


async def test_a_code_works_once(world, town, known):
    claim, phone = await known()
    sign_in_id, _ = await signing_in(world, claim, phone)
    code = await code_for(town, phone)
    await finish_sign_in(world, region_code=NINGBO, sign_in_id=sign_in_id, code=code)
    with pytest.raises(CodeExpired):
        await finish_sign_in(world, region_code=NINGBO, sign_in_id=sign_in_id, code=code)


async def tries_left_after(world, sign_in_id, wrong):
    with pytest.raises(CodeWrong) as refused:
        await finish_sign_in(world, region_code=NINGBO, sign_in_id=sign_in_id, code=wrong)
    return refused.value.tries_left


async def test_after_five_wrong_codes_the_right_one_is_worth_nothing(world, town, known):
    claim, phone = await known()
    sign_in_id, _ = await signing_in(world, claim, phone)
    code = await code_for(town, phone)
    wrong = "000000" if code != "000000" else "111111"
    left = [await tries_left_after(world, sign_in_id, wrong) for _ in range(5)]
    assert left == [4, 3, 2, 1, 0]
    with pytest.raises(CodeExpired):
        await finish_sign_in(world, region_code=NINGBO, sign_in_id=sign_in_id, code=code)


async def test_a_code_grows_old(world, town, known, clock):
    claim, phone = await known()
    sign_in_id, _ = await signing_in(world, claim, phone)
    code = await code_for(town, phone)
    clock.passes(minutes=6)
    with pytest.raises(CodeExpired):
        await finish_sign_in(world, region_code=NINGBO, sign_in_id=sign_in_id, code=code)


async def test_a_session_ends_by_itself_and_when_one_signs_out(world, town, known, clock):
    claim, phone = await known()
    sign_in_id, _ = await signing_in(world, claim, phone)
    token = await finish_sign_in(
        world, region_code=NINGBO, sign_in_id=sign_in_id, code=await code_for(town, phone)
    )
    [session] = await who(world, [(NINGBO, token)])
    clock.passes(hours=3)
    assert isinstance((await who(world, [(NINGBO, token)]))[0], SignedOut)
    clock.ahead *= 0
    await sign_out(world, session=session)
    assert isinstance((await who(world, [(NINGBO, token)]))[0], SignedOut)


async def test_a_token_of_another_region_opens_nothing(world, town, known):
    claim, phone = await known()
    sign_in_id, _ = await signing_in(world, claim, phone)
    token = await finish_sign_in(
        world, region_code=NINGBO, sign_in_id=sign_in_id, code=await code_for(town, phone)
    )
    assert isinstance((await who(world, [("110000", token)]))[0], SignedOut)


async def test_a_wrong_name_is_told_apart_from_an_unknown_number(world, known, people):
    claim, phone = await known()
    with pytest.raises(NameDoesNotMatch):
        await signing_in(world, Claim("别人", claim.id_type, claim.number), phone)
    with pytest.raises(NumberUnknown):
        await signing_in(world, Claim("别人", IdType.RESIDENT, people.number()), phone)


async def test_a_blocked_number_is_refused(world, known):
    claim, phone = await known(status="blocked")
    with pytest.raises(NumberBlocked):
        await signing_in(world, claim, phone)


async def test_a_mistyped_number_never_reaches_the_registry(world, known):
    claim, phone = await known()
    last = "0" if claim.number[-1] != "0" else "1"
    with pytest.raises(IdCheckDigitWrong):
        await signing_in(world, Claim(claim.name, claim.id_type, claim.number[:-1] + last), phone)


async def test_a_registry_that_is_down_is_not_a_no(world, town, known):
    claim, phone = await known()
    await town.post("/sandbox/faults", json={"kind": "identity_down", "count": 1})
    with pytest.raises(Unanswered):
        await signing_in(world, claim, phone)


async def test_a_message_that_cannot_be_sent_is_not_a_no(world, town, known):
    claim, phone = await known()
    await town.post("/sandbox/faults", json={"kind": "sms_down", "count": 1})
    with pytest.raises(Unanswered):
        await signing_in(world, claim, phone)
