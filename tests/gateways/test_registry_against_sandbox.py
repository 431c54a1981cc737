"""The registries and the sandbox, which share no code, understand each other over real HTTP."""

from __future__ import annotations

import os

import pytest
from tests.gateways.rehearsal import clock

from shebao.core.realname import RealNameVerdict
from shebao.core.refusals import Unanswered
from shebao.gateways.identity import RealName
from shebao.gateways.registry import RegistryRefused, read_registry_account
from shebao.gateways.sms import Sms, TooManyMessages

CODE = {"code": "123456", "minutes": "5"}
PERSON = {"name": "欧阳䶮", "id_type": "resident", "id_number": "330203199001011234"}


@pytest.fixture
def real_name(town, transport):
    account = read_registry_account(town.credentials / "identity.json", base_url=town.url)
    return RealName(account, transport, clock, os.urandom)


@pytest.mark.parametrize(
    ("changed", "status", "verdict"),
    [
        ({}, "ok", RealNameVerdict.MATCH),
        ({"name": "欧阳龑"}, "ok", RealNameVerdict.MISMATCH),
        ({"id_number": "33020319900101999X"}, "ok", RealNameVerdict.UNKNOWN),
        ({}, "blocked", RealNameVerdict.BLOCKED),
    ],
)
async def test_the_registry_knows_its_people(real_name, town, changed, status, verdict):
    await town.pull("people", {**PERSON, "status": status})
    assert await real_name.check(**{**PERSON, **changed}) is verdict


async def test_a_registry_that_is_down_has_not_answered(real_name, town):
    await town.pull("faults", {"kind": "identity_down"})
    with pytest.raises(Unanswered):
        await real_name.check(**PERSON)


async def test_a_secret_that_does_not_fit_is_refused(town, transport):
    account = read_registry_account(town.credentials / "sms.json", base_url=town.url)
    with pytest.raises(RegistryRefused) as refused:
        await RealName(account, transport, clock, os.urandom).check(**PERSON)
    assert refused.value.status == 401


@pytest.fixture
def sms(town, transport):
    account = read_registry_account(town.credentials / "sms.json", base_url=town.url)
    return Sms(account, transport, clock, os.urandom)


async def test_a_message_lies_in_the_inbox_and_a_second_must_wait(sms, town):
    message = {"phone": "13800000001", "template": "sign_in", "parameters": CODE}
    message_id = await sms.send(**message)
    (lying,) = await town.ask("GET", "/sms/inbox.json?phone=13800000001")
    assert (lying["message_id"], lying["parameters"]) == (message_id, CODE)
    with pytest.raises(TooManyMessages):
        await sms.send(**message)


async def test_a_carrier_that_is_down_has_not_answered(sms, town):
    await town.pull("faults", {"kind": "sms_down"})
    with pytest.raises(Unanswered):
        await sms.send(phone="13800000002", template="sign_in", parameters=CODE)
