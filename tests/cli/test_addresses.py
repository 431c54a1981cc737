"""Without a sandbox every channel is at its own address; with one, all are there."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from urllib.parse import urlsplit

import httpx
import pytest

from shebao.app import build
from shebao.config import read_config
from shebao.core.channel import Method
from shebao.core.ids import mint
from shebao.core.refusals import Unanswered
from shebao.gateways.transport import Transport
from shebao.store.database import Database

REAL = {
    Method.WECHAT: "https://api.mch.weixin.qq.com",
    Method.ALIPAY: "https://openapi.alipay.com",
    Method.UNIONPAY: "https://gateway.95516.com",
    Method.CARD: "https://gateway.95516.com",
}


class Nowhere(httpx.AsyncBaseTransport):
    """A wire that is cut behind the door, and remembers who was called on it."""

    def __init__(self):
        self.called = []

    async def handle_async_request(self, request):
        parts = urlsplit(str(request.url))
        self.called.append(f"{parts.scheme}://{parts.netloc}")
        raise httpx.ConnectError("cut")


KEPT = {"wechat.json", "alipay.json", "unionpay.json", "identity.json", "sms.json"}


@pytest.fixture
def credentials(outside, tmp_path):
    """What three channels gave us, and two registries that say where they are."""
    folder = shutil.copytree(outside.credentials, tmp_path / "credentials")
    for file in {*folder.glob("*.json")} - {folder / name for name in KEPT}:
        file.unlink()
    for name in ("identity.json", "sms.json"):
        facts = json.loads((folder / name).read_text())
        (folder / name).write_text(json.dumps(facts | {"base_url": "https://registry.example.cn"}))
    return folder


def connected(folder, wire, **said):
    settings = {f"SHEBAO_{name.upper()}": str(value) for name, value in said.items()}
    config = read_config({"SHEBAO_HOME": str(folder), **settings})
    config = replace(config, credentials=folder)
    return build(config, Database("postgresql://nobody@127.0.0.1/none"), Transport(wire=wire))


async def called(world, method, wire):
    """Whom we call when we ask about an attempt."""
    with pytest.raises(Unanswered):
        await world.channel(method).inquire(mint("att", world.now(), world.entropy))
    return wire.called


@pytest.mark.parametrize("method", REAL)
async def test_without_a_sandbox_every_channel_is_at_its_own_address(credentials, method):
    wire = Nowhere()
    world = connected(credentials, wire)
    assert await called(world, method, wire) == [REAL[method]]


@pytest.mark.parametrize("method", REAL)
async def test_with_a_sandbox_every_channel_is_there(credentials, method):
    wire = Nowhere()
    world = connected(credentials, wire, sandbox_url="http://127.0.0.1:8100")
    assert await called(world, method, wire) == ["http://127.0.0.1:8100"]


async def test_a_registry_is_where_its_own_file_says(credentials):
    wire = Nowhere()
    world = connected(credentials, wire)
    with pytest.raises(Unanswered):
        await world.real_name.check(name="王小芳", id_type="id_card", id_number="330225")
    assert wire.called == ["https://registry.example.cn"]


async def test_a_registry_that_says_no_address_is_refused(credentials):
    (credentials / "sms.json").write_text('{"app_id": "a", "secret": "b"}')
    with pytest.raises(ValueError, match=r"sms\.json: base_url is missing"):
        connected(credentials, Nowhere())


async def test_wechat_may_be_said_to_be_elsewhere(credentials):
    facts = json.loads((credentials / "wechat.json").read_text())
    elsewhere = {"base_url": "https://api2.mch.weixin.qq.com"}
    (credentials / "wechat.json").write_text(json.dumps(facts | elsewhere))
    wire = Nowhere()
    world = connected(credentials, wire)
    assert await called(world, Method.WECHAT, wire) == ["https://api2.mch.weixin.qq.com"]


async def test_without_a_number_for_cards_there_are_no_cards(credentials):
    facts = json.loads((credentials / "unionpay.json").read_text())
    del facts["card_mer_id"]
    (credentials / "unionpay.json").write_text(json.dumps(facts))
    channels = connected(credentials, Nowhere()).channels
    assert Method.UNIONPAY in channels
    assert Method.CARD not in channels
