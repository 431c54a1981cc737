"""Fields: a request's biz_content, read field by field, and refused by the first that is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from shebao.sandbox.alipay.refusals import invalid, missing, parameter
from shebao.sandbox.alipay.signing import read_time_ms

_TRADE_NO: Final = re.compile(r"[0-9A-Za-z_]{1,64}")
_AMOUNT: Final = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,2}))?")
_FEN_MOST: Final = 10_000_000_000  # A hundred million yuan.
_SUBJECT_MOST: Final = 256
_NOT_IN_SUBJECTS: Final = frozenset("/=&")
_URL_MOST: Final = 256
_HERE: Final = frozenset({"127.0.0.1", "localhost", "::1"})


def read_content(params: Mapping[str, str]) -> Fields:
    """Read the biz_content as one JSON object."""
    raw = params.get("biz_content", "")
    if not raw:
        raise missing("biz_content")
    try:
        told = json.loads(raw)
    except (ValueError, RecursionError):
        raise invalid("parameter", "biz_content 不是 JSON") from None
    if not isinstance(told, dict):
        raise invalid("parameter", "biz_content 应为对象")
    return Fields(told)


class Fields:
    """The business of one request."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        self.told = told

    def text(self, name: str, *, most: int) -> str:
        """A required text of some length."""
        value = self.told.get(name)
        if not isinstance(value, str) or not 1 <= len(value) <= most:
            raise parameter(name, f"应为 1 至 {most} 个字符")
        return value

    def maybe_text(self, name: str, *, most: int) -> str | None:
        """An optional text."""
        return None if self.told.get(name) in (None, "") else self.text(name, most=most)

    def fen(self, name: str) -> int:
        """A required amount in yuan, at least 0.01, at most two decimals."""
        match = _AMOUNT.fullmatch(self.text(name, most=12))
        if match is None:
            raise parameter(name, "应为以元为单位的金额，最多两位小数")
        fen = int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))
        if not 1 <= fen <= _FEN_MOST:
            raise parameter(name, "金额超出范围")
        return fen

    def one_of(self, name: str, choices: Collection[str]) -> str:
        """A required text out of a few."""
        value = self.text(name, most=64)
        if value not in choices:
            raise parameter(name, f"应为 {'、'.join(sorted(choices))} 之一")
        return value

    def trade_no(self, name: str = "out_trade_no") -> str:
        """The merchant's number: up to 64 letters, digits and underscores."""
        value = self.text(name, most=64)
        if _TRADE_NO.fullmatch(value) is None:
            raise parameter(name, "应为字母、数字、下划线")
        return value

    def subject(self) -> str:
        """What is paid for, as the payer reads it."""
        value = self.text("subject", most=_SUBJECT_MOST)
        if _NOT_IN_SUBJECTS & set(value):
            raise parameter("subject", "不能含有 / = & 等字符")
        return value

    def maybe_time_ms(self, name: str) -> int | None:
        """An optional time in China, in milliseconds."""
        value = self.maybe_text(name, most=32)
        if value is None:
            return None
        try:
            return read_time_ms(value)
        except ValueError:
            raise parameter(name, "格式应为 yyyy-MM-dd HH:mm:ss") from None


def address(params: Mapping[str, str], name: str) -> str | None:
    """An optional address to come back to."""
    value = params.get(name, "")
    if not value:
        return None
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or len(value) > _URL_MOST:
        raise invalid(name, f"{name} 不是有效的地址")
    return value


def notify_address(params: Mapping[str, str]) -> str | None:
    """Where to tell what happened: without parameters, and plain http only to this machine."""
    value = address(params, "notify_url")
    if value is None:
        return None
    parts = urlsplit(value)
    plain = parts.scheme == "http" and parts.hostname not in _HERE
    if plain or "?" in value or "#" in value:
        raise invalid("notify_url", "notify_url 应为 https 地址，且不带参数")
    return value
