"""Several: web programs on one port, forked by a supervisor that replaces whichever dies.

The supervisor has imported all of it before it forks, so the next one answers within a moment;
importing takes seconds, and somebody who pays would wait for them.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import socket
import sys
from collections.abc import Callable
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from threading import Event, Thread
from types import FrameType
from typing import Final

import uvicorn

CANNOT_START: Final = 3  # As uvicorn's own command says it.
_ENDINGS: Final = frozenset({signal.SIGINT, signal.SIGTERM})
_BREATH_SECONDS: Final = 0.1
_FORKED: Final = multiprocessing.get_context("fork")


def serve_several(serving: Callable[[], uvicorn.Config], count: int) -> None:
    """Serve on one port by several programs until a signal says stop.

    Raises SystemExit when one cannot start: the next could not either.
    """
    several = _Several(serving, count)
    for number in _ENDINGS:
        signal.signal(number, several.leave)
    several.watch()


class _Several:
    """The programs that run now."""

    def __init__(self, serving: Callable[[], uvicorn.Config], count: int) -> None:
        self._serving = serving
        self._sockets = _sockets(serving(), count)
        self._lead, self._hand = os.pipe()  # Whatever ends us, the kernel lets go of the hand.
        self._running: dict[int, tuple[BaseProcess, socket.socket]] = {}
        self._leaving = False
        gc.freeze()  # What is imported by now is shared with all of them, and never freed.
        for own in self._sockets:
            self._fork(own)

    def watch(self) -> None:
        """Start another for each that ends, until we leave. Raises SystemExit."""
        while self._running:
            ended = [self._running.pop(one) for one in wait(self._running) if isinstance(one, int)]
            for process, _ in ended:
                process.join()
            if CANNOT_START in {process.exitcode for process, _ in ended}:
                self.leave(signal.SIGTERM, None)
                sys.exit(CANNOT_START)
            Event().wait(_BREATH_SECONDS)  # One that ends at once must not keep a processor busy.
            for _, own in ended:
                self._fork(own)

    def leave(self, _number: int, _frame: FrameType | None) -> None:
        """Ask all of them to end, and start no other."""
        self._leaving = True
        for process, _ in self._running.values():
            process.terminate()

    def _fork(self, own: socket.socket) -> None:
        """Start one more, unless we leave. A signal waits until it is on our list."""
        signal.pthread_sigmask(signal.SIG_BLOCK, _ENDINGS)
        if not self._leaving:
            process = _FORKED.Process(target=self._serve, args=(own,))
            process.start()
            self._running[process.sentinel] = process, own
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDINGS)

    def _serve(self, own: socket.socket) -> None:
        """What each of them does. Raises SystemExit when it cannot start."""
        for number in _ENDINGS:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDINGS)
        os.close(self._hand)
        Thread(target=self._follow, name="follow", daemon=True).start()
        server = uvicorn.Server(self._serving())
        server.run(sockets=[own])
        if not server.started:
            sys.exit(CANNOT_START)

    def _follow(self) -> None:
        """End with the supervisor: an orphan keeps the port, and nobody watches over it."""
        os.read(self._lead, 1)
        os.kill(os.getpid(), signal.SIGKILL)  # At once: the next one needs the port.


def _sockets(config: uvicorn.Config, count: int) -> list[socket.socket]:
    """A socket for each on the one port, so that the kernel shares the connections out.

    Of one socket they all shared, whoever is awake takes every connection there is. Who is
    connected already when one dies waits for the next one. Raises SystemExit when the port is
    somebody else's.
    """
    first = config.bind_socket()
    if sys.platform != "linux":  # Elsewhere the last socket would be given everything.
        return [first] * count
    first.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # Only now: it must be free.
    return [first, *(_beside(first) for _ in range(count - 1))]


def _beside(first: socket.socket) -> socket.socket:
    """One more socket on the same port."""
    other = socket.socket(first.family)
    for option in (socket.SO_REUSEADDR, socket.SO_REUSEPORT):
        other.setsockopt(socket.SOL_SOCKET, option, 1)
    other.bind(first.getsockname())
    return other
