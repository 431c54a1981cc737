"""Keys: what the bank and whoever it takes money for know of each other.

Questions are signed with a shared secret; what the bank tells of its own accord carries its RSA
signature, and only the public half of that key leaves its room.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from shebao.sandbox import authority, papers
from shebao.sandbox.credentials import Partner

_FACTS: Final = "counter.json"
_ROOM: Final = Path("sandbox") / "counter"


@dataclass(frozen=True, slots=True)
class Keys:
    """The merchant's number and secret, and the bank's own key."""

    merchant: str
    partner: Partner
    private: RSAPrivateKey


def open_folder(folder: Path) -> Keys:
    """Read the folder's keys, making them first when it has none."""
    if not (folder / _FACTS).exists():
        _make(folder)
    told = json.loads((folder / _FACTS).read_text())
    return Keys(
        merchant=told["merchant"],
        partner=Partner(told["app_id"], told["secret"]),
        private=papers.read_private(folder / _ROOM / "private_key.pem"),
    )


def _make(folder: Path) -> None:
    room = folder / _ROOM
    room.mkdir(parents=True, exist_ok=True)
    room.parent.chmod(0o700)
    bank = authority.new_key()
    papers.write(room / "private_key.pem", papers.private(bank), mode=papers.SECRET)
    papers.write(folder / "counter_bank_key.pem", papers.public(bank.public_key()))
    told = {
        "app_id": f"counter-{papers.digits(8)}",
        "secret": secrets.token_hex(32),
        "merchant": f"898{papers.digits(12)}",
    }
    # Last: whoever waits for this file finds all the others whole.
    papers.write(folder / _FACTS, papers.facts(told), mode=papers.SECRET)
