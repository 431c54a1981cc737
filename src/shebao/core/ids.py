"""Ids: three letters that say what a thing is, then 26 that say when and which.

An id is 29 letters and digits, fit to be the order number of every channel (WeChat allows 32,
UnionPay 40 without punctuation). Ids minted later sort later, to the millisecond.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

ENTROPY_BYTES: Final = 10
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U.
_LETTERS: Final = 26
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
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


def minted_at(id_: str) -> datetime:
    """Say when an id was made, to the millisecond; ValueError when it is no id of ours.

    >>> minted_at("att01HQ0000000000000000000000")
    datetime.datetime(2024, 2, 19, 6, 14, 1, 984000, tzinfo=datetime.timezone.utc)
    """
    number = 0
    for letter in id_[_PREFIX:]:
        number = number << 5 | _ALPHABET.index(letter)
    if len(id_) != _PREFIX + _LETTERS:
        raise ValueError(f"not an id: {id_!r}")
    return _EPOCH + timedelta(milliseconds=number >> (8 * ENTROPY_BYTES))


def kind_of(id_: str) -> str:
    """Say which kind of thing an id names: its first three letters."""
    return id_[:_PREFIX]
