"""Authority: a test CA of our own, so that rehearsal certificates look like real ones.

Nothing here is trusted outside a rehearsal; the subject of every certificate says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.x509.oid import NameOID

from shebao.sandbox import clock

_YEARS_VALID: Final = 5  # As long as WeChat's own platform certificates.
_BITS: Final = 2048


def new_key() -> RSAPrivateKey:
    """Make an RSA key of the size WeChat prescribes."""
    return generate_private_key(public_exponent=65537, key_size=_BITS)


@dataclass(frozen=True, slots=True)
class Authority:
    """Somebody who signs certificates: a key, and the name it signs under."""

    key: RSAPrivateKey
    certificate: x509.Certificate

    def certify(self, key: RSAPrivateKey, *, name: str) -> x509.Certificate:
        """Certify that a key belongs to a name, for five years."""
        builder = _certificate(key, subject=_name(name), issuer=self.certificate.subject)
        ends = x509.BasicConstraints(ca=False, path_length=None)
        return builder.add_extension(ends, critical=True).sign(self.key, hashes.SHA256())

    def authorise(self, *, name: str) -> Authority:
        """Let somebody else certify, too, under this authority."""
        key = new_key()
        builder = _certificate(key, subject=_name(name), issuer=self.certificate.subject)
        between = x509.BasicConstraints(ca=True, path_length=0)
        certificate = builder.add_extension(between, critical=True).sign(self.key, hashes.SHA256())
        return Authority(key=key, certificate=certificate)


def found(*, authorities_below: int = 0) -> Authority:
    """Found a CA that certifies itself."""
    key, name = new_key(), _name("Shebao rehearsal CA, not trusted by anybody")
    builder = _certificate(key, subject=name, issuer=name)
    begins = x509.BasicConstraints(ca=True, path_length=authorities_below)
    certificate = builder.add_extension(begins, critical=True).sign(key, hashes.SHA256())
    return Authority(key=key, certificate=certificate)


def serial(certificate: x509.Certificate) -> str:
    """A certificate's serial number as WeChat writes it: upper-case hexadecimal."""
    return f"{certificate.serial_number:X}"


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Shebao rehearsal"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _certificate(
    key: RSAPrivateKey, *, subject: x509.Name, issuer: x509.Name
) -> x509.CertificateBuilder:
    start = clock.at(clock.now_ms()) - timedelta(days=1)  # Another machine's clock may lag.
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=365 * _YEARS_VALID))
    )
