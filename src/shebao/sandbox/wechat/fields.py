"""Fields: a request's body, read field by field, and refused by the first that is wrong."""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Collection, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from shebao.sandbox import clock
from shebao.sandbox.wechat.refusals import param_error

_TRADE_NO: Final = re.compile(r"[0-9A-Za-z_\-|*]{6,32}")
_REFUND_NO: Final = re.compile(r"[0-9A-Za-z_\-|*@]{1,64}")
_OPENID: Final = re.compile(r"[0-9A-Za-z_\-]{1,128}")
_FEN_MOST: Final = 10_000_000_000  # A hundred million yuan.
_URL_MOST: Final = 255


def read_body(raw: bytes) -> Fields:
    """Read the body as one JSON object."""
    try:
        told = json.loads(raw)
    except ValueError:
        raise param_error("/", raw[:64], "包体不是 JSON") from None
    if not isinstance(told, dict):
        raise param_error("/", told, "包体应为对象")
    return Fields(told)


class Fields:
    """One object of a body, knowing where it stands in it."""

    def __init__(self, told: Mapping[str, Any], path: str = "") -> None:
        self.told = told
        self._path = path

    def text(self, name: str, *, most: int, least: int = 1) -> str:
        """A required text of some length."""
        value = self._required(name)
        if not isinstance(value, str):
            raise self._wrong(name, "应为字符串")
        if not least <= len(value) <= most:
            raise self._wrong(name, f"长度应为 {least} 至 {most} 个字符，现为 {len(value)}")
        return value

    def maybe_text(self, name: str, *, most: int) -> str | None:
        """An optional text."""
        return None if self.told.get(name) is None else self.text(name, most=most)

    def fen(self, name: str) -> int:
        """A required amount: a whole number of fen, at least one."""
        value = self._required(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self._wrong(name, "应为整数，单位为分")
        if not 1 <= value <= _FEN_MOST:
            raise self._wrong(name, "金额超出范围")
        return value

    def one_of(self, name: str, choices: Collection[str]) -> str:
        """A required text out of a few."""
        value = self.text(name, most=64)
        if value not in choices:
            raise self._wrong(name, f"应为 {'、'.join(sorted(choices))} 之一")
        return value

    def object(self, name: str) -> Fields:
        """A required object within this one."""
        value = self._required(name)
        if not isinstance(value, dict):
            raise self._wrong(name, "应为对象")
        return Fields(value, f"{self._path}/{name}")

    def trade_no(self, name: str = "out_trade_no") -> str:
        """The merchant's number of an order: 6 to 32 letters, digits and _-|*."""
        return self._matching(name, _TRADE_NO, "应为 6 至 32 位字母、数字或 _-|*")

    def refund_no(self) -> str:
        """The merchant's number of a refund: up to 64 letters, digits and _-|*@."""
        return self._matching("out_refund_no", _REFUND_NO, "应为 1 至 64 位字母、数字或 _-|*@")

    def openid(self) -> str:
        """The payer, as the app knows them."""
        return self._matching("openid", _OPENID, "不是有效的 openid")

    def notify_url(self) -> str:
        """Where to tell what happened: https without a query, or plain http to this machine."""
        value = self.text("notify_url", most=_URL_MOST)
        if not _may_be_told(value):
            raise self._wrong("notify_url", "应为 https 地址，且不带参数")
        return value

    def ip(self, name: str) -> str:
        """An IPv4 or IPv6 address."""
        value = self.text(name, most=45)
        try:
            return str(ipaddress.ip_address(value))
        except ValueError:
            raise self._wrong(name, "不是 IP 地址") from None

    def maybe_time_ms(self, name: str) -> int | None:
        """An optional RFC 3339 time, in milliseconds."""
        value = self.maybe_text(name, most=64)
        if value is None:
            return None
        try:
            return clock.read_rfc3339(value)
        except ValueError:
            raise self._wrong(name, "应为 RFC 3339 时间") from None

    def wrong(self, name: str, issue: str) -> Exception:
        """The refusal that names one of these fields."""
        return self._wrong(name, issue)

    def _matching(self, name: str, pattern: re.Pattern[str], issue: str) -> str:
        value = self.text(name, most=128)
        if pattern.fullmatch(value) is None:
            raise self._wrong(name, issue)
        return value

    def _required(self, name: str) -> Any:
        value = self.told.get(name)
        if value is None:
            raise self._wrong(name, "此字段为必填项")
        return value

    def _wrong(self, name: str, issue: str) -> Exception:
        return param_error(f"{self._path}/{name}", self.told.get(name, ""), issue)


def _may_be_told(url: str) -> bool:
    parts = urlsplit(url)
    if not parts.hostname or parts.query or parts.fragment or "?" in url:
        return False
    # A rehearsal has no certificate for its own machine; the real channel insists on https.
    here = parts.hostname in ("127.0.0.1", "localhost", "::1")
    return parts.scheme == "https" or (parts.scheme == "http" and here)
