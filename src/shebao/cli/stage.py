"""Stage: the whole system on this machine: database, sandbox, worker and pages, until we leave."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from shebao.app import opened
from shebao.cli.children import Child, first_death
from shebao.cli.demo_clerks import load_clerks
from shebao.cli.demo_mandates import load_mandates
from shebao.cli.demo_residents import load_demo, people_file, rehearsal_days
from shebao.cli.demo_school import load_school
from shebao.config import Config
from shebao.core.refusals import Refusal
from shebao.store.database import Database
from shebao.store.migrate import migrate
from shebao.store.server.embedded import database_url

LOCALHOST: Final = "127.0.0.1"
_PASS_THROUGH_ONLY: Final = 0o711  # The database's account must get through, and see nothing.
_COMMANDS: Final = "shebao.cli.main"
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
    logs = config.home / "logs"
    config.home.mkdir(mode=_PASS_THROUGH_ONLY, parents=True, exist_ok=True)
    logs.mkdir(exist_ok=True)
    async with contextlib.AsyncExitStack() as stack:
        environ = _environ(config)

        async def start(name: str, *command: str) -> Child:
            child = await Child.start(name, command, environ, logs / f"{name}.log")
            stack.push_async_callback(child.stop)
            return child

        sandbox_port, port = port_of(config.sandbox_url), port_of(config.base_url)
        sandbox = await start("sandbox", *_sandbox_command(config))
        url = await stack.enter_async_context(database_url(config))
        await _migrate(url)
        await sandbox.ready(sandbox_port)  # It makes the credentials that the others read.
        environ["SHEBAO_DATABASE_URL"] = url
        worker = await start("worker", _COMMANDS, "worker")
        pages = await start("serve", _COMMANDS, "serve", "--port", str(port))
        async with opened(config, url) as world:
            await load_demo(world)
            await load_mandates(world, sandbox_url=config.sandbox_url)
            await load_clerks(world)
            await load_school(world)
        await pages.ready(port)
        yield Stage(config, url, (sandbox, worker, pages))


def _sandbox_command(config: Config) -> list[str]:
    """The sandbox by itself: it loads in a third of the time of all our commands."""
    told = {
        "--port": port_of(config.sandbox_url),
        "--people": people_file(config.home),
        "--credentials": config.credentials,
        "--state": config.home / "sandbox",
    }
    return ["shebao.sandbox", *(str(word) for pair in told.items() for word in pair)]


async def _migrate(url: str) -> None:
    """Bring the schema up to date."""
    db = Database(url)
    try:
        await migrate(db)
    finally:
        await db.close()


def _environ(config: Config) -> dict[str, str]:
    days = ",".join(f"{region}={day}" for region, day in config.rehearsal.items())
    ours = {
        "SHEBAO_HOME": str(config.home),
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
