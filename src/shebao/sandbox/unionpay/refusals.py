"""Refusals: UnionPay's no: a code of two digits, and a word about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

OK: Final = "00"
SAID: Final = {
    OK: "成功",
    "01": "交易失败，详情请咨询95516",
    "03": "交易通讯超时，请发起查询交易",
    "05": "交易已受理，请稍后查询交易结果",
    "06": "系统繁忙，请稍后再试",
    "10": "报文格式错误",
    "11": "验证签名失败",
    "12": "重复交易",
    "13": "报文交易要素缺失",
    "31": "商户状态不正确",
    "32": "无此交易权限",
    "33": "交易金额超限",
    "34": "查无此交易",
    "35": "原交易不存在或状态不正确",
    "36": "与原交易信息不符",
    "39": "交易不在受理时间范围内",
    "60": "交易失败，详情请咨询您的发卡行",
    "64": "卡上的余额不足",
    "98": "文件不存在",
}


@dataclass(eq=False)
class UnionPayRefusal(Exception):  # noqa: N818  An answer, not an error.
    """A no that goes out as ``respCode`` and ``respMsg``."""

    code: str
    about: str = ""

    def said(self) -> dict[str, str]:
        """The refusal as UnionPay tells it."""
        about = f"[{self.about}]" if self.about else ""
        return {"respCode": self.code, "respMsg": SAID[self.code] + about}


def missing(name: str) -> UnionPayRefusal:
    """A word that must be there is not."""
    return UnionPayRefusal("13", name)


def malformed(name: str) -> UnionPayRefusal:
    """A word is not as it should be."""
    return UnionPayRefusal("10", name)
