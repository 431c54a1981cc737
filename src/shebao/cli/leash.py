"""Leash: ``python -m shebao.cli.leash MODULE …`` runs a module until whoever started it is gone.

The starter holds the other end of the program's standard input and never writes; the kernel
closes it when the starter dies, even by ``kill -9``.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
from threading import Thread


def hold() -> None:
    """End this program, as if asked politely, when its standard input closes."""
    Thread(target=_until_closed, name="leash", daemon=True).start()


def _until_closed() -> None:
    while os.read(sys.stdin.fileno(), 1024):
        continue
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    hold()
    del sys.argv[0]  # What is left is the module and its arguments.
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
