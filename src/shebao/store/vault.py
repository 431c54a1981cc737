"""Vault: personal numbers rest here encrypted, and are found again by a keyed hash.

A sealed value is the number of its key, a nonce and AES-256-GCM's ciphertext. The ring may
hold several keys: the last seals, all of them open, so a key is changed by adding one and
sealing again at leisure. The look-up hash has a key of its own, which must never change.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES: Final = 12
_KEY_BYTES: Final = 32


class KeysBrokenError(ValueError):
    """The key ring cannot be read."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Keys as text: ``1:BASE64,2:BASE64;lookup:BASE64``, each of 32 bytes."""

    sealing: dict[int, bytes]
    lookup: bytes

    @classmethod
    def parse(cls, text: str) -> KeyRing:
        """Read a ring. Raises KeysBrokenError, which never quotes a key."""
        sealing: dict[int, bytes] = {}
        lookup = b""
        for part in text.strip().replace(";", ",").split(","):
            name, _, encoded = part.strip().partition(":")
            key = _decoded(name, encoded)
            if name == "lookup":
                lookup = key
            elif name.isdigit() and 0 < int(name) < 256:  # noqa: PLR2004  one byte
                sealing[int(name)] = key
            else:
                raise KeysBrokenError(f"a key is named {name!r}; names are 1 to 255, or lookup")
        if not sealing or not lookup:
            raise KeysBrokenError("a ring needs at least one numbered key and one named lookup")
        return cls(sealing, lookup)

    @classmethod
    def generate(cls, entropy: Callable[[int], bytes]) -> KeyRing:
        """Make a ring with one key."""
        return cls({1: entropy(_KEY_BYTES)}, entropy(_KEY_BYTES))

    def text(self) -> str:
        """Write the ring as `parse` reads it."""
        keys = [f"{number}:{_encoded(key)}" for number, key in sorted(self.sealing.items())]
        return ",".join(keys) + f";lookup:{_encoded(self.lookup)}"


class Vault:
    """Seals, opens and recognises personal numbers."""

    def __init__(self, ring: KeyRing, entropy: Callable[[int], bytes]) -> None:
        self._keys = {number: AESGCM(key) for number, key in ring.sealing.items()}
        self.newest: Final = max(ring.sealing)
        self._lookup = ring.lookup
        self._entropy = entropy

    def seal(self, text: str) -> bytes:
        """Encrypt, with the newest key."""
        return self.seal_bytes(text.encode())

    def seal_bytes(self, content: bytes) -> bytes:
        """The same for what is no text, such as a picture."""
        nonce = self._entropy(_NONCE_BYTES)
        sealed = self._keys[self.newest].encrypt(nonce, content, None)
        return bytes([self.newest]) + nonce + sealed

    def again(self, sealed: bytes) -> bytes:
        """The same value, sealed with the newest key."""
        return self.seal_bytes(self.open_bytes(sealed))

    def open(self, sealed: bytes) -> str:
        """Decrypt, with the key it was sealed with. Raises InvalidTag when it was altered."""
        return self.open_bytes(sealed).decode()

    def open_bytes(self, sealed: bytes) -> bytes:
        """The same for what is no text."""
        key, nonce, rest = sealed[0], sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        return self._keys[key].decrypt(nonce, rest, None)

    def hash(self, *parts: str) -> bytes:
        """The keyed hash by which a number is found without being readable."""
        return hmac.digest(self._lookup, "\x1f".join(parts).encode(), hashlib.sha256)


def _decoded(name: str, encoded: str) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except ValueError:
        raise KeysBrokenError(f"key {name!r} is not base64") from None
    if len(key) != _KEY_BYTES:
        raise KeysBrokenError(f"key {name!r} has {len(key)} bytes; it needs {_KEY_BYTES}")
    return key


def _encoded(key: bytes) -> str:
    return base64.b64encode(key).decode()
