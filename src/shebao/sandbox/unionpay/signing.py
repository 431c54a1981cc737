"""Signing: the strings UnionPay and its merchants sign, and how they are written and read."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from shebao.sandbox.unionpay.keys import Keys


def digest(params: Mapping[str, str]) -> bytes:
    """What is signed: the hexadecimal SHA-256 of every word that says something, by name."""
    kept = sorted(name for name, value in params.items() if value and name != "signature")
    joined = "&".join(f"{name}={params[name]}" for name in kept)
    return hashlib.sha256(joined.encode()).hexdigest().encode()


def is_signed(key: RSAPublicKey, params: Mapping[str, str]) -> bool:
    """Whether the signature among the words is the key's own, over exactly these words."""
    try:
        signature = base64.b64decode(params.get("signature", ""), validate=True)
        key.verify(signature, digest(params), PKCS1v15(), SHA256())
    except (binascii.Error, InvalidSignature, ValueError):
        return False
    return True


def signed(keys: Keys, params: Mapping[str, str], *, forged: bool = False) -> dict[str, str]:
    """Words of ours with certificate and signature; a forged one was made for other words."""
    said = {name: value for name, value in params.items() if value}
    said |= {"signMethod": "01", "signPubKeyCert": keys.shown_certificate}
    taken = digest({"somebody else's": "words"}) if forged else digest(said)
    return said | {"signature": _signature(keys.private, taken)}


def plain(params: Mapping[str, str]) -> str:
    """Words as UnionPay answers them: joined, and not escaped at all."""
    return "&".join(f"{name}={value}" for name, value in params.items())


def _signature(key: RSAPrivateKey, message: bytes) -> str:
    return base64.b64encode(key.sign(message, PKCS1v15(), SHA256())).decode()
