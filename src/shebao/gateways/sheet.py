"""Sheet: what the files of channels have in common, read fast and with little memory.

A day may have a million lines. They are read one by one, and what repeats on them, such as
the amounts of a tier and the seconds of an hour, is read once and remembered for a while.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import IO, Final

from shebao.core.money import Money

LINE_BYTES_MAX: Final = 64 * 1024
_UNITS_PER_FEN: Final = 1000  # Fees come with up to five decimals of a yuan.
_DECIMALS: Final = 5
_AMOUNT: Final = re.compile(r"([+-]?)([0-9]{1,11})(?:\.([0-9]{1,5}))?", re.ASCII)
_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}", re.ASCII)


def lines(stream: IO[bytes]) -> Iterator[bytes]:
    """The lines of a file, each without its end; ValueError when one never ends."""
    while line := stream.readline(LINE_BYTES_MAX):
        if len(line) == LINE_BYTES_MAX and line[-1:] != b"\n":
            raise ValueError("a line without an end")
        yield line.rstrip(b"\r\n")


@lru_cache(maxsize=8192)
def units(text: str) -> int:
    """Read an amount in yuan, in hundred-thousandths, as files of channels write fees.

    >>> units("-0.02280")
    -2280
    """
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise ValueError(f"not an amount in yuan: {text!r}")
    sign, yuan, decimals = match.groups(default="")
    whole = int(yuan) * 10**_DECIMALS + int(decimals.ljust(_DECIMALS, "0"))
    return -whole if sign == "-" else whole


@lru_cache(maxsize=8192)
def amount(text: str) -> Money:
    """Read an amount in yuan; finer than a fen it is none.

    >>> amount("-36.8")
    Money(¥-36.80)
    """
    fen, finer = divmod(units(text), _UNITS_PER_FEN)
    if finer:
        raise ValueError(f"finer than a fen: {text!r}")
    return Money(fen)


@lru_cache(maxsize=8192)
def fee(text: str) -> Money:
    """Read a fee in yuan, rounded half up to whole fen, whichever way it goes.

    >>> fee("0.05940"), fee("-0.05940")
    (Money(¥0.06), Money(¥-0.06))
    """
    found = units(text)
    fen = (abs(found) + _UNITS_PER_FEN // 2) // _UNITS_PER_FEN
    return Money(fen if found >= 0 else -fen)


@lru_cache(maxsize=4096)
def moment(text: str) -> datetime:
    """Read a time in Beijing, such as 2026-11-20 23:59:59.

    >>> moment("2026-11-20 08:00:00")
    datetime.datetime(2026, 11, 20, 0, 0, tzinfo=datetime.timezone.utc)
    """
    if _TIME.fullmatch(text) is None:
        raise ValueError(f"not a time: {text!r}")
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


def is_moment(text: str) -> bool:
    """Whether a text is written as a time is."""
    return _TIME.fullmatch(text) is not None
