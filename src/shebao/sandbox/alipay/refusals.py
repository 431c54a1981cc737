"""Refusals: Alipay's no, with the code and the sub_code it gives it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_MESSAGES: Final = {
    "20000": "Service Currently Unavailable",
    "40001": "Missing Required Arguments",
    "40002": "Invalid Arguments",
    "40004": "Business Failed",
    "40006": "Insufficient Permissions",
}


@dataclass(eq=False)
class AlipayRefusal(Exception):  # noqa: N818  An answer, not an error.
    """A no that goes out as ``{"code", "msg", "sub_code", "sub_msg"}``."""

    code: str
    sub_code: str
    sub_msg: str

    def said(self) -> dict[str, str]:
        """The refusal as Alipay tells it."""
        return {
            "code": self.code,
            "msg": _MESSAGES[self.code],
            "sub_code": self.sub_code,
            "sub_msg": self.sub_msg,
        }


def missing(name: str) -> AlipayRefusal:
    """A public parameter is not there."""
    return AlipayRefusal("40001", f"isv.missing-{name.replace('_', '-')}", f"缺少{name}参数")


def invalid(name: str, sub_msg: str) -> AlipayRefusal:
    """A public parameter is not as it should be."""
    return AlipayRefusal("40002", f"isv.invalid-{name.replace('_', '-')}", sub_msg)


def parameter(name: str, issue: str) -> AlipayRefusal:
    """A field of the business is not as it should be."""
    return AlipayRefusal("40004", "ACQ.INVALID_PARAMETER", f"参数无效：{name} {issue}")


def business(name: str, sub_msg: str) -> AlipayRefusal:
    """Every field is well formed, and together they break a rule of business."""
    return AlipayRefusal("40004", f"ACQ.{name}", sub_msg)


def trade_unknown() -> AlipayRefusal:
    """Nobody opened a trade of this number, or its payer has not come to it yet."""
    return business("TRADE_NOT_EXIST", "交易不存在")


def trade_paid() -> AlipayRefusal:
    """The trade has been paid."""
    return business("TRADE_HAS_SUCCESS", "交易已被支付")


def trade_closed() -> AlipayRefusal:
    """The trade was closed, or its time is over."""
    return business("TRADE_HAS_CLOSE", "交易已经关闭")


def inconsistent() -> AlipayRefusal:
    """The number belongs to a trade with another content."""
    return business("CONTEXT_INCONSISTENT", "交易信息被篡改")


def wrong_state() -> AlipayRefusal:
    """The trade is not in a state in which this can be done."""
    return business("TRADE_STATUS_ERROR", "交易状态不合法")
