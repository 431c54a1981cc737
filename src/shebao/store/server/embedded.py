"""Server: PostgreSQL without installing it, shared by all who use one home.

Nobody is in charge. Who comes first starts the server; everybody holds a shared lock on
``users.lock`` while using it, which the kernel drops even for the killed; who leaves last stops
it. While we use it we watch it, and start it again when it dies.
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import logging
import os
import stat
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Final
from urllib.parse import quote

from shebao.config import Config
from shebao.core.refusals import Refusal
from shebao.store.server.account import Account, account_for
from shebao.store.server.binaries import Binaries, wheel_binaries
from shebao.store.server.cluster import DATABASE, PORT, USER, Cluster

LOG: Final = logging.getLogger(__name__)
LOCK_SECONDS: Final = 150  # Longer than the slowest start of whoever holds it.
WATCH_SECONDS: Final = 0.2
_LOCK_TICK: Final = 0.02
_SOCKET_BYTES_MAX: Final = 103  # macOS allows 103, Linux 107.
PRIVATE: Final = 0o700
_PASS_THROUGH: Final = stat.S_IXGRP | stat.S_IXOTH


@dataclass(eq=False)
class HomeOutOfReach(Refusal):
    """The account that runs the database cannot enter the home: a folder above it is closed."""

    home: str
    account: str


@dataclass(eq=False)
class HomeNotOurs(Refusal):
    """We may not write in the home: it belongs to somebody else."""

    home: str


@dataclass(eq=False)
class SocketFolderTaken(Refusal):
    """The short folder for the socket is there, and belongs to somebody else."""

    folder: str


@dataclass(eq=False)
class DatabaseBusy(Refusal):
    """Another program has been starting or stopping the database for too long."""

    lock: str


class EmbeddedServer:
    """The server of one home, for as long as we use it."""

    def __init__(self, home: Path, *, binaries: Binaries | None = None) -> None:
        self._home = home.absolute()
        self._binaries = binaries
        self._cluster: Cluster | None = None
        self._use: int | None = None
        self._leaving = Event()
        self._watcher: Thread | None = None

    def start(self) -> str:
        """Have the server run until ``stop``; the address to connect to."""
        assert self._use is None, "started already"
        shelf = self._shelf()
        with _locked(shelf / "start.lock"):
            self._cluster = self._find_cluster(shelf)
            self._cluster.prepare()
            self._cluster.ensure_running()
            self._use = os.open(shelf / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._use, fcntl.LOCK_SH)
        self._leaving.clear()
        self._watcher = Thread(target=self.watch, name="postgres-watch", daemon=True)
        self._watcher.start()
        return address(self._cluster.socket)

    def stop(self) -> None:
        """Leave. The last to leave stops the server."""
        if self._use is None:
            return
        assert self._cluster is not None
        assert self._watcher is not None
        self._leaving.set()
        self._watcher.join()
        with _locked(self._cluster.shelf / "start.lock"):
            try:
                fcntl.flock(self._use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                LOG.debug("the database stays: others use it")
            else:
                self._cluster.stop()
            finally:
                os.close(self._use)
                self._use = None

    def watch(self) -> None:
        """Start the server again whenever it dies, until we leave."""
        assert self._cluster is not None
        while not self._leaving.wait(WATCH_SECONDS):
            if self._cluster.postmaster() is not None:
                continue
            try:
                with _locked(self._cluster.shelf / "start.lock"):
                    self._cluster.ensure_running()
                LOG.warning("the database had died; it runs again")
            except (Refusal, OSError) as error:
                LOG.error("the database died and does not start again: %s", error)  # noqa: TRY400

    def _shelf(self) -> Path:
        """The folder in the home that is ours; root lets the account pass through it."""
        shelf = self._home.resolve() / "postgres"
        try:
            shelf.parent.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True)
        except FileExistsError:
            LOG.debug("the home is there")
        except PermissionError:
            raise HomeNotOurs(str(self._home)) from None
        try:
            shelf.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, exist_ok=True)
            os.close(os.open(shelf / "start.lock", os.O_RDWR | os.O_CREAT, 0o600))
        except PermissionError:
            raise HomeNotOurs(str(self._home)) from None
        return shelf

    def _find_cluster(self, shelf: Path) -> Cluster:
        account = account_for(shelf / "data")
        _let_through(shelf, account)
        socket = _socket_folder(shelf, account)
        return Cluster(shelf, socket, account, self._binaries or wheel_binaries())

    async def __aenter__(self) -> str:
        starting = asyncio.create_task(asyncio.to_thread(self.start))
        try:
            return await asyncio.shield(starting)
        except asyncio.CancelledError:
            await starting  # A thread cannot be cancelled; what it started must not be left.
            self.stop()
            raise

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        await asyncio.shield(asyncio.to_thread(self.stop))


def is_made(home: Path) -> bool:
    """Whether a home has a database already."""
    return (home / "postgres/data").is_dir()


def address(socket: Path) -> str:
    """The URL of a server that listens in a socket folder."""
    return f"postgresql://{USER}@/{DATABASE}?host={quote(str(socket), safe='/')}&port={PORT}"


@asynccontextmanager
async def database_url(config: Config) -> AsyncIterator[str]:
    """The database to use: the one that was configured, else our own, running."""
    if config.database_url is not None:
        yield config.database_url
        return
    async with EmbeddedServer(config.home) as url:
        yield url


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a lock that the kernel takes back even from the killed."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        deadline = time.monotonic() + LOCK_SECONDS
        while not _try_lock(file):
            if time.monotonic() > deadline:
                raise DatabaseBusy(str(path))
            time.sleep(_LOCK_TICK)
        yield
    finally:
        os.close(file)


def _try_lock(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _let_through(shelf: Path, account: Account) -> None:
    """See that the account can reach our folder. Nothing above the home is ever opened.

    The home itself is ours alone, and is often made by ``mktemp -d``, closed to all but root:
    then the account may pass through it, without seeing what is there. A home that people log
    in to is not ours alone.
    """
    if account.reaches(shelf):
        return
    home = shelf.parent
    if home.stat().st_uid == os.geteuid() and home != Path.home().resolve():
        home.chmod(stat.S_IMODE(home.stat().st_mode) | _PASS_THROUGH)
        if account.reaches(shelf):
            return
    raise HomeOutOfReach(str(home), account.name)


def _socket_folder(shelf: Path, account: Account) -> Path:
    """Make the folder for the socket: in ours, or a short one, as sockets' names are limited."""
    folder = shelf / "socket"
    if len(os.fsencode(folder / f".s.PGSQL.{PORT}.lock")) > _SOCKET_BYTES_MAX:
        sign = hashlib.sha256(os.fsencode(shelf)).hexdigest()[:12]
        folder = Path(f"/tmp/shebao-{account.uid}-{sign}")  # noqa: S108  Short on purpose.
    try:
        account.own(folder)
    except FileExistsError:
        found = folder.lstat()
        ours = found.st_uid in {account.uid, os.geteuid()}
        if not (ours and stat.S_ISDIR(found.st_mode) and stat.S_IMODE(found.st_mode) == PRIVATE):
            raise SocketFolderTaken(str(folder)) from None
        os.chown(folder, account.uid, account.gid)
    return folder
