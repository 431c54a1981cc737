"""One of several: the web program as one of several processes under a supervisor.

Each is started again whenever it is killed, so it imports what it serves, and no command line.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from multiprocessing.process import BaseProcess
from threading import Thread

from shebao import logs
from shebao.config import read_config
from shebao.web.served import Served


def served() -> Served:
    """The web program of one of several processes, which each read the environment."""
    _follow(multiprocessing.parent_process())
    config = read_config(os.environ)
    logs.configure(config.log)
    return Served(config)


def _follow(parent: BaseProcess | None) -> None:
    """End with whoever started us: an orphan keeps the port, and nobody watches over it."""
    if parent is not None:
        Thread(target=_until_gone, args=(parent,), name="follow", daemon=True).start()


def _until_gone(parent: BaseProcess) -> None:
    parent.join()
    os.kill(os.getpid(), signal.SIGKILL)  # At once: the next one needs the port.
