"""Xml: how the older wire writes, signs and reads: flat fields and HMAC-SHA256."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from xml.etree import ElementTree as ET

_FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY")


def sign(key: str, told: Mapping[str, str], *, forged: bool = False) -> str:
    """The signature of fields; a forged one was made with another key."""
    pairs = [f"{name}={told[name]}" for name in sorted(told) if told[name] and name != "sign"]
    text = "&".join(pairs) + f"&key={key if not forged else key[::-1]}"
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest().upper()


def is_signed(key: str, told: Mapping[str, str]) -> bool:
    """Whether fields carry the merchant's signature."""
    return hmac.compare_digest(told.get("sign", "").encode(), sign(key, told).encode())


def packed(key: str, told: Mapping[str, str], *, forged: bool = False) -> bytes:
    """Fields as they go out, signed."""
    whole = {name: value for name, value in told.items() if value}
    whole["sign"] = sign(key, whole, forged=forged)
    root = ET.Element("xml")
    for name, value in whole.items():
        ET.SubElement(root, name).text = value
    return ET.tostring(root, encoding="unicode").encode()


def read(body: bytes) -> dict[str, str]:
    """Read flat fields; ValueError when it is anything else."""
    if any(word in body for word in _FORBIDDEN):
        raise ValueError("no declarations")
    try:
        root = ET.fromstring(body)  # noqa: S314  Without declarations nothing can grow.
    except ET.ParseError as broken:
        raise ValueError("not XML") from broken
    return {field.tag: field.text or "" for field in root}
