"""Keys: what Alipay and its merchant know of each other, in the folder both sides read.

The app's private key and Alipay's public key are the merchant's; Alipay's private key lies in
a room of the sandbox, and only the app's public key beside it: Alipay never sees the other.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from shebao.sandbox import papers
from shebao.sandbox.authority import new_key

GATEWAY: Final = "/alipay/gateway.do"
_FACTS: Final = "alipay.json"
_ROOM: Final = Path("sandbox") / "alipay"


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
    private = papers.read_private(room / "private_key.pem")
    assert isinstance(app, RSAPublicKey)
    return Keys(told["app_id"], told["seller_id"], app, private)


def _make(folder: Path) -> None:
    room = folder / _ROOM
    room.mkdir(parents=True, exist_ok=True)
    room.parent.chmod(0o700)
    app, alipay = new_key(), new_key()
    papers.write(room / "private_key.pem", papers.private(alipay), mode=papers.SECRET)
    papers.write(room / "app_public_key.pem", papers.public(app.public_key()), mode=papers.SECRET)
    papers.write(folder / "alipay_app_key.pem", papers.private(app), mode=papers.SECRET)
    papers.write(folder / "alipay_public_key.pem", papers.public(alipay.public_key()))
    facts = {
        "app_id": "2021" + papers.digits(12),
        "seller_id": "2088" + papers.digits(12),
        "gateway_url": GATEWAY.removeprefix("/"),  # It leads on from wherever we are.
    }
    # Last: whoever waits for this file finds all the others whole.
    papers.write(folder / _FACTS, papers.facts(facts), mode=papers.SECRET)
