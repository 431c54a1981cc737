"""Account: our contract with Alipay, and the keys both sides know each other by.

Alipay knows an *app*, and pays a *seller*; both are named in what it tells us, and both
must be ours. We are in public-key mode: Alipay signs with one key that never expires.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urljoin

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from shebao.gateways import signing

PRODUCTION: Final = "https://openapi.alipay.com"
_GATEWAY: Final = "gateway.do"


@dataclass(frozen=True, slots=True)
class AlipayAccount:
    """Who we are to Alipay, and whom we believe."""

    app_id: str
    seller_id: str
    app_key: RSAPrivateKey = field(repr=False)
    alipay_key: RSAPublicKey = field(repr=False)
    gateway_url: str


def read_account(folder: Path, *, base_url: str = "") -> AlipayAccount:
    """Read the credential files; ValueError or OSError says which one is wrong.

    A ``gateway_url`` in ``alipay.json`` may be a whole address, or lead on from the base.
    """
    facts = json.loads((folder / "alipay.json").read_bytes())
    gateway = _text(facts, "gateway_url") if "gateway_url" in facts else _GATEWAY
    return AlipayAccount(
        app_id=_text(facts, "app_id"),
        seller_id=_text(facts, "seller_id"),
        app_key=signing.private_key((folder / "alipay_app_key.pem").read_bytes()),
        alipay_key=signing.public_key((folder / "alipay_public_key.pem").read_bytes()),
        gateway_url=urljoin((base_url or PRODUCTION).rstrip("/") + "/", gateway),
    )


def _text(facts: Mapping[str, object], name: str) -> str:
    value = facts.get(name)
    if not isinstance(value, str) or not value:
        raise ValueError(f"alipay.json: {name} is missing")
    return value
