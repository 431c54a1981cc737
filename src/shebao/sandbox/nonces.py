"""Nonces: what has been said once may not be said again, as long as its timestamp is fresh."""

from __future__ import annotations

from collections import deque
from typing import Final

from shebao.sandbox import clock

WINDOW_SECONDS: Final = 300


def is_fresh(timestamp: str) -> bool:
    """Whether a timestamp in seconds is within five minutes of our clock."""
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > len("9999999999"):
        return False
    return abs(clock.now_seconds() - int(timestamp)) <= WINDOW_SECONDS


class Nonces:
    """The nonces heard within the window, forgotten when their timestamps are stale anyway."""

    def __init__(self) -> None:
        self._heard: set[str] = set()
        self._order: deque[tuple[int, str]] = deque()

    def is_new(self, nonce: str) -> bool:
        """Remember a nonce; False when it had been heard before."""
        now = clock.now_seconds()
        # A timestamp may lie a window ahead, so it stays usable for two windows.
        while self._order and self._order[0][0] < now - 2 * WINDOW_SECONDS:
            self._heard.discard(self._order.popleft()[1])
        if nonce in self._heard:
            return False
        self._heard.add(nonce)
        self._order.append((now, nonce))
        return True
