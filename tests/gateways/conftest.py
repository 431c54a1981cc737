"""The other side of the wires: a small real HTTP server, and WeChat's and a registry's keys.

Nothing here uses our own signing: what the other side says is made from the standard
library and plain ``cryptography``, and the golden messages by another program altogether.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tests.gateways.far_side import ATTEMPT, GOLDEN, NOW, REFUND, Platform, RegistrySide
from tests.gateways.peer import HangUp, Peer, Reply, Silence
from tests.gateways.rehearsal import rehearsal
from tests.gateways.unionpay_side import UnionPaySide

from shebao.core.channel import Charge, Return, Scene
from shebao.core.money import Money
from shebao.gateways.registry import RegistryAccount
from shebao.gateways.transport import Transport
from shebao.gateways.wechat.account import read_account
from shebao.gateways.wechat.pay import WeChatPay

NOTIFY = "https://shebao.example/notices/wechat"


@pytest.fixture
async def peer():
    peer = Peer()
    server = await asyncio.start_server(peer.converse, "127.0.0.1", 0)
    peer.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield peer
    server.close()
    await server.wait_closed()


@pytest.fixture(scope="session")
async def transport():
    transport = Transport(timeout_seconds=1)
    yield transport
    await transport.close()


def entropy(count: int) -> bytes:
    return bytes(range(count))


def now() -> datetime:
    return NOW


@pytest.fixture
def platform():
    return Platform()


@pytest.fixture(scope="session")
def golden_account():
    return read_account(GOLDEN)


@pytest.fixture
def account(golden_account, peer):
    return replace(golden_account, base_url=peer.url)


@pytest.fixture
def wechat(account, transport):
    return WeChatPay(account, transport, now, entropy)


@pytest.fixture
def charge():
    return Charge(
        attempt_id=ATTEMPT,
        amount=Money.yuan("380.50"),
        description="城乡居民基本养老保险,2026年",
        expires_at=datetime(2026, 12, 1, 4, 30, tzinfo=UTC),
        scene=Scene.H5,
        notify_url=NOTIFY,
        payer_ip="203.0.113.7",
    )


@pytest.fixture
def jsapi_charge(charge):
    return replace(charge, scene=Scene.JSAPI, openid="oUpF8uMuAJO_M2pxb1Q9zNjWeS6o")


@pytest.fixture
def native_charge(charge):
    return replace(charge, scene=Scene.NATIVE)


@pytest.fixture
def asked_back():
    return Return(
        refund_id=REFUND,
        attempt_id=ATTEMPT,
        amount=Money.yuan("100"),
        paid=Money.yuan("380.50"),
        reason="重复缴费",
        notify_url=NOTIFY,
    )


@pytest.fixture
def registry():
    return RegistrySide()


@pytest.fixture
def registry_account(peer, registry):
    return RegistryAccount("shebao", registry.secret, peer.url)


@pytest.fixture
def silence():
    return Silence()


@pytest.fixture
def hang_up():
    return HangUp


@pytest.fixture
def reply():
    return Reply


@pytest.fixture
def clock():
    return now


@pytest.fixture
def dice():
    return entropy


@pytest.fixture
def golden():
    return GOLDEN


@pytest.fixture(scope="session")
def unionpay_side(tmp_path_factory):
    return UnionPaySide(tmp_path_factory.mktemp("unionpay_side"))


@pytest.fixture(scope="session")
def unionpay_folder(unionpay_side, tmp_path_factory):
    return unionpay_side.credentials(tmp_path_factory.mktemp("unionpay_credentials"))


@pytest.fixture(scope="session")
async def town(tmp_path_factory, transport):
    async with rehearsal(tmp_path_factory.mktemp("rehearsal"), transport) as town:
        yield town
