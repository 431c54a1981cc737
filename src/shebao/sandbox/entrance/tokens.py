"""Tokens: id tokens as JSON Web Signatures (RS256), and everything that can be wrong with one."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from shebao.sandbox.authority import new_key

TWISTS: Final = (
    "wrong_nonce",
    "expired",
    "other_key",
    "unsigned",
    "other_audience",
    "other_issuer",
    "not_realname",
)
_LIVES_SECONDS: Final = 300


def key_id(key: RSAPrivateKey) -> str:
    """The name a key is published under."""
    modulus = key.public_key().public_numbers().n
    return hashlib.sha256(str(modulus).encode()).hexdigest()[:16]


def published(key: RSAPrivateKey) -> dict[str, Any]:
    """The public half of a key, as a JSON Web Key Set."""
    numbers = key.public_key().public_numbers()
    return {
        "keys": [
            {
                "kty": "RSA",
                "use": "sig",
                "alg": "RS256",
                "kid": key_id(key),
                "n": _number(numbers.n),
                "e": _number(numbers.e),
            }
        ]
    }


def id_token(
    key: RSAPrivateKey, claims: Mapping[str, Any], *, now_seconds: int, twist: str = ""
) -> str:
    """Sign who somebody is; or something that must not be believed, if a twist says so."""
    said = {**claims, "iat": now_seconds, "exp": now_seconds + _LIVES_SECONDS}
    match twist:
        case "wrong_nonce":
            said["nonce"] = "somebody else's"
        case "expired":
            said |= {"iat": now_seconds - 7200, "exp": now_seconds - 3600}
        case "other_audience":
            said["aud"] = "another client"
        case "other_issuer":
            said["iss"] = "https://elsewhere.invalid"
        case "not_realname":
            said["acr"] = "phone"
    algorithm = "none" if twist == "unsigned" else "RS256"
    head = {"alg": algorithm, "typ": "JWT", "kid": key_id(key)}
    message = f"{_part(head)}.{_part(said)}"
    if twist == "unsigned":
        return f"{message}."
    signs = new_key() if twist == "other_key" else key
    signed = signs.sign(message.encode(), PKCS1v15(), SHA256())
    return f"{message}.{_text(signed)}"


def challenge_of(verifier: str) -> str:
    """What a verifier comes to by S256 (RFC 7636)."""
    return _text(hashlib.sha256(verifier.encode()).digest())


def _part(facts: Mapping[str, Any]) -> str:
    return _text(json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode())


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _number(number: int) -> str:
    return _text(number.to_bytes((number.bit_length() + 7) // 8))
