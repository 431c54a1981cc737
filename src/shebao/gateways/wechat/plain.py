"""Plain: WeChat's older wire, on which agreements are still signed: flat XML and a shared key.

A message is ``<xml>`` with one level of fields. Its signature is HMAC-SHA256 over the fields
that say something, sorted, joined as ``k=v`` with ``&``, and the key at the end. There is no
time in it, so an old message cannot be told from a new one: every number in it must be one
that says the same thing twice.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Final
from xml.sax.saxutils import unescape

from shebao.core.channel import Forged

SIGN_TYPE: Final = "HMAC-SHA256"
_BODY_MOST: Final = 64 * 1024
_WHOLE: Final = re.compile(r"\s*<xml>(.*)</xml>\s*", re.DOTALL)
_FIELD: Final = re.compile(
    r"\s*<([a-z_0-9]{1,64})>(?:<!\[CDATA\[((?:(?!\]\]>).)*)\]\]>|([^<]*))</\1>\s*", re.DOTALL
)


def signature(key: str, params: Mapping[str, str]) -> str:
    """Sign parameters; an empty one and the signature itself are left out."""
    kept = sorted(name for name, value in params.items() if value and name != "sign")
    joined = "&".join([*(f"{name}={params[name]}" for name in kept), f"key={key}"])
    return hmac.new(key.encode(), joined.encode(), hashlib.sha256).hexdigest().upper()


def signed(key: str, params: Mapping[str, str]) -> dict[str, str]:
    """Parameters with their signature; what is empty is not sent."""
    said = {name: value for name, value in params.items() if value}
    return said | {"sign": signature(key, said)}


def written(params: Mapping[str, str]) -> bytes:
    """Parameters as XML. A value may hold anything but the end of a CDATA section."""
    assert not any("]]>" in value for value in params.values())
    fields = "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in params.items())
    return f"<xml>{fields}</xml>".encode()


def read(body: bytes) -> dict[str, str]:
    """Read flat XML; ValueError when it is anything else. No entity is ever looked up."""
    if len(body) > _BODY_MOST:
        raise ValueError("too long")
    whole = _WHOLE.fullmatch(body.decode())
    if whole is None:
        raise ValueError("not <xml>")
    found: dict[str, str] = {}
    inside, at = whole[1], 0
    while at < len(inside):
        field = _FIELD.match(inside, at)
        if field is None or field[1] in found:
            raise ValueError("not flat, or a field said twice")
        found[field[1]] = field[2] if field[2] is not None else unescape(field[3])
        at = field.end()
    return found


def opened(key: str, body: bytes) -> dict[str, str]:
    """Read a message that somebody who knows the key signed, or raise Forged."""
    try:
        params = read(body)
    except ValueError as unreadable:
        raise Forged("unreadable") from unreadable
    given = params.get("sign")
    if not given:
        raise Forged("unsigned")
    if not hmac.compare_digest(given.encode(), signature(key, params).encode()):
        raise Forged("signature")
    return params
