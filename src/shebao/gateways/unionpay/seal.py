"""Seal: how UnionPay and we prove to each other who speaks.

Words are sorted by name, joined unescaped as ``k=v`` with ``&``, and hashed; it is the
hexadecimal of the hash, sixty-four letters, that is signed. An answer is written in the very
same way, unescaped, so it is cut by hand; a notice is an ordinary form.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from urllib.parse import unquote_to_bytes

from shebao.core.channel import Forged
from shebao.gateways import signing
from shebao.gateways.unionpay.account import UnionPayAccount

_FIELDS_MAX: Final = 100
_SIGNATURE: Final = "signature"
_CLOSING: Final = {"{": "}", "[": "]"}


def digest(words: Mapping[str, str]) -> bytes:
    """What is signed of some words. One that says nothing is left out."""
    kept = sorted(name for name, value in words.items() if value and name != _SIGNATURE)
    joined = "&".join([f"{name}={words[name]}" for name in kept])
    return hashlib.sha256(joined.encode()).hexdigest().encode("ascii")


def sealed(account: UnionPayAccount, words: Mapping[str, str]) -> dict[str, str]:
    """Sign the words of a request."""
    said = {
        "version": "5.1.0",
        "encoding": "UTF-8",
        "signMethod": "01",
        "certId": account.cert_id,
        "accessType": "0",
        "merId": account.mer_id,
        **{name: value for name, value in words.items() if value},
    }
    return said | {_SIGNATURE: signing.sign(account.key, digest(said))}


def read_answer(account: UnionPayAccount, text: str, now: datetime) -> dict[str, str]:
    """Read an answer that UnionPay signed, or raise Forged."""
    try:
        words = cut(text)
    except ValueError as unreadable:
        raise Forged("unreadable") from unreadable
    check(account, words, digest(words), now)
    return words


def read_notice(account: UnionPayAccount, body: bytes, now: datetime) -> dict[str, str]:
    """Read a notice that UnionPay signed, or raise Forged."""
    try:
        words = _form(body)
    except ValueError as unreadable:
        raise Forged("unreadable") from unreadable
    check(account, words, digest(words), now)
    return words


def check(account: UnionPayAccount, words: Mapping[str, str], signed: bytes, now: datetime) -> None:
    """Make sure that UnionPay, by the certificate among its words, signed a digest, or Forged."""
    signature = words.get(_SIGNATURE)
    shown = words.get("signPubKeyCert")
    if not (signature and shown):
        raise Forged("unsigned")
    if words.get("signMethod") != "01":
        raise Forged("signature_type")
    try:
        key = account.authorities.key(shown, now)
    except ValueError as distrusted:
        raise Forged("unknown_serial") from distrusted
    if not signing.signature_holds(key, signed, signature):
        raise Forged("signature")


def cut(text: str) -> dict[str, str]:
    """Cut an answer into its words; what stands in brackets may hold ``&`` and ``=``.

    >>> cut("a=1&customerInfo={phoneNo=1&certifTp=01}&b=x=y")
    {'a': '1', 'customerInfo': '{phoneNo=1&certifTp=01}', 'b': 'x=y'}
    """
    words: dict[str, str] = {}
    at = 0
    while at < len(text):
        equals = text.index("=", at)
        name, start = text[at:equals], equals + 1
        closing = _CLOSING.get(text[start : start + 1])
        inside = text.index(closing, start) if closing else start
        end = text.find("&", inside)
        end = len(text) if end < 0 else end
        if not name or "&" in name or name in words or len(words) == _FIELDS_MAX:
            raise ValueError("not the words of one answer")
        words[name] = text[start:end]
        at = end + 1
    return words


def _form(body: bytes) -> dict[str, str]:
    fields = body.split(b"&", _FIELDS_MAX)
    if len(fields) > _FIELDS_MAX or not body.isascii():
        raise ValueError("not a form of ours")
    words: dict[str, str] = {}
    for field in fields:
        name, equals, value = field.partition(b"=")
        if not equals or name.decode() in words:
            raise ValueError("a name without a value, or said twice")
        words[name.decode()] = unquote_to_bytes(value.replace(b"+", b" ")).decode()
    return words
