"""Account: our contract with WeChat Pay, and the keys both sides know each other by.

WeChat signs with a public key of its own that never expires (the recommended way), or with
platform certificates that it replaces from time to time. While a merchant moves from one
to the other both appear, so we know all of them by their serial.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shebao.gateways import signing

PRODUCTION: Final = "https://api.mch.weixin.qq.com"
_SECRET_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class WeChatAccount:
    """Who we are to WeChat Pay, and whom we believe.

    Without a ``public_key_id`` we are in certificate mode, and learn the certificates'
    keys from WeChat itself; ``trusted`` may then be empty.
    """

    mchid: str
    appid: str
    merchant_serial: str
    merchant_key: RSAPrivateKey = field(repr=False)
    cipher: AESGCM = field(repr=False)
    trusted: Mapping[str, RSAPublicKey] = field(repr=False)
    public_key_id: str | None
    base_url: str = PRODUCTION
    receivers: Mapping[str, str] = field(default_factory=dict)  # By city: whose number receives.


def read_account(folder: Path, *, base_url: str = "") -> WeChatAccount:
    """Read the credential files; ValueError or OSError says which one is wrong.

    Without a base it is the ``base_url`` in ``wechat.json``, or else WeChat's own.
    """
    facts = json.loads((folder / "wechat.json").read_bytes())
    public_key_file = folder / "platform_public_key.pem"
    public_key_id = facts.get("public_key_id") if public_key_file.exists() else None
    trusted = {}
    if public_key_id is not None:
        trusted[public_key_id] = signing.public_key(public_key_file.read_bytes())
    certificate_file = folder / "platform_cert.pem"
    if certificate_file.exists():
        platform = signing.certificate(certificate_file.read_bytes())
        serial = _text(facts, "platform_serial")
        if not signing.certificate_is(platform, serial):
            raise ValueError("wechat.json: platform_serial is not that of platform_cert.pem")
        trusted[serial] = signing.certificate_key(platform)
    return WeChatAccount(
        mchid=_text(facts, "mchid"),
        appid=_text(facts, "appid"),
        merchant_serial=_text(facts, "merchant_serial").upper(),
        merchant_key=signing.private_key((folder / "merchant_key.pem").read_bytes()),
        cipher=_cipher(_text(facts, "apiv3_key")),
        trusted=trusted,
        public_key_id=public_key_id,
        base_url=str(base_url or facts.get("base_url") or PRODUCTION).rstrip("/"),
        receivers={str(code): str(mchid) for code, mchid in facts.get("receivers", {}).items()},
    )


def _text(facts: Mapping[str, object], name: str) -> str:
    value = facts.get(name)
    if not isinstance(value, str) or not value:
        raise ValueError(f"wechat.json: {name} is missing")
    return value


def _cipher(secret: str) -> AESGCM:
    if len(secret.encode()) != _SECRET_BYTES:
        raise ValueError(f"wechat.json: apiv3_key must have {_SECRET_BYTES} characters")
    return AESGCM(secret.encode())
