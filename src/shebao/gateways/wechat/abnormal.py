"""Abnormal (异常退款): bringing a refund home whose payer's card is closed.

WeChat holds the money and waits to be told where it shall go: to another card of the payer, or
back to our own bank account, from where a person pays it out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from shebao.core.channel import Forged, PayerCard, ReturnTold
from shebao.gateways import signing
from shebao.gateways.wechat import told
from shebao.gateways.wechat.line import Line
from shebao.gateways.wechat.told import UNREADABLE

REFUNDS = "/v3/refund/domestic/refunds"


# 银行类型: WeChat's words for debit cards of the banks most people have.
BANKS: Final[Mapping[str, str]] = {
    "ICBC_DEBIT": "工商银行",
    "ABC_DEBIT": "农业银行",
    "CCB_DEBIT": "建设银行",
    "BOC_DEBIT": "中国银行",
    "COMM_DEBIT": "交通银行",
    "PSBC_DEBIT": "邮储银行",
    "CMB_DEBIT": "招商银行",
}


async def apply(
    line: Line, refund_id: str, *, reference: str, card: PayerCard | None
) -> ReturnTold:
    """Ask WeChat to bring an abnormal refund, which it knows by a reference, to a card."""
    words: dict[str, object] = {"out_refund_no": refund_id, "type": "MERCHANT_BANK_CARD"}
    serial = None
    if card is not None:
        serial, key = await line.concealing()
        words |= {
            "type": "USER_BANK_CARD",
            "bank_type": card.bank,
            "bank_account": signing.conceal(key, card.number),
            "real_name": signing.conceal(key, card.holder),
        }
    target = f"{REFUNDS}/{quote(reference, safe='')}/apply-abnormal-refund"
    return read(refund_id, await line.post(target, words, serial=serial))


def read(refund_id: str, words: told.Words) -> ReturnTold:
    """Read an answer about a refund of ours, and about no other."""
    try:
        found = told.refund(words, state="status")
    except UNREADABLE as unreadable:
        raise Forged("unreadable") from unreadable
    if found.refund_id != refund_id:
        raise Forged("not_asked_for")
    return found
