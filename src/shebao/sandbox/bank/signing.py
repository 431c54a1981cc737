"""Signing: what the bank and its merchants sign and seal, and how they write amounts and times."""

from __future__ import annotations

import base64
import binascii
import json
import re
from datetime import datetime
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from shebao.sandbox import clock

HEADER: Final = "X-Bank-Signature"
_TIME: Final = re.compile(r"[0-9]{14}")
_AMOUNT: Final = re.compile(r"(0|[1-9][0-9]{0,9})\.([0-9]{2})")
_FORMAT: Final = "%Y%m%d%H%M%S"


def signed(key: RSAPrivateKey, message: bytes, *, forged: bool = False) -> str:
    """Sign a message; a forged signature is one that was made for other words."""
    taken = b"somebody else's words" if forged else message
    return base64.b64encode(key.sign(taken, PKCS1v15(), SHA256())).decode()


def is_signed(key: RSAPublicKey, signature: str, message: bytes) -> bool:
    """Whether a base64 signature is the key's own, over exactly these bytes."""
    try:
        key.verify(base64.b64decode(signature, validate=True), message, PKCS1v15(), SHA256())
    except (binascii.Error, InvalidSignature, ValueError):
        return False
    return True


def sealed(key: RSAPublicKey, text: str) -> str:
    """Encrypt a few words so that only the owner of the key can read them."""
    return base64.b64encode(key.encrypt(text.encode(), _oaep())).decode()


def opened(key: RSAPrivateKey, cipher: str) -> str:
    """Read what was encrypted for us; ValueError when it was not."""
    return key.decrypt(base64.b64decode(cipher, validate=True), _oaep()).decode()


def packed(head: dict[str, Any], body: dict[str, Any]) -> bytes:
    """A message as it goes over the wire."""
    whole = {"head": head, "body": body}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def stamp(ms: int) -> str:
    """A time in China as the bank writes it: 20250512103000."""
    return clock.at(ms).strftime(_FORMAT)


def read_stamp(text: str) -> int:
    """Read a time in milliseconds; ValueError when it is none."""
    if _TIME.fullmatch(text) is None:
        raise ValueError(f"not a time: {text!r}")
    when = datetime.strptime(text, _FORMAT).replace(tzinfo=clock.CHINA)
    return int(when.timestamp()) * 1000


def yuan(fen: int) -> str:
    """An amount as the bank writes it: 1000.00."""
    return f"{fen // 100}.{fen % 100:02}"


def read_fen(text: str) -> int:
    """Read an amount, with its two decimals; ValueError when it is none."""
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise ValueError(f"not an amount: {text!r}")
    return int(match[1]) * 100 + int(match[2])


def _oaep() -> OAEP:
    return OAEP(mgf=MGF1(SHA256()), algorithm=SHA256(), label=None)
