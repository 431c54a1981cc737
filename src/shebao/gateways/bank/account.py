"""Account: our contract with the bank, and the keys both sides know each other by.

``bank.json`` may hold a table of the numbers under which the tax authority knows the funds
(征收项目): they differ from place to place, so none is written here.
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

_GATEWAY: Final = "bank/gateway"


@dataclass(frozen=True, slots=True)
class BankAccount:
    """Who we are to the bank, and whom we believe."""

    merchant_no: str
    merchant_key: RSAPrivateKey = field(repr=False)
    bank_key: RSAPublicKey = field(repr=False)
    gateway_url: str
    projects: Mapping[str, str] = field(default_factory=dict)  # 征收项目 by fund.


def read_account(folder: Path, *, base_url: str = "") -> BankAccount:
    """Read the credential files; ValueError or OSError says which one is wrong.

    Without a base, ``gateway_url`` in ``bank.json`` is a whole address.
    """
    facts = json.loads((folder / "bank.json").read_bytes())
    gateway = _text(facts, "gateway_url") if "gateway_url" in facts else _GATEWAY
    if base_url:
        gateway = urljoin(base_url.rstrip("/") + "/", gateway)
    if not gateway.startswith(("https://", "http://127.0.0.1")):
        raise ValueError("bank.json: gateway_url is no address of a bank")
    projects = facts.get("projects", {})
    if not isinstance(projects, dict):
        raise ValueError("bank.json: projects is no table")  # noqa: TRY004  Callers know one word.
    return BankAccount(
        merchant_no=_text(facts, "merchant_no"),
        merchant_key=signing.private_key((folder / "bank_merchant_key.pem").read_bytes()),
        bank_key=signing.public_key((folder / "bank_public_key.pem").read_bytes()),
        gateway_url=gateway,
        projects={str(fund): str(number) for fund, number in projects.items()},
    )


def _text(facts: Mapping[str, object], name: str) -> str:
    value = facts.get(name)
    if not isinstance(value, str) or not value:
        raise ValueError(f"bank.json: {name} is missing")
    return value
