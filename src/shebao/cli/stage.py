"""Stage: the whole system on this machine: database, sandbox, worker and pages, until we leave."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from shebao.app import opened
from shebao.cli.children import Child, first_death
from shebao.cli.demo_residents import load_demo, people_file, rehearsal_days
from shebao.config import Config
from shebao.core.refusals import Refusal
from shebao.store.database import Database
from shebao.store.migrate import migrate
from shebao.store.server import database_url

LOCALHOST: Final = "127.0.0.1"
_CODE: Final = str(Path(__file__).resolve().parents[2])


@dataclass(eq=False)
class PortTaken(Refusal):
    """Another program listens on a port we need. The option chooses another."""

    port: int
    option: str
    instead: int


@dataclass(frozen=True, slots=True)
class Stage:
    """Where everything is: what a person opens, and what a story needs to check the books."""

    config: Config
    database_url: str
    children: tuple[Child, ...]

    async def until_a_child_dies(self) -> Refusal:
        """Wait, for ever if all goes well."""
        return await first_death(self.children)


def set_for(config: Config, *, port: int, sandbox_port: int) -> Config:
    """The configuration of a stage on these ports. Raises PortTaken."""
    check_port(port, "--port")
    check_port(sandbox_port, "--sandbox-port")
    return replace(
        config,
        base_url=f"http://{LOCALHOST}:{port}",
        sandbox_url=f"http://{LOCALHOST}:{sandbox_port}",
        rehearsal={**rehearsal_days(), **config.rehearsal},
    )


@contextlib.asynccontextmanager
async def stage(config: Config) -> AsyncIterator[Stage]:
    """Raise the stage, and take it down again, whatever happens in between."""
    async with contextlib.AsyncExitStack() as stack:
        url = await stack.enter_async_context(database_url(config))
        await _migrate(url)
        environ = _environ(config, url)
        logs = config.home / "logs"
        logs.mkdir(exist_ok=True)
        started: list[Child] = []

        async def start(name: str, *arguments: str) -> Child:
            child = await Child.start(name, [name, *arguments], environ, logs / f"{name}.log")
            stack.push_async_callback(child.stop)
            started.append(child)
            return child

        people = people_file(config.home)
        sandbox_port, port = port_of(config.sandbox_url), port_of(config.base_url)
        sandbox = await start("sandbox", "--port", str(sandbox_port), "--people", str(people))
        await sandbox.ready(sandbox_port)  # It makes the credentials that the others read.
        async with opened(config, url) as world:
            await load_demo(world)
        await start("worker")
        pages = await start("serve", "--port", str(port))
        await pages.ready(port)
        yield Stage(config, url, tuple(started))


async def _migrate(url: str) -> None:
    """Bring the schema up to date."""
    db = Database(url)
    try:
        await migrate(db)
    finally:
        await db.close()


def _environ(config: Config, url: str) -> Mapping[str, str]:
    days = ",".join(f"{region}={day}" for region, day in config.rehearsal.items())
    ours = {
        "SHEBAO_HOME": str(config.home),
        "SHEBAO_DATABASE_URL": url,
        "SHEBAO_BASE_URL": config.base_url,
        "SHEBAO_SANDBOX_URL": config.sandbox_url,
        "SHEBAO_CREDENTIALS": str(config.credentials),
        "SHEBAO_REHEARSAL": days,
    }
    path = os.pathsep.join([_CODE, *filter(None, [os.environ.get("PYTHONPATH")])])
    return {**os.environ, **ours, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"}


def port_of(url: str) -> int:
    """The port of an address of ours, which always names it."""
    return int(url.rpartition(":")[2])


def check_port(port: int, option: str) -> None:
    """See that nobody listens on a port. Raises PortTaken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOCALHOST, port))
        except OSError as error:
            if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                raise
            raise PortTaken(port, option, free_ports()[0]) from None


def free_ports() -> tuple[int, int]:
    """Find two ports that nobody listens on."""
    with socket.socket() as one, socket.socket() as other:
        one.bind((LOCALHOST, 0))
        other.bind((LOCALHOST, 0))
        return int(one.getsockname()[1]), int(other.getsockname()[1])
