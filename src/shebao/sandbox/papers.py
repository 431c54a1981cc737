"""Papers: the keys and certificates both sides of a rehearsal keep in one folder."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

SECRET: Final = 0o600


def write(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Write a file aside and rename it, so that nobody ever reads half a key."""
    aside = path.with_name(path.name + ".new")
    aside.touch(mode=mode)
    aside.chmod(mode)
    aside.write_bytes(content)
    aside.replace(path)


def private(key: RSAPrivateKey) -> bytes:
    """A private key as its file holds it."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def public(key: RSAPublicKey) -> bytes:
    """A public key as its file holds it."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def facts(told: Mapping[str, str]) -> bytes:
    """Facts as their file holds them."""
    return json.dumps(told, indent=2).encode() + b"\n"


def read_private(path: Path) -> RSAPrivateKey:
    """A private key of ours, not tried again: we made it, and a restart shall be quick."""
    key = load_pem_private_key(path.read_bytes(), None, unsafe_skip_rsa_key_validation=True)
    assert isinstance(key, RSAPrivateKey)
    return key


def read_certificate(path: Path) -> x509.Certificate:
    """A certificate of ours."""
    return x509.load_pem_x509_certificate(path.read_bytes())


def digits(count: int) -> str:
    """A number somebody gave out."""
    return str(secrets.randbelow(10**count)).zfill(count)
