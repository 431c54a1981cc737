"""Leash: a child of ours ends when whoever started it is gone, even if that was killed.

The parent holds the other end of the child's standard input and never writes; the kernel closes
it when the parent dies.
"""

from __future__ import annotations

import os
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
