"""Refusals: how the bank says no, with the code and the words its merchants know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

OK: Final = "00000"
PROCESSING: Final = "00001"
BUSY: Final = "99999"
BUSINESS: Final = "131419"

SAID: Final = {
    "1001": "账户余额不足支付",
    "1002": "账号已冻结",
    "1003": "账户已销户",
    "1004": "协议不存在",
    "1005": "重复交易，内容与原交易不符",
    "1006": "原交易不存在",
    "1007": "账号与户名不符",
    "1008": "账户类型不符",
    "1009": "交易已过截止时间",
    "1010": "对账文件尚未生成",
    "1011": "交易已作废",
    "1012": "原交易已冲正",
    "1013": "退款金额超过原交易",
    "9001": "验签失败",
    "9002": "报文格式错误",
}


@dataclass(eq=False)
class BankRefusal(Exception):  # noqa: N818  An answer, not an error.
    """The bank will not, and says why."""

    code: str

    @property
    def says(self) -> str:
        """The words that go with the code."""
        return SAID[self.code]
