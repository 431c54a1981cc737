"""Account: our contract with UnionPay, and the certificates both sides know each other by.

UnionPay shows its certificate with everything it says. We believe it when it comes from the
two authorities we were given, is in force, and belongs to UnionPay itself. A merchant has a
number for each way of paying it offers, so that each has a statement of its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import urljoin

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.x509.oid import NameOID

from shebao.core.channel import Method
from shebao.gateways import signing

PRODUCTION: Final = "https://gateway.95516.com"
FILES: Final = "https://filedownload.95516.com"
_GATEWAY: Final = "gateway/api/"
_NAMES: Final = {Method.UNIONPAY: "mer_id", Method.CARD: "card_mer_id"}
_THEIR_NAME: Final = "中国银联股份有限公司"
_THEIR_NAME_STANDS: Final = 2  # A name such as 041@Z12@中国银联股份有限公司@00000001.


@dataclass(frozen=True, slots=True)
class UnionPayAccount:
    """Who we are to UnionPay for one way of paying, and whom we believe."""

    method: Method
    mer_id: str
    cert_id: str  # The serial of our certificate, in decimals.
    key: RSAPrivateKey = field(repr=False)
    authorities: Authorities = field(repr=False)
    gateway_url: str
    file_url: str


class Authorities:
    """The two who vouch for UnionPay: a root, and one in the middle that it certified."""

    def __init__(self, *, root: x509.Certificate, middle: x509.Certificate) -> None:
        if not _issued(root, by=root) or not _issued(middle, by=root):
            raise ValueError("unionpay_middle.pem is not from the root in unionpay_root.pem")
        self._chain = (root, middle)
        self._believed = lru_cache(maxsize=16)(self._read)

    def key(self, shown: str, now: datetime) -> RSAPublicKey:
        """The key of a certificate that is UnionPay's and in force; ValueError when it is not."""
        certificate, key = self._believed(shown)
        for one in (certificate, *self._chain):
            if not one.not_valid_before_utc <= now <= one.not_valid_after_utc:
                raise ValueError("a certificate is not in force")
        return key

    def _read(self, shown: str) -> tuple[x509.Certificate, RSAPublicKey]:
        """Read a certificate; whether it is in force is asked every time, the rest once."""
        certificate = signing.certificate(shown.encode("ascii"))
        if not _issued(certificate, by=self._chain[1]):
            raise ValueError("the certificate is not from the authority in the middle")
        names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        parts = str(names[0].value).split("@") if names else []
        if parts[_THEIR_NAME_STANDS : _THEIR_NAME_STANDS + 1] != [_THEIR_NAME]:
            raise ValueError("the certificate is somebody else's")
        return certificate, signing.certificate_key(certificate)


def read_account(
    folder: Path, *, method: Method = Method.UNIONPAY, base_url: str = ""
) -> UnionPayAccount:
    """Read the credential files; ValueError or OSError says which one is wrong.

    ``gateway_url`` and ``file_url`` in ``unionpay.json`` may be whole addresses, such as those
    of UnionPay's own test environment, or lead on from the base.
    """
    facts = json.loads((folder / "unionpay.json").read_bytes())
    ours = signing.certificate((folder / "unionpay_merchant_cert.pem").read_bytes())
    key = signing.private_key((folder / "unionpay_merchant_key.pem").read_bytes())
    if signing.certificate_key(ours) != key.public_key():
        raise ValueError("unionpay_merchant_key.pem does not belong to its certificate")
    return UnionPayAccount(
        method=method,
        mer_id=_text(facts, _NAMES[method]),
        cert_id=str(ours.serial_number),
        key=key,
        authorities=Authorities(
            root=signing.certificate((folder / "unionpay_root.pem").read_bytes()),
            middle=signing.certificate((folder / "unionpay_middle.pem").read_bytes()),
        ),
        gateway_url=_address(facts, "gateway_url", _GATEWAY, base_url or PRODUCTION),
        file_url=_address(facts, "file_url", "", base_url or FILES),
    )


def offers_cards(folder: Path) -> bool:
    """Whether the contract has a number of its own for bank cards."""
    return bool(json.loads((folder / "unionpay.json").read_bytes()).get("card_mer_id"))


def _address(facts: Mapping[str, object], name: str, default: str, base_url: str) -> str:
    led = _text(facts, name) if name in facts else default
    return urljoin(base_url.rstrip("/") + "/", led)


def _text(facts: Mapping[str, object], name: str) -> str:
    value = facts.get(name)
    if not isinstance(value, str) or not value:
        raise ValueError(f"unionpay.json: {name} is missing")
    return value


def _issued(certificate: x509.Certificate, *, by: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(by)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
