"""Keys: what UnionPay and its merchants know of each other, in the folder both sides read.

A merchant signs with a key of its own and names the serial of the certificate that goes with
it, in decimals. UnionPay shows its own certificate with everything it says; the merchant
believes it because of the two authorities above it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding

from shebao.sandbox import authority, papers

GATEWAY: Final = "/unionpay/gateway/api"
FILES: Final = "/unionpay/filedownload"
_FACTS: Final = "unionpay.json"
_ROOM: Final = Path("sandbox") / "unionpay"
_WHO: Final = "rehearsal@unionpay@中国银联股份有限公司@00000001"


@dataclass(frozen=True, slots=True)
class Keys:
    """The merchant numbers of one merchant, the key it signs with, and UnionPay's own."""

    mer_ids: tuple[str, ...]
    merchant_certificate: x509.Certificate
    private: RSAPrivateKey
    certificate: x509.Certificate

    @property
    def merchant_serial(self) -> str:
        """The serial of the merchant's certificate, as UnionPay writes it: in decimals."""
        return str(self.merchant_certificate.serial_number)

    @property
    def merchant_public(self) -> RSAPublicKey:
        """The key that verifies what the merchant signed."""
        key = self.merchant_certificate.public_key()
        assert isinstance(key, RSAPublicKey)
        return key

    @property
    def shown_certificate(self) -> str:
        """Our certificate, as it goes out with everything we say."""
        return self.certificate.public_bytes(Encoding.PEM).decode().replace("\n", "\r\n")


def open_folder(folder: Path) -> Keys:
    """Read the folder's keys, making them first when it has none."""
    if not (folder / _FACTS).exists():
        _make(folder)
    told = json.loads((folder / _FACTS).read_text())
    room = folder / _ROOM
    return Keys(
        mer_ids=(told["mer_id"], told["card_mer_id"]),
        merchant_certificate=papers.read_certificate(folder / "unionpay_merchant_cert.pem"),
        private=papers.read_private(room / "private_key.pem"),
        certificate=papers.read_certificate(room / "cert.pem"),
    )


def _make(folder: Path) -> None:
    room = folder / _ROOM
    room.mkdir(parents=True, exist_ok=True)
    room.parent.chmod(0o700)
    root = authority.found(authorities_below=1)
    middle = root.authorise(name="Shebao rehearsal CA in the middle")
    ours, merchants = authority.new_key(), authority.new_key()
    merchant = middle.certify(merchants, name="rehearsal merchant of UnionPay")
    papers.write(room / "private_key.pem", papers.private(ours), mode=papers.SECRET)
    papers.write(room / "cert.pem", _pem(middle.certify(ours, name=_WHO)))
    papers.write(folder / "unionpay_root.pem", _pem(root.certificate))
    papers.write(folder / "unionpay_middle.pem", _pem(middle.certificate))
    papers.write(folder / "unionpay_merchant_cert.pem", _pem(merchant))
    secret = papers.private(merchants)
    papers.write(folder / "unionpay_merchant_key.pem", secret, mode=papers.SECRET)
    told = {
        "mer_id": "777290" + papers.digits(9),
        "card_mer_id": "777291" + papers.digits(9),
        # They lead on from wherever we are.
        "gateway_url": GATEWAY.removeprefix("/") + "/",
        "file_url": FILES.removeprefix("/") + "/",
    }
    # Last: whoever waits for this file finds all the others whole.
    papers.write(folder / _FACTS, papers.facts(told), mode=papers.SECRET)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.PEM)
