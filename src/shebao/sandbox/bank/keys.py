"""Keys: what the bank and its merchant know of each other, in the folder both sides read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from shebao.sandbox import papers
from shebao.sandbox.authority import new_key

GATEWAY: Final = "/bank/gateway"
_FACTS: Final = "bank.json"
_ROOM: Final = Path("sandbox") / "bank"


@dataclass(frozen=True, slots=True)
class Keys:
    """One merchant, the key it signs with and reads by, and the bank's own."""

    merchant_no: str
    merchant_public: RSAPublicKey
    private: RSAPrivateKey


def open_folder(folder: Path) -> Keys:
    """Read the folder's keys, making them first when it has none."""
    if not (folder / _FACTS).exists():
        _make(folder)
    told = json.loads((folder / _FACTS).read_text())
    room = folder / _ROOM
    merchant = load_pem_public_key((room / "merchant_public_key.pem").read_bytes())
    assert isinstance(merchant, RSAPublicKey)
    return Keys(told["merchant_no"], merchant, papers.read_private(room / "private_key.pem"))


def _make(folder: Path) -> None:
    room = folder / _ROOM
    room.mkdir(parents=True, exist_ok=True)
    room.parent.chmod(0o700)
    merchant, bank = new_key(), new_key()
    papers.write(room / "private_key.pem", papers.private(bank), mode=papers.SECRET)
    merchant_public = papers.public(merchant.public_key())
    papers.write(room / "merchant_public_key.pem", merchant_public, mode=papers.SECRET)
    papers.write(folder / "bank_merchant_key.pem", papers.private(merchant), mode=papers.SECRET)
    papers.write(folder / "bank_public_key.pem", papers.public(bank.public_key()))
    facts = {
        "merchant_no": "SB" + papers.digits(10),
        "gateway_url": GATEWAY.removeprefix("/"),  # It leads on from wherever we are.
    }
    # Last: whoever waits for this file finds all the others whole.
    papers.write(folder / _FACTS, papers.facts(facts), mode=papers.SECRET)
