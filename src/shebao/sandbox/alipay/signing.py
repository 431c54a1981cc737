"""Signing: the strings Alipay and its merchants sign, and how amounts and times look in them."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Container, Mapping
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from shebao.sandbox import clock

RSA2: Final = "RSA2"
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII)


def content(params: Mapping[str, str], *, without: Container[str]) -> bytes:
    """What is signed: every parameter that says something, sorted by name, not escaped."""
    kept = sorted(name for name, value in params.items() if value and name not in without)
    return "&".join(f"{name}={params[name]}" for name in kept).encode()


def is_signed(key: RSAPublicKey, signature: str, message: bytes) -> bool:
    """Whether a base64 signature is the key's own, over exactly these bytes."""
    try:
        key.verify(base64.b64decode(signature, validate=True), message, PKCS1v15(), SHA256())
    except (binascii.Error, InvalidSignature, ValueError):
        return False
    return True


def signed(key: RSAPrivateKey, message: bytes, *, forged: bool = False) -> str:
    """Sign a message; a forged signature is one that was made for other words."""
    taken = b"somebody else's words" if forged else message
    return base64.b64encode(key.sign(taken, PKCS1v15(), SHA256())).decode()


def form(key: RSAPrivateKey, params: Mapping[str, str], *, forged: bool = False) -> str:
    """Parameters as we tell them: form-encoded, ``sign`` and ``sign_type`` not signed."""
    message = content(params, without={"sign", "sign_type"})
    sign = signed(key, message, forged=forged)
    return urlencode({**params, "sign": sign, "sign_type": RSA2})


def packed(facts: object) -> str:
    r"""JSON as Alipay writes it: without spaces, and every slash as ``\/``."""
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
    return text.replace("/", "\\/")


def yuan(fen: int) -> str:
    """An amount as Alipay writes it: 1000.00."""
    return f"{fen // 100}.{fen % 100:02}"


def read_time_ms(text: str) -> int:
    """Read a time in China as Alipay writes it; ValueError when it is none."""
    if _TIME.fullmatch(text) is None:
        raise ValueError(f"not a time: {text!r}")
    return int(datetime.fromisoformat(text).replace(tzinfo=clock.CHINA).timestamp()) * 1000
