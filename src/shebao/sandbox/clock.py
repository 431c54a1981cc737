"""Clock: the sandbox's one clock, in whole milliseconds since 1970.

The sandbox is the outside world, and the outside world does not ask our program for the time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

CHINA: Final = timezone(timedelta(hours=8))
_NANOSECONDS: ContextVar[Callable[[], int]] = ContextVar("clock", default=time.time_ns)


@contextmanager
def told_by(nanoseconds: Callable[[], int]) -> Iterator[None]:
    """Let another clock tell the time, to whatever is called inside the block."""
    before = _NANOSECONDS.set(nanoseconds)
    try:
        yield
    finally:
        _NANOSECONDS.reset(before)


def now_ms() -> int:
    """The time, in milliseconds since 1970."""
    return _NANOSECONDS.get()() // 1_000_000


def now_seconds() -> int:
    """The time as the wires write it: whole seconds since 1970."""
    return _NANOSECONDS.get()() // 1_000_000_000


def at(ms: int) -> datetime:
    """The civil time in China."""
    return datetime.fromtimestamp(ms // 1000, UTC).astimezone(CHINA)


def rfc3339(ms: int) -> str:
    """A time as WeChat writes it: 2026-11-21T15:42:07+08:00."""
    return at(ms).isoformat()


def said(ms: int) -> str:
    """A time as people read it: 2026-11-21 15:42:07."""
    return at(ms).strftime("%Y-%m-%d %H:%M:%S")


def read_rfc3339(text: str) -> int:
    """Read a time somebody sent; ValueError when it is not one or names no zone."""
    when = datetime.fromisoformat(text)
    if when.tzinfo is None or "T" not in text:
        raise ValueError(f"not an RFC 3339 time with its zone: {text!r}")
    return int(when.timestamp()) * 1000
