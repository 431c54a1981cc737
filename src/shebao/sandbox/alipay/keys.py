"""Keys: what Alipay and its merchant know of each other, in the folder both sides read.

The app's private key and Alipay's public key are the merchant's; Alipay's private key lies in
a room of the sandbox, and only the app's public key beside it: Alipay never sees the other.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from shebao.sandbox.authority import new_key

GATEWAY: Final = "/alipay/gateway.do"
_FACTS: Final = "alipay.json"
_ROOM: Final = Path("sandbox") / "alipay"
_SECRET: Final = 0o600


@dataclass(frozen=True, slots=True)
class Keys:
    """One app of one seller, the key it signs with, and Alipay's own."""

    app_id: str
    seller_id: str
    app_public: RSAPublicKey
    private: RSAPrivateKey


def open_folder(folder: Path) -> Keys:
    """Read the folder's keys, making them first when it has none."""
    if not (folder / _FACTS).exists():
        _make(folder)
    told = json.loads((folder / _FACTS).read_text())
    room = folder / _ROOM
    app = load_pem_public_key((room / "app_public_key.pem").read_bytes())
    private = load_pem_private_key(
        (room / "private_key.pem").read_bytes(),
        password=None,
        unsafe_skip_rsa_key_validation=True,  # We made it, and a restart shall be quick.
    )
    assert isinstance(app, RSAPublicKey)
    assert isinstance(private, RSAPrivateKey)
    return Keys(told["app_id"], told["seller_id"], app, private)


def _make(folder: Path) -> None:
    room = folder / _ROOM
    room.mkdir(parents=True, exist_ok=True)
    room.parent.chmod(0o700)
    app, alipay = new_key(), new_key()
    _write(room / "private_key.pem", _private(alipay), mode=_SECRET)
    _write(room / "app_public_key.pem", _public(app.public_key()), mode=_SECRET)
    _write(folder / "alipay_app_key.pem", _private(app), mode=_SECRET)
    _write(folder / "alipay_public_key.pem", _public(alipay.public_key()))
    facts = {
        "app_id": "2021" + _digits(12),
        "seller_id": "2088" + _digits(12),
        "gateway_url": GATEWAY.removeprefix("/"),  # It leads on from wherever we are.
    }
    # Last: whoever waits for this file finds all the others whole.
    _write(folder / _FACTS, json.dumps(facts, indent=2).encode() + b"\n", mode=_SECRET)


def _digits(count: int) -> str:
    return str(secrets.randbelow(10**count)).zfill(count)


def _private(key: RSAPrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _public(key: RSAPublicKey) -> bytes:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _write(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    # Written aside and renamed, so that nobody ever reads half a key.
    aside = path.with_name(path.name + ".new")
    aside.touch(mode=mode)
    aside.chmod(mode)
    aside.write_bytes(content)
    aside.replace(path)
