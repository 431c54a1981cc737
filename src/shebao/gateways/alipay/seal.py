"""Seal: how Alipay and we prove to each other who speaks.

A question and a notice are parameters: sorted by name, joined unescaped as ``k=v`` with ``&``,
and signed. An answer is JSON, and its signature covers the very characters of one member, so
that member is cut out of the text and never written anew.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote_to_bytes

from shebao.core.channel import Forged
from shebao.gateways import signing
from shebao.gateways.alipay.account import AlipayAccount

SIGN_TYPE: Final = "RSA2"
_FIELDS_MAX: Final = 100
_UNSIGNED_IN_NOTICES: Final = frozenset({"sign", "sign_type"})
_READER: Final = json.JSONDecoder()
_GAP: Final = re.compile(r"[ \t\n\r]*")


def sealed(account: AlipayAccount, params: Mapping[str, str]) -> dict[str, str]:
    """Sign the parameters of a question; an empty one is left out, for both sides drop it."""
    said = {name: value for name, value in params.items() if value}
    return said | {"sign": signing.sign(account.app_key, _joined(said))}


def open_notice(account: AlipayAccount, body: bytes) -> dict[str, str]:
    """Read a notice that Alipay signed, or raise Forged."""
    try:
        pairs = _pairs(body)
    except ValueError as unreadable:
        raise Forged("unreadable") from unreadable
    words = dict(pairs)
    if len(words) != len(pairs):
        raise Forged("unreadable")  # Said twice: nobody knows which of the two was signed.
    signature = words.get("sign")
    if not signature:
        raise Forged("unsigned")
    if words.get("sign_type") != SIGN_TYPE:
        raise Forged("signature_type")
    told = {name: value for name, value in words.items() if name not in _UNSIGNED_IN_NOTICES}
    if not signing.signature_holds(account.alipay_key, _joined(told), signature):
        raise Forged("signature")
    return words


def check_answer(account: AlipayAccount, said: str, signature: str) -> None:
    """Make sure that Alipay signed these very characters, or raise Forged."""
    if not signing.signature_holds(account.alipay_key, said.encode(), signature):
        raise Forged("signature")


def members(text: str) -> dict[str, str]:
    """Cut a JSON object into its members, each value exactly as it was written.

    >>> members('{"a_response": {"code": "10000"}, "sign": "s"}')["a_response"]
    '{"code": "10000"}'
    """
    found: dict[str, str] = {}
    at = _past(text, 0, "{")
    while True:
        name, at = _READER.raw_decode(text, at)
        start = _past(text, at, ":")
        _, at = _READER.raw_decode(text, start)
        if not isinstance(name, str) or name in found:
            raise ValueError("not the members of one object")
        found[name] = text[start:at]
        at = _skip(text, at)
        if text.startswith("}", at):
            if _skip(text, at + 1) != len(text):
                raise ValueError("something follows the object")
            return found
        at = _past(text, at, ",")


def _pairs(body: bytes) -> list[tuple[str, str]]:
    """Read a form. On this path the standard library's reader would cost twice the signature."""
    fields = body.split(b"&", _FIELDS_MAX)
    if len(fields) > _FIELDS_MAX or not body.isascii():
        raise ValueError("not a form of ours")
    pairs = []
    for field in fields:
        name, equals, value = field.partition(b"=")
        if not equals:
            raise ValueError("a name without a value")
        pairs.append((name.decode(), unquote_to_bytes(value.replace(b"+", b" ")).decode()))
    return pairs


def _joined(params: Mapping[str, str]) -> bytes:
    return "&".join([f"{name}={value}" for name, value in sorted(params.items())]).encode()


def _past(text: str, at: int, mark: str) -> int:
    at = _skip(text, at)
    if not text.startswith(mark, at):
        raise ValueError(f"no {mark} at {at}")
    return _skip(text, at + 1)


def _skip(text: str, at: int) -> int:
    gap = _GAP.match(text, at)
    assert gap is not None  # It may be empty.
    return gap.end()
