"""Signing: the strings WeChat signs, the headers they travel in, and the envelope of a notice."""

from __future__ import annotations

import base64
import binascii
import json
import re
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA1, SHA256

from shebao.sandbox import clock
from shebao.sandbox.authority import new_key
from shebao.sandbox.credentials import Credentials

SCHEMA: Final = "WECHATPAY2-SHA256-RSA2048"
PROBE: Final = "WECHATPAY/SIGNTEST/"
_FIELDS: Final = frozenset({"mchid", "nonce_str", "timestamp", "serial_no", "signature"})
_PAIR: Final = re.compile(r'\s*([a-z_]+)="([^"]*)"\s*')
_DAY_SECONDS: Final = 86_400


class Signer(StrEnum):
    """Which of the channel's two keys signs."""

    PUBLIC_KEY = "public_key"  # 微信支付公钥
    CERTIFICATE = "certificate"  # 平台证书


class Manner(StrEnum):
    """How what we say is signed: truly, or in one of the ways a receiver must refuse."""

    TRUE = "true"
    PROBE = "probe"  # WeChat's own test of whether anybody verifies.
    FORGED = "forged"  # Somebody else's key under our name.
    STALE = "stale"  # Ours, but from yesterday: a replay.


@dataclass(frozen=True, slots=True)
class Authorization:
    """What the merchant says of itself in the Authorization header."""

    mchid: str
    nonce_str: str
    timestamp: str
    serial_no: str
    signature: str


def read_authorization(header: str) -> Authorization | None:
    """Read the header; None when it is not the schema or one of its five fields is missing."""
    schema, _, rest = header.partition(" ")
    pairs = [_PAIR.fullmatch(part) for part in rest.split(",")]
    found = {pair[1]: pair[2] for pair in pairs if pair is not None}
    whole = len(found) == len(pairs) == len(_FIELDS) and found.keys() == _FIELDS
    if schema != SCHEMA or not whole or not all(found.values()):
        return None
    return Authorization(**found)


def lines(*parts: str | bytes) -> bytes:
    r"""Parts as WeChat joins them before signing: each ends with \n, also the last."""
    return b"".join((part.encode() if isinstance(part, str) else part) + b"\n" for part in parts)


def is_signed(key: RSAPublicKey, signature: str, message: bytes) -> bool:
    """Whether a base64 signature is the key's own, over exactly these bytes."""
    try:
        key.verify(base64.b64decode(signature, validate=True), message, PKCS1v15(), SHA256())
    except (binascii.Error, InvalidSignature, ValueError):
        return False
    return True


class Seal:
    """The channel's keys at work."""

    def __init__(self, credentials: Credentials) -> None:
        self._serials = {
            Signer.PUBLIC_KEY: credentials.public_key_id,
            Signer.CERTIFICATE: credentials.platform_serial,
        }
        self._keys = {
            Signer.PUBLIC_KEY: credentials.public_key_private,
            Signer.CERTIFICATE: credentials.platform_private,
        }
        self._stranger = new_key()
        self._resources = AESGCM(credentials.apiv3_key.encode())

    def signer_of(self, serial: str) -> Signer | None:
        """Which key a Wechatpay-Serial header names, if it is one of ours."""
        return next((who for who, known in self._serials.items() if known == serial), None)

    def headers(self, body: bytes, signer: Signer, manner: Manner = Manner.TRUE) -> dict[str, str]:
        """The headers that vouch for a body we send."""
        seconds = clock.now_seconds() - (_DAY_SECONDS if manner is Manner.STALE else 0)
        timestamp, nonce = str(seconds), secrets.token_hex(16)
        return {
            "Wechatpay-Timestamp": timestamp,
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Signature": self._signature(lines(timestamp, nonce, body), signer, manner),
            "Wechatpay-Serial": self._serials[signer],
            "Wechatpay-Signature-Type": SCHEMA,
            "Request-ID": secrets.token_hex(16).upper(),
        }

    def envelope(self, plain: bytes, kind: str) -> dict[str, str]:
        """Something only the merchant's APIv3 key opens."""
        nonce = secrets.token_hex(6)
        sealed = self._resources.encrypt(nonce.encode(), plain, kind.encode())
        return {
            "algorithm": "AEAD_AES_256_GCM",
            "ciphertext": base64.b64encode(sealed).decode(),
            "associated_data": kind,
            "nonce": nonce,
        }

    def opened(self, secret: str, signer: Signer) -> str | None:
        """A sensitive field the merchant encrypted to us; None when it was not."""
        try:
            return self._keys[signer].decrypt(base64.b64decode(secret), _oaep()).decode()
        except ValueError:  # Not base64, not ours, or not text.
            return None

    def _signature(self, message: bytes, signer: Signer, manner: Manner) -> str:
        if manner is Manner.PROBE:
            return PROBE + base64.b64encode(secrets.token_bytes(192)).decode()
        key = self._stranger if manner is Manner.FORGED else self._keys[signer]
        return _signed(key, message)


def closed_for(key: RSAPublicKey, text: str) -> str:
    """A sensitive field as we send it: only the key's owner can read it."""
    return base64.b64encode(key.encrypt(text.encode(), _oaep())).decode()


def packed(facts: object) -> bytes:
    """JSON as the channel writes it, in UTF-8 without spaces."""
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode()


def _signed(key: RSAPrivateKey, message: bytes) -> str:
    return base64.b64encode(key.sign(message, PKCS1v15(), SHA256())).decode()


def _oaep() -> OAEP:
    return OAEP(mgf=MGF1(SHA1()), algorithm=SHA1(), label=None)  # noqa: S303  The wire says so.
