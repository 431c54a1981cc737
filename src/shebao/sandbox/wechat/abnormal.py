"""Abnormal (异常退款): bringing a refund to another card when the payer's own is closed."""

from __future__ import annotations

import re
from typing import Final

from shebao.sandbox.town import Town
from shebao.sandbox.wechat import attempts, refunds
from shebao.sandbox.wechat.fields import Fields, read_body
from shebao.sandbox.wechat.gate import Answer, Call
from shebao.sandbox.wechat.refunds import RefundState
from shebao.sandbox.wechat.refusals import invalid_request, nothing_here, param_error

_BANK: Final = re.compile(r"[A-Z]+_(DEBIT|CREDIT)")
_CARD: Final = re.compile(r"[0-9]{12,19}")
_SECRET_MOST: Final = 1024
_ROOM_FOR_A_NAME: Final = 60
_REDIRECT: Final = """
    INSERT OR REPLACE INTO wechat_redirected VALUES (:out_refund_no, :channel, :account)
"""


def apply(town: Town, call: Call) -> Answer:
    """Take a refund up again that could not be brought home; asking twice is asking once."""
    fields = read_body(call.body)
    refund = refunds.find(town.ledger, fields.refund_no())
    if refund is None or refund.refund_id != call.path["refund_id"]:
        raise nothing_here("退款单不存在")
    attempt = attempts.find(town.ledger, refund.out_trade_no)
    assert attempt is not None
    where = _where(town, call, fields)
    known = refunds.redirected(town.ledger, refund.out_refund_no)
    if known is None:
        if refund.state is not RefundState.ABNORMAL:
            raise invalid_request("退款单不是异常状态，不能发起异常退款")
        facts = dict(zip(("channel", "account"), where, strict=True))
        town.ledger.write(_REDIRECT, {"out_refund_no": refund.out_refund_no} | facts)
        refund = refunds.send_again(town, refund)
    elif known != where:
        raise invalid_request("异常退款已受理，收款账户与之前不一致")
    return Answer(200, refund.told(attempt, where))


def _where(town: Town, call: Call, fields: Fields) -> tuple[str, str]:
    """How the money goes and to whom, as the channel tells it."""
    if fields.one_of("type", ("USER_BANK_CARD", "MERCHANT_BANK_CARD")) == "MERCHANT_BANK_CARD":
        return "OTHER_BANKCARD", "商户结算银行账户"
    bank = fields.text("bank_type", most=32)
    if _BANK.fullmatch(bank) is None:
        raise fields.wrong("bank_type", "不是银行类型")
    card = _opened(town, call, fields, "bank_account")
    holder = _opened(town, call, fields, "real_name")
    if _CARD.fullmatch(card) is None or not 1 < len(holder) <= _ROOM_FOR_A_NAME:
        raise fields.wrong("bank_account", "卡号或姓名不对")
    return "OTHER_BANKCARD", f"{bank} {card[-4:]}"


def _opened(town: Town, call: Call, fields: Fields, name: str) -> str:
    secret = fields.text(name, most=_SECRET_MOST)
    opened = town.seal.opened(secret, call.signer)
    if opened is None:
        raise param_error(f"/{name}", "…", "不能用微信支付的密钥解开")
    return opened
