"""Refusals: the channel's no, with the status and code WeChat gives it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(eq=False)
class WeChatRefusal(Exception):  # noqa: N818  An answer, not an error.
    """A no that goes out as ``{"code", "message", "detail"}``."""

    status: int
    code: str
    message: str
    detail: Mapping[str, str] = field(default_factory=dict)


def sign_error(issue: str) -> WeChatRefusal:
    """The request cannot be trusted."""
    detail = {"location": "authorization", "issue": issue, "field": "signature"}
    return WeChatRefusal(401, "SIGN_ERROR", f"签名错误：{issue}", detail)


def param_error(field_: str, value: object, issue: str, *, where: str = "body") -> WeChatRefusal:
    """A field is missing or not as it should be."""
    detail = {"field": field_, "value": str(value)[:64], "issue": issue, "location": where}
    return WeChatRefusal(400, "PARAM_ERROR", f"参数错误：{field_} {issue}", detail)


def invalid_request(message: str) -> WeChatRefusal:
    """Every field is well formed, and together they break a rule of business."""
    return WeChatRefusal(400, "INVALID_REQUEST", message)


def order_paid() -> WeChatRefusal:
    """The order has been paid, so it can be neither paid nor closed."""
    return WeChatRefusal(400, "ORDERPAID", "该订单已支付")


def order_closed() -> WeChatRefusal:
    """The order was closed, or its time is over."""
    return WeChatRefusal(400, "ORDER_CLOSED", "该订单已关闭")


def order_unknown() -> WeChatRefusal:
    """Nobody ever opened an order of this number."""
    return WeChatRefusal(404, "ORDER_NOT_EXIST", "订单不存在")


def number_used() -> WeChatRefusal:
    """The number belongs to an order with another content."""
    return WeChatRefusal(403, "OUT_TRADE_NO_USED", "商户订单号重复，且内容与原订单不一致")


def not_ours(appid: str) -> WeChatRefusal:
    """The app and the merchant do not belong together."""
    issue = {"field": "/appid", "value": appid, "issue": "未与商户号绑定", "location": "body"}
    return WeChatRefusal(400, "APPID_MCHID_NOT_MATCH", "appid 和 mchid 不匹配", issue)


def merchant_unknown(mchid: str) -> WeChatRefusal:
    """No merchant has this number."""
    issue = {"field": "mchid", "value": mchid, "issue": "商户号不存在", "location": "body"}
    return WeChatRefusal(400, "MCH_NOT_EXISTS", "商户号不存在", issue)


def nothing_here(what: str) -> WeChatRefusal:
    """What was asked for does not exist."""
    return WeChatRefusal(404, "RESOURCE_NOT_EXISTS", what)
