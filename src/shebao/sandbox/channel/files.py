"""Files: the statements a channel has made, and the short-lived addresses they are fetched from.

A file is made once and stays as it is, whatever happens afterwards. Whoever rehearses may have
it made at any time, also that of a day that is not over, and spoilt.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from shebao.sandbox import clock
from shebao.sandbox.channel.movements import Mishap, Movement, Spoiling, spoil
from shebao.sandbox.ledger import Ledger, columns


@dataclass(frozen=True, slots=True)
class File:
    """One file. ``content`` is what is handed out, ``digest`` what is said of it."""

    channel: str
    kind: str
    day: str
    content: bytes | None  # None: there is none, or not yet.
    digest: str
    is_late: int
    planted: str  # What was done to its lines, as JSON.


@dataclass(frozen=True, slots=True)
class Writer:
    """How a channel makes one kind of file: from which lines, and what stands in it."""

    channel: str
    kind: str
    movements: Callable[[date], Sequence[Movement]]
    written: Callable[[date, Sequence[Movement], frozenset[Mishap]], bytes]
    digest: Callable[[bytes], str]


_KEEP: Final = """
    INSERT OR REPLACE INTO files VALUES
        (:channel, :kind, :day, :content, :digest, :is_late, :planted)
"""
_FIND: Final = "SELECT * FROM files WHERE channel = :channel AND kind = :kind AND day = :day"
_OFFER: Final = "INSERT INTO downloads VALUES (:token, :channel, :kind, :day, :ends_at)"
_OFFERED: Final = """
    SELECT files.* FROM downloads JOIN files USING (channel, kind, day)
    WHERE token = :token AND ends_at >= :now
"""


def make(ledger: Ledger, writer: Writer, day: date, wanted: Sequence[Spoiling] = ()) -> File:
    """Make the file of a day anew, spoilt as ordered, and keep it."""
    lines, planted = spoil(writer.movements(day), wanted)
    mishaps = frozenset(one.mishap for one in wanted)
    content: bytes | None = None
    digest = ""
    if lines and not mishaps & {Mishap.LATE, Mishap.NONE}:
        content = writer.written(day, lines, mishaps)
        digest = writer.digest(content)
        if Mishap.DAMAGED in mishaps:
            middle = len(content) // 2
            content = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    made = File(
        channel=writer.channel,
        kind=writer.kind,
        day=day.isoformat(),
        content=content,
        digest=digest,
        is_late=int(Mishap.LATE in mishaps),
        planted=json.dumps(planted, ensure_ascii=False),
    )
    ledger.write(_KEEP, columns(made))
    return made


def find(ledger: Ledger, writer: Writer, day: date) -> File | None:
    """The file of a day, if it has been made."""
    facts = {"channel": writer.channel, "kind": writer.kind, "day": day.isoformat()}
    row = ledger.row(_FIND, facts)
    return None if row is None else File(**row)


def offer(ledger: Ledger, file: File, *, lives_ms: int) -> str:
    """Give a file an address for a while: the secret part of it."""
    token = secrets.token_urlsafe(24)
    facts: dict[str, Any] = {"channel": file.channel, "kind": file.kind, "day": file.day}
    ends_at = clock.now_ms() + lives_ms
    ledger.write(_OFFER, facts | {"token": token, "ends_at": ends_at})
    return token


def offered(ledger: Ledger, token: str) -> File | None:
    """The file at an address, while it lives."""
    row = ledger.row(_OFFERED, {"token": token, "now": clock.now_ms()})
    return None if row is None else File(**row)
