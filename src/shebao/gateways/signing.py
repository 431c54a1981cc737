"""Signing: the cryptography that several wires share, over raw bytes and with loaded keys.

Keys are parsed once, when the program starts: parsing costs a hundred times what a
verification does. Bodies are never decoded and encoded again before they are checked.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

WINDOW_SECONDS: Final = 300  # Older or newer than this, a message is a replay.
_KEY_BITS_MIN: Final = 2048
_TIMESTAMP_DIGITS_MAX: Final = 12
_PADDING: Final = PKCS1v15()
_SHA256: Final = hashes.SHA256()


def private_key(pem: bytes) -> RSAPrivateKey:
    """Read our own RSA key; ValueError when it is none, or too short to be safe."""
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (TypeError, UnsupportedAlgorithm) as locked:  # It has a password, or is too exotic.
        raise ValueError("not a private key we can read") from locked
    if not isinstance(key, RSAPrivateKey) or key.key_size < _KEY_BITS_MIN:
        raise ValueError(f"not an RSA private key of at least {_KEY_BITS_MIN} bits")
    return key


def public_key(pem: bytes) -> RSAPublicKey:
    """Read another's RSA public key; ValueError when it is none, or too short to be safe."""
    try:
        return _rsa(serialization.load_pem_public_key(pem))
    except UnsupportedAlgorithm as exotic:
        raise ValueError("not a public key we can read") from exotic


def certificate(pem: bytes) -> x509.Certificate:
    """Read a certificate; ValueError when it is none."""
    return x509.load_pem_x509_certificate(pem)


def certificate_key(of: x509.Certificate) -> RSAPublicKey:
    """Take the RSA key out of a certificate; ValueError when it holds another kind."""
    try:
        return _rsa(of.public_key())
    except UnsupportedAlgorithm as exotic:
        raise ValueError("not a certificate we can read") from exotic


def certificate_is(of: x509.Certificate, serial: str) -> bool:
    """Say whether a serial, in hexadecimal with or without leading zeros, is a certificate's."""
    return int(serial, 16) == of.serial_number


def _rsa(key: object) -> RSAPublicKey:
    if not isinstance(key, RSAPublicKey) or key.key_size < _KEY_BITS_MIN:
        raise ValueError(f"not an RSA public key of at least {_KEY_BITS_MIN} bits")
    return key


def sign(key: RSAPrivateKey, message: bytes) -> str:
    """Sign with RSA, PKCS #1 v1.5 and SHA-256; the signature in base64."""
    return base64.b64encode(key.sign(message, _PADDING, _SHA256)).decode("ascii")


def signature_holds(key: RSAPublicKey, message: bytes, signature: str) -> bool:
    """Say whether the owner of the key signed exactly these bytes."""
    try:
        key.verify(binascii.a2b_base64(signature, strict_mode=True), message, _PADDING, _SHA256)
    except (ValueError, InvalidSignature):
        return False
    return True


def open_sealed(cipher: AESGCM, *, nonce: str, ciphertext: str, associated: str) -> bytes:
    """Decrypt AES-256-GCM as channels send it; ValueError when a single bit was changed."""
    sealed = binascii.a2b_base64(ciphertext, strict_mode=True)
    try:
        return cipher.decrypt(nonce.encode(), sealed, associated.encode())
    except InvalidTag as tag:
        raise ValueError("the seal is broken") from tag


def conceal(key: RSAPublicKey, text: str) -> str:
    """Encrypt a text so that only the key's owner reads it: RSA-OAEP, in base64."""
    sha1 = hashes.SHA1()  # noqa: S303  The wire says so; OAEP does not rest on collisions.
    padding = OAEP(mgf=MGF1(sha1), algorithm=sha1, label=None)
    return base64.b64encode(key.encrypt(text.encode(), padding)).decode("ascii")


def keyed_digest(secret: bytes, message: bytes) -> str:
    """Sign with HMAC-SHA256; the signature in lower-case hexadecimal."""
    return hmac.digest(secret, message, "sha256").hex()


def digest_holds(secret: bytes, message: bytes, signature: str) -> bool:
    """Say whether somebody who knows the secret signed exactly these bytes."""
    return hmac.compare_digest(keyed_digest(secret, message).encode(), signature.encode())


def is_recent(timestamp: str, now: datetime) -> bool:
    """Say whether a timestamp of Unix seconds lies within five minutes of now."""
    if len(timestamp) > _TIMESTAMP_DIGITS_MAX:
        return False
    if not (timestamp.isascii() and timestamp.isdecimal()):
        return False
    return abs(int(now.timestamp()) - int(timestamp)) <= WINDOW_SECONDS
