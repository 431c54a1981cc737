"""Proofs: what a clerk brings to be let in: a password, and a code that is new every 30 seconds.

Passwords are ours, made of letters that are not misread, so none is weak or used elsewhere.
Hashing one takes a core some ten milliseconds, so it is done beside the loop, not in it.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
from datetime import datetime
from typing import Final

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from shebao.core.ids import Entropy

_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS: Final = 4
_GROUP_LETTERS: Final = 4
_SALT_BYTES: Final = 16
_SECRET_BYTES: Final = 20
_STEP_SECONDS: Final = 30
_AROUND: Final = (0, -1, 1)  # A clock may be half a minute off.
# OWASP's second choice: 19 MiB, two passes, one lane.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_NOBODYS: Final = _HASHER.hash("nobody has this password", salt=bytes(_SALT_BYTES))


def new_password(entropy: Entropy) -> str:
    """A password such as k7mq-2hdp-xw9c-n4ta: 79 bits."""
    letters = [
        _LETTERS[int.from_bytes(entropy(8)) % len(_LETTERS)]
        for _ in range(_GROUPS * _GROUP_LETTERS)
    ]
    return "-".join(
        "".join(letters[at : at + _GROUP_LETTERS]) for at in range(0, len(letters), _GROUP_LETTERS)
    )


def new_secret(entropy: Entropy) -> str:
    """The secret of the codes, as authenticator apps take it."""
    return base64.b32encode(entropy(_SECRET_BYTES)).decode()


def address_of(secret: str, *, number: str, region: str) -> str:
    """The secret as the address in the QR code that an authenticator app reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=number, issuer_name=f"社保缴费 {region}")


async def hashed(password: str, entropy: Entropy) -> str:
    """A password as it is kept."""
    return await asyncio.to_thread(_HASHER.hash, password, salt=entropy(_SALT_BYTES))


async def is_password(kept: str | None, brought: str) -> bool:
    """Whether this is the password. Nobody's takes as long to refuse as somebody's."""
    return await asyncio.to_thread(_verifies, kept or _NOBODYS, brought) and kept is not None


def code_at(secret: str, at: datetime) -> str:
    """The code of this moment."""
    return pyotp.TOTP(secret).at(at)


def used_code(secret: str, code: str, *, at: datetime, after: int) -> int | None:
    """Which of the codes of about now this is, by number; none when it is none of them.

    A code is good once: those up to `after` were used.
    """
    now = int(at.timestamp()) // _STEP_SECONDS
    once = pyotp.TOTP(secret)
    brought = "".join(code.split()).encode()
    for around in _AROUND:
        number = now + around
        if number > after and hmac.compare_digest(once.generate_otp(number).encode(), brought):
            return number
    return None


def _verifies(kept: str, brought: str) -> bool:
    try:
        return _HASHER.verify(kept, brought)
    except (VerificationError, InvalidHashError):
        return False
