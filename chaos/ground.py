"""Ground: what the storm is about: database, channels, web workers, worker, and two wires."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import asyncpg
from city import browsers
from city.residents import REGION, TODAY, fill

from chaos.wire import LOCALHOST, Wire
from shebao.app import key_ring
from shebao.cli.children import Child
from shebao.cli.stage import free_ports
from shebao.config import Config, read_config
from shebao.store.server.embedded import EmbeddedServer
from shebao.store.vault import Vault

WEB_WORKERS: Final = 2
ALIPAY_ONE_IN: Final = 5
_SOURCES: Final = Path(__file__).parents[1] / "src"
_PASS_THROUGH_ONLY: Final = 0o711  # The database's account must get through, and see nothing.
Say = Callable[[str], None]


@dataclass(slots=True)
class Ground:
    """Everything that runs, and where it is."""

    config: Config
    port: int
    sandbox_port: int
    to_channel: Wire
    from_channel: Wire
    database: str
    vault: Vault
    cookies: dict[int, str] = field(default_factory=dict)
    running: dict[str, Child] = field(default_factory=dict)

    @property
    def ledger(self) -> Path:
        """The file in which the channels keep what they hold."""
        return self.config.home / "sandbox/ledger.sqlite3"

    @property
    def postmaster(self) -> int:
        """The first process of PostgreSQL. Raises OSError or ValueError while there is none."""
        lines = (self.config.home / "postgres/data/postmaster.pid").read_text().split("\n")
        return int(lines[0])

    @contextlib.asynccontextmanager
    async def books(self) -> AsyncIterator[Any]:
        """A bare connection, to look."""
        connection = await asyncpg.connect(self.database)
        try:
            yield connection
        finally:
            await connection.close()

    async def take_stock(self) -> None:
        """Have PostgreSQL count what is there, as it does by itself after a minute of work."""
        async with self.books() as connection:
            await connection.execute("ANALYZE")

    async def start(self, name: str) -> None:
        """Start one of our programs, as it is told to start by whoever runs it."""
        commands = {
            "sandbox": ["shebao.sandbox", *self._sandbox()],
            "worker": ["shebao.cli.main", "worker"],
            "serve": [
                *("shebao.cli.main", "serve", "--port", str(self.port)),
                *("--workers", str(WEB_WORKERS)),
            ],
        }
        log = self.config.home / f"logs/{name}.log"
        self.running[name] = await Child.start(name, commands[name], self._environ(), log)

    def _sandbox(self) -> list[str]:
        told = {
            "--port": self.sandbox_port,
            "--credentials": self.config.credentials,
            "--state": self.config.home / "sandbox",
            "--public-url": f"http://{LOCALHOST}:{self.sandbox_port}",
        }
        return [str(word) for pair in told.items() for word in pair]

    def _environ(self) -> dict[str, str]:
        kept = {name: said for name, said in os.environ.items() if not name.startswith("SHEBAO_")}
        path = os.pathsep.join([str(_SOURCES), *filter(None, [kept.get("PYTHONPATH")])])
        return {
            **kept,
            "PYTHONPATH": path,
            "SHEBAO_HOME": str(self.config.home),
            "SHEBAO_BASE_URL": self.config.base_url,
            "SHEBAO_SANDBOX_URL": self.config.sandbox_url,
            "SHEBAO_CREDENTIALS": str(self.config.credentials),
            "SHEBAO_REHEARSAL": f"{REGION}={TODAY}",
            "SHEBAO_LOG": "warning",
        }


@contextlib.asynccontextmanager
async def raised(home: Path, *, people: int, say: Say) -> AsyncIterator[Ground]:
    """Start everything around a city of people, and take it down again."""
    _open(home)
    port, sandbox_port = free_ports()
    async with contextlib.AsyncExitStack() as stack:
        say(f"filling a city of {people:,} people")
        database = await stack.enter_async_context(EmbeddedServer(home))
        await fill(database, people=people, orders=0)
        wires = Wire(sandbox_port), Wire(port)
        for wire in wires:
            await wire.open()
            stack.push_async_callback(wire.close)
        config = _config(home, *wires)
        vault = Vault(key_ring(config), secrets.token_bytes)
        ground = Ground(config, port, sandbox_port, *wires, database, vault)
        stack.push_async_callback(_stop, ground)
        say(f"starting the channels, the worker and {WEB_WORKERS} web workers")
        await ground.start("sandbox")
        await ground.running["sandbox"].ready(sandbox_port)  # It makes the credentials.
        await ground.start("worker")
        await ground.start("serve")
        ways = {n: "alipay" if n % ALIPAY_ONE_IN == 0 else "wechat_mini" for n in range(1, people)}
        async with ground.books() as connection:
            ground.cookies = await browsers.sign_in(connection, vault, ways)
        await ground.running["serve"].ready(port)
        yield ground


def _open(home: Path) -> None:
    home.chmod(_PASS_THROUGH_ONLY)
    (home / "logs").mkdir()


def _config(home: Path, to_channel: Wire, from_channel: Wire) -> Config:
    """As the programs will read it: they reach the channels by one wire, and are by the other."""
    return replace(
        read_config({"SHEBAO_HOME": str(home)}),
        base_url=f"http://{LOCALHOST}:{from_channel.port}",
        sandbox_url=f"http://{LOCALHOST}:{to_channel.port}",
        rehearsal={REGION: date.fromisoformat(TODAY)},
    )


async def _stop(ground: Ground) -> None:
    await asyncio.gather(*(child.stop() for child in ground.running.values()))
