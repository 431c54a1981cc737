"""Account: our contract with the bank whose windows take money for us, and the key it signs with.

What we ask is signed with a shared secret, as with a registry. What the bank tells of its own
accord carries its own RSA signature: it is evidence, and we could not have written it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from shebao.gateways import signing
from shebao.gateways.registry import RegistryAccount, read_registry_account


@dataclass(frozen=True, slots=True)
class CounterAccount:
    """Who we are to the bank, and whom we believe."""

    registry: RegistryAccount
    merchant: str  # Our number at the bank and at the acquirer (商户号).
    bank_key: RSAPublicKey = field(repr=False)


def read_account(folder: Path, *, base_url: str) -> CounterAccount:
    """Read the credential files; ValueError or OSError says which one is wrong."""
    facts = json.loads((folder / "counter.json").read_bytes())
    merchant = facts.get("merchant")
    if not isinstance(merchant, str) or not merchant:
        raise ValueError("counter.json: merchant is missing")
    return CounterAccount(
        registry=read_registry_account(folder / "counter.json", base_url=base_url),
        merchant=merchant,
        bank_key=signing.public_key((folder / "counter_bank_key.pem").read_bytes()),
    )
