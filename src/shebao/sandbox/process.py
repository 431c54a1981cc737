"""Process: the sandbox as a program of its own, started and ended by whoever rehearses.

It is a real process on a real port, so it can also be killed, and its ledger asked afterwards.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Final, Self

_HOST: Final = "127.0.0.1"
_READY_WITHIN_SECONDS: Final = 20
_LOOKS_EVERY_MS: Final = 10
_STOPS_WITHIN_SECONDS: Final = 5


@dataclass(slots=True)
class SandboxProcess:
    """One sandbox. As a context manager it starts at once and is stopped at the end."""

    credentials: Path
    port: int = 0  # Nought: whichever is free.
    people: Path | None = None
    signer: str = "public_key"
    time_factor: Fraction = Fraction(1, 600)  # A retry after 15 seconds comes after 25 ms.
    probe_one_in: int = 0
    _running: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{_HOST}:{self.port}"

    def start(self) -> None:
        """Start it, and come back when it answers."""
        assert self._running is None
        self.port = self.port or _free_port()
        command = [sys.executable, "-m", "shebao.sandbox", *self._arguments()]
        self._running = subprocess.Popen(command)  # noqa: S603  Our own program.
        _wait_for(self._running, self.port)

    def stop(self) -> None:
        """End it as a person would."""
        self._end(lambda running: running.terminate())

    def kill(self) -> None:
        """End it as a power cut would; ``start`` brings it back on the same port."""
        self._end(lambda running: running.kill())

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._running is not None:
            self.stop()

    def _arguments(self) -> list[str]:
        told = {
            "--host": _HOST,
            "--port": self.port,
            "--credentials": self.credentials,
            "--signer": self.signer,
            "--time-factor": self.time_factor,
            "--probe-one-in": self.probe_one_in,
        }
        people = [] if self.people is None else ["--people", str(self.people)]
        return [str(part) for pair in told.items() for part in pair] + people

    def _end(self, how: Callable[[subprocess.Popen[bytes]], None]) -> None:
        assert self._running is not None
        how(self._running)
        self._running.wait(_STOPS_WITHIN_SECONDS)
        self._running = None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(running: subprocess.Popen[bytes], port: int) -> None:
    patience = time.monotonic() + _READY_WITHIN_SECONDS
    while time.monotonic() < patience:
        if running.poll() is not None:
            raise ChildProcessError(f"the sandbox ended with {running.returncode}")
        try:
            socket.create_connection((_HOST, port), timeout=1).close()
        except OSError:
            time.sleep(_LOOKS_EVERY_MS / 1000)
        else:
            return
    running.kill()
    raise TimeoutError("the sandbox did not answer")
