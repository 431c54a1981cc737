"""Server cluster: one data folder of PostgreSQL, and the process that serves it.

*Cluster* is PostgreSQL's word for what one server serves. Whether a server is alive is asked of
the process, never of ``postmaster.pid`` alone: after a ``kill -9`` that file can be half written,
its number can be a zombie, or belong to somebody else by now.

The caller holds the lock of the home while it calls anything here but ``postmaster``.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shebao.core.refusals import Refusal
from shebao.store.server.account import ENVIRONMENT, Account
from shebao.store.server.binaries import Binaries, runnable_binaries

USER: Final = "shebao"
DATABASE: Final = "shebao"
PORT: Final = 5432  # Only a part of the socket's name.
START_SECONDS: Final = 120  # A crash may leave a minute of log to replay.
STOP_SECONDS: Final = 30
_PROCESSES: Final = Path("/proc")  # Linux has it, macOS has not.
_TICK: Final = 0.01
_LOG_BYTES_MAX: Final = 4_000_000
_LINES_SHOWN: Final = 6
_PID_LINE, _STATUS_LINE = 0, 7  # Of postmaster.pid; see PostgreSQL's pidfile.h.
_MAY_PASS: Final = ("pre-existing shared memory block", "lock file")

_INITDB: Final = (
    *("-U", USER, "-A", "trust"),  # Who can reach the socket is us, or root.
    *("-E", "UTF8", "--no-locale", "--no-instructions"),
)
SETTINGS: Final = {
    "listen_addresses": "",  # The socket is the only door.
    "unix_socket_permissions": "0700",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "log_checkpoints": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # After a crash one call instead of one a file: two seconds sooner back. Only Linux has it.
    **({"recovery_init_sync_method": "syncfs"} if sys.platform == "linux" else {}),
}


@dataclass(eq=False)
class DatabaseDidNotStart(Refusal):
    """PostgreSQL gave up, or did not become ready. The last lines it said are the reason."""

    log: str
    said: str


@dataclass(eq=False)
class DatabaseOfAnotherVersion(Refusal):
    """The data folder was written by another major version of PostgreSQL."""

    data: str
    found: str
    needed: str


class _Postmaster(subprocess.Popen[bytes]):
    """The server as our child. It may outlive us, when others still use it: that is no leak."""

    def __del__(self) -> None:
        return


@dataclass(slots=True)
class Cluster:
    """A data folder and how to serve it."""

    shelf: Path
    socket: Path
    account: Account
    wheel: Binaries
    _child: _Postmaster | None = None

    @property
    def data(self) -> Path:
        """The data folder itself."""
        return self.shelf / "data"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.shelf / "server.log"

    def postmaster(self) -> tuple[int, bool] | None:
        """Find the process that serves this folder, and whether it is ready. None if dead."""
        if self._child is not None:
            self._child.poll()  # Reaps it: a zombie would look alive to PostgreSQL.
        try:
            lines = (self.data / "postmaster.pid").read_text(errors="replace").split("\n")
            pid = int(lines[_PID_LINE])
        except (OSError, ValueError):
            return None
        if pid <= 0 or not _serves(pid, self.data):
            return None
        return pid, len(lines) > _STATUS_LINE and lines[_STATUS_LINE].strip() == "ready"

    def ensure_running(self) -> None:
        """Have a server ready: adopt the one that runs, or start one, waiting out a dead one."""
        deadline, launched = time.monotonic() + START_SECONDS, False
        while time.monotonic() < deadline:
            seen = self.postmaster()
            if seen is not None and seen[1]:
                return
            if seen is None and (self._child is None or self._child.poll() is not None):
                if launched:
                    self._see_why_it_ended()
                self._launch()
                launched = True
            time.sleep(_TICK)
        raise DatabaseDidNotStart(str(self.log), self._last_words())

    def stop(self) -> None:
        """Stop the server: politely, then at once. Nothing acknowledged is lost either way."""
        for politeness in (signal.SIGINT, signal.SIGQUIT):
            seen = self.postmaster()
            if seen is None:
                break
            os.kill(seen[0], politeness)
            deadline = time.monotonic() + STOP_SECONDS
            while self.postmaster() is not None and time.monotonic() < deadline:
                time.sleep(_TICK)
        if self._child is not None:
            self._child.wait(STOP_SECONDS)
            self._child = None
        if self.socket.parent != self.shelf:
            shutil.rmtree(self.socket, ignore_errors=True)

    def prepare(self) -> None:
        """Make the data folder unless it is there. A half-made one is thrown away."""
        if self.data.exists():
            found = (self.data / "PG_VERSION").read_text().strip()
            if found != self.wheel.major:
                raise DatabaseOfAnotherVersion(str(self.data), found, self.wheel.major)
            return
        half = self.shelf / "data.half"
        shutil.rmtree(half, ignore_errors=True)
        self.account.own(half)
        binaries = runnable_binaries(self.wheel, self.account, self.shelf)
        chosen = [f"--set={name}={value}" for name, value in SETTINGS.items()]
        self._must([binaries / "initdb", "-D", half, *_INITDB, *chosen])
        made = f"CREATE DATABASE {DATABASE};\n"
        self._must([binaries / "postgres", "--single", "-D", half, "postgres"], made)
        half.rename(self.data)

    def _must(self, command: Sequence[str | Path], typed: str = "") -> None:
        code, said = self.account.run(command, typed)
        if code != 0:
            raise DatabaseDidNotStart(str(command[0]), _tail(said))

    def _launch(self) -> None:
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for left in self.socket.glob(".s.PGSQL.*"):
            left.unlink()
        binaries = runnable_binaries(self.wheel, self.account, self.shelf)
        if self.log.exists() and self.log.stat().st_size > _LOG_BYTES_MAX:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self._child = _Postmaster(
                [binaries / "postgres", "-D", self.data, "-k", self.socket, "-p", str(PORT)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=ENVIRONMENT,
                start_new_session=True,  # Ctrl-C is meant for us, not for the database.
                **self.account.identity(),
            )

    def _see_why_it_ended(self) -> None:
        """Decide about a child that ended before it was ready: try again, or give up."""
        assert self._child is not None
        said = self._last_words()
        killed = self._child.returncode == -signal.SIGKILL
        if not killed and not any(reason in said for reason in _MAY_PASS):
            raise DatabaseDidNotStart(str(self.log), said)
        time.sleep(_TICK * 5)  # Backends of a killed server are still leaving.

    def _last_words(self) -> str:
        return _tail(self.log.read_text(errors="replace") if self.log.exists() else "")


def _tail(said: str) -> str:
    return "\n".join(said.strip().splitlines()[-_LINES_SHOWN:])


def _serves(pid: int, data: Path) -> bool:
    """Whether a process is a server of this folder. A zombie and a stranger are not."""
    if _PROCESSES.is_dir():
        process = _PROCESSES / str(pid)
        try:
            if os.fsencode(data) in (process / "cmdline").read_bytes().split(b"\0"):
                return True
            return (process / "cwd").readlink() == data  # Somebody started it by hand.
        except OSError:
            return False
    command = ["/bin/ps", "-o", "args=", "-p", str(pid)]
    shown = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return f"-D {data} " in shown.stdout
