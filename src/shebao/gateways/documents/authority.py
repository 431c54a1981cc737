"""Authority: the certificates our documents are signed with, made at first start.

It is a rehearsal authority: it proves that a document came from this installation and was not
changed, and nothing about who runs it. An installation with a real signing certificate puts its
files into the same folder under the same names.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

AUTHORITY_FILE: Final = "authority.pem"
SIGNER_FILE: Final = "signer.pem"
SIGNER_KEY_FILE: Final = "signer_key.pem"

_AUTHORITY_KEY_FILE: Final = "authority_key.pem"
_AUTHORITY_NAME: Final = "Shebao rehearsal authority"
_SIGNER_NAME: Final = "Shebao rehearsal receipts"
_LIFETIME: Final = timedelta(days=20 * 365)
_CLOCK_SKEW: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What signs a document, and what a signature is judged by."""

    authority: x509.Certificate
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def credentials_in(folder: Path, now: datetime) -> Credentials:
    """Load the credentials of a folder, making them the first time.

    Two processes may start together: each makes its own beside the folder, the first to move
    them into place wins, and the other takes the winner's.
    """
    if not (folder / SIGNER_KEY_FILE).exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        _make(draft, now)
        try:
            draft.rename(folder)
        except OSError:
            shutil.rmtree(draft)
            assert (folder / SIGNER_KEY_FILE).exists(), f"{folder} is there but holds no key"
    key = serialization.load_pem_private_key((folder / SIGNER_KEY_FILE).read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return Credentials(
        x509.load_pem_x509_certificate((folder / AUTHORITY_FILE).read_bytes()),
        x509.load_pem_x509_certificate((folder / SIGNER_FILE).read_bytes()),
        key,
    )


def _make(folder: Path, now: datetime) -> None:
    root_key = ec.generate_private_key(ec.SECP256R1())
    key = ec.generate_private_key(ec.SECP256R1())
    root = _draft(_AUTHORITY_NAME, now).public_key(root_key.public_key())
    root = root.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    root = root.add_extension(_usage(authority=True), critical=True)
    identifier = x509.SubjectKeyIdentifier.from_public_key(root_key.public_key())
    root = root.add_extension(identifier, critical=False)
    authority = root.issuer_name(_name("Shebao rehearsal authority")).sign(
        root_key, hashes.SHA256()
    )
    leaf = _draft(_SIGNER_NAME, now).public_key(key.public_key())
    leaf = leaf.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    leaf = leaf.add_extension(_usage(authority=False), critical=True)
    leaf = leaf.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False
    )
    certificate = leaf.issuer_name(authority.subject).sign(root_key, hashes.SHA256())
    _write(folder / AUTHORITY_FILE, _pem(authority))
    _write(folder / SIGNER_FILE, _pem(certificate))
    _write(folder / _AUTHORITY_KEY_FILE, _key_pem(root_key))
    _write(folder / SIGNER_KEY_FILE, _key_pem(key))


def _draft(name: str, now: datetime) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCK_SKEW)
        .not_valid_after(now + _LIFETIME)
    )


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write(file: Path, text: bytes) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as written:
        written.write(text)
