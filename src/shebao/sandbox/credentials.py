"""Credentials: the keys both sides of a rehearsal read from one folder.

What a merchant may know lies in the folder itself; what only the channel may know lies in its
``sandbox`` room, readable by the owner alone. They are made once and then only read.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding

from shebao.sandbox import authority, papers


@dataclass(frozen=True, slots=True)
class Partner:
    """Somebody who calls a registry: an app id and the secret shared with it."""

    app_id: str
    secret: str


@dataclass(frozen=True, slots=True)
class Credentials:
    """Everything the sandbox must know to verify what it hears and sign what it says."""

    mchid: str
    appid: str
    apiv3_key: str
    public_key_id: str
    public_key_private: RSAPrivateKey  # Signs in public-key mode.
    platform_private: RSAPrivateKey  # Signs in certificate mode.
    platform_certificate: x509.Certificate
    merchant_certificate: x509.Certificate
    identity: Partner
    sms: Partner

    @property
    def merchant_serial(self) -> str:
        """The serial number the merchant names in its Authorization header."""
        return authority.serial(self.merchant_certificate)

    @property
    def platform_serial(self) -> str:
        """The serial number answers carry in certificate mode."""
        return authority.serial(self.platform_certificate)

    @property
    def merchant_public(self) -> RSAPublicKey:
        """The key that verifies what the merchant signed."""
        key = self.merchant_certificate.public_key()
        assert isinstance(key, RSAPublicKey)
        return key


def open_folder(folder: Path) -> Credentials:
    """Read the folder's credentials, making them first when it has none."""
    if not (folder / "wechat.json").exists():
        _make(folder)
    return _read(folder)


def _make(folder: Path) -> None:
    room = folder / "sandbox"
    room.mkdir(parents=True, exist_ok=True, mode=0o700)
    room.chmod(0o700)
    ca, public_key = authority.found(), authority.new_key()
    platform, merchant = authority.new_key(), authority.new_key()
    mchid = "19" + papers.digits(8)
    merchant_cert = ca.certify(merchant, name=f"rehearsal merchant {mchid}")
    platform_cert = ca.certify(platform, name="rehearsal payment platform")
    papers.write(room / "ca_key.pem", papers.private(ca.key), mode=papers.SECRET)
    papers.write(room / "platform_private_key.pem", papers.private(public_key), mode=papers.SECRET)
    papers.write(room / "platform_cert_key.pem", papers.private(platform), mode=papers.SECRET)
    papers.write(folder / "ca_cert.pem", ca.certificate.public_bytes(Encoding.PEM))
    papers.write(folder / "merchant_key.pem", papers.private(merchant), mode=papers.SECRET)
    papers.write(folder / "merchant_cert.pem", merchant_cert.public_bytes(Encoding.PEM))
    papers.write(folder / "platform_public_key.pem", papers.public(public_key.public_key()))
    papers.write(folder / "platform_cert.pem", platform_cert.public_bytes(Encoding.PEM))
    for registry in ("identity", "sms"):
        partner = {"app_id": f"{registry}-{papers.digits(8)}", "secret": secrets.token_hex(32)}
        papers.write(folder / f"{registry}.json", papers.facts(partner), mode=papers.SECRET)
    wechat = {
        "mchid": mchid,
        "appid": "wx" + secrets.token_hex(8),
        "merchant_serial": authority.serial(merchant_cert),
        "apiv3_key": secrets.token_hex(16),
        "public_key_id": "PUB_KEY_ID_" + papers.digits(28),
        "platform_serial": authority.serial(platform_cert),
    }
    # Last: whoever waits for this file finds all the others whole.
    papers.write(folder / "wechat.json", papers.facts(wechat), mode=papers.SECRET)


def _read(folder: Path) -> Credentials:
    told = json.loads((folder / "wechat.json").read_text())
    room = folder / "sandbox"
    found = Credentials(
        mchid=told["mchid"],
        appid=told["appid"],
        apiv3_key=told["apiv3_key"],
        public_key_id=told["public_key_id"],
        public_key_private=papers.read_private(room / "platform_private_key.pem"),
        platform_private=papers.read_private(room / "platform_cert_key.pem"),
        platform_certificate=papers.read_certificate(folder / "platform_cert.pem"),
        merchant_certificate=papers.read_certificate(folder / "merchant_cert.pem"),
        identity=Partner(**json.loads((folder / "identity.json").read_text())),
        sms=Partner(**json.loads((folder / "sms.json").read_text())),
    )
    assert found.merchant_serial == told["merchant_serial"]
    assert len(found.apiv3_key) == 32  # noqa: PLR2004  AES-256.
    return found
