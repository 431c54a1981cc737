"""Ids: three letters that say what a thing is, then 26 that say when and which.

An id is 29 letters and digits, fit to be the order number of every channel (WeChat allows 32,
UnionPay 40 without punctuation). Ids minted later sort later, to the millisecond.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

ENTROPY_BYTES: Final = 10
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U.
_LETTERS: Final = 26
_PREFIX: Final = 3

Entropy = Callable[[int], bytes]


def mint(prefix: str, at: datetime, entropy: Entropy) -> str:
    """Make a new id, such as ``ord01JABC…``, from the time and some randomness."""
    assert len(prefix) == _PREFIX
    assert prefix.isalpha()
    number = int(at.timestamp() * 1000) << (8 * ENTROPY_BYTES)
    number |= int.from_bytes(entropy(ENTROPY_BYTES))
    letters = []
    for _ in range(_LETTERS):
        letters.append(_ALPHABET[number & 31])
        number >>= 5
    return prefix + "".join(reversed(letters))


def kind_of(id_: str) -> str:
    """Say which kind of thing an id names: its first three letters."""
    return id_[:_PREFIX]
