"""Way (登录方式): how somebody shows who they are, and where an entry channel lives.

Which ways a city and a channel offer is data. A face is never the only one: since June 2025
nobody may be made to show theirs, so a channel without another way is no channel.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Way(StrEnum):
    """How somebody signs in."""

    SMS = "sms"  # 短信验证码
    PASSWORD = "password"  # noqa: S105  密码，还要第二步
    FACE = "face"  # 刷脸
    PORTAL = "portal"  # 政务账号，单点登录
    APP = "app"  # 微信、支付宝、百度的授权
    SCAN = "scan"  # 用登录着的手机扫码

    @property
    def label(self) -> str:
        """The way as people call it."""
        return _LABELS[self]


class SecondStep(StrEnum):
    """What somebody who knew the password does next (第二步)."""

    SMS = "sms"  # 短信验证码
    SCAN = "scan"  # 用登录着的手机扫码
    PASSKEY = "passkey"  # 通行密钥


class Place(StrEnum):
    """Where an entry channel lives (渠道类型)."""

    WECHAT_ACCOUNT = "wechat_account"  # 微信公众号
    WECHAT_MINI = "wechat_mini"  # 微信小程序
    ALIPAY_MINI = "alipay_mini"  # 支付宝小程序
    BAIDU_MINI = "baidu_mini"  # 百度小程序
    CITY_APP = "city_app"  # 城市 APP
    BANK_APP = "bank_app"  # 手机银行
    PORTAL = "portal"  # 政务服务网、政务 APP
    ETAX = "etax"  # 电子税务局
    KIOSK = "kiosk"  # 自助终端
    COUNTER = "counter"  # 柜台

    @property
    def app(self) -> str:
        """Whose app it lives in and knows its people: wechat, alipay, baidu, or nobody's."""
        return _APPS.get(self, "")


class Feature(StrEnum):
    """What an entry channel offers besides paying (功能)."""

    FAVOURITES = "favourites"  # 常用家人
    ASK_TO_PAY = "ask_to_pay"  # 请家人代付
    SCAN = "scan"  # 扫码登录另一台设备
    PASSKEYS = "passkeys"  # 通行密钥
    PAY_TYPES = "pay_types"  # 先选险种，再选缴费类型
    AMOUNTS = "amounts"  # 设置缴费金额、缴费金额作废
    BATCH_TIER = "batch_tier"  # 批扣定档，首页就有
    OFFICES = "offices"  # 线上一站办，按区县找办税机关


_LABELS: Final[Mapping[Way, str]] = {
    Way.SMS: "短信验证码",
    Way.PASSWORD: "密码",
    Way.FACE: "刷脸",
    Way.PORTAL: "政务账号",
    Way.APP: "授权登录",
    Way.SCAN: "手机扫码",
}
_APPS: Final[Mapping[Place, str]] = {
    Place.WECHAT_ACCOUNT: "wechat",
    Place.WECHAT_MINI: "wechat",
    Place.ALIPAY_MINI: "alipay",
    Place.BAIDU_MINI: "baidu",
}
