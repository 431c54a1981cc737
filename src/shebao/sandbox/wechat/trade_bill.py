"""Trade bill (交易账单): WeChat's list of the payments and refunds of a day.

Every field begins with a backtick and nothing is quoted; amounts are in yuan, fees with five
decimals. A refund stands in the file of the day it was asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from shebao.sandbox import clock
from shebao.sandbox.channel.movements import Mishap, Movement, span, yuan
from shebao.sandbox.town import Town
from shebao.sandbox.wechat.attempts import TRADE_TYPES, Scene

_HEADING: Final = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,"
    "交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,"
    "充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,"
    "费率备注"
)
_TOTALS: Final = (
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
)
_RATE: Final = "0.20%"
_STATES: Final = {"CLOSED": "FAIL", "ABNORMAL": "CHANGE"}
_PAID: Final = """
    SELECT * FROM attempts
    WHERE transaction_id IS NOT NULL AND mchid = :mchid AND paid_at >= :begins AND paid_at < :ends
    ORDER BY paid_at, out_trade_no
"""
_BACK: Final = """
    SELECT refunds.*, attempts.transaction_id, attempts.description, attempts.openid,
           attempts.scene
    FROM refunds JOIN attempts USING (out_trade_no)
    WHERE mchid = :mchid AND created_at >= :begins AND created_at < :ends
    ORDER BY created_at, out_refund_no
"""


def movements(town: Town, day: date) -> Sequence[Movement]:
    """What happened to the merchant's money on a day, payments first."""
    facts = {"mchid": town.credentials.mchid, **span(day)}
    paid = [
        Movement(
            is_refund=False,
            our_id=row["out_trade_no"],
            reference=row["transaction_id"],
            paid_id=row["out_trade_no"],
            paid_reference=row["transaction_id"],
            fen=row["total_fen"],
            at=row["paid_at"],
            name=row["description"],
            payer=row["openid"],
            way=TRADE_TYPES[Scene(row["scene"])],
        )
        for row in town.ledger.rows(_PAID, facts)
    ]
    back = [
        Movement(
            is_refund=True,
            our_id=row["out_refund_no"],
            reference=row["refund_id"],
            paid_id=row["out_trade_no"],
            paid_reference=row["transaction_id"],
            fen=row["refund_fen"],
            at=row["created_at"],
            name=row["description"],
            payer=row["openid"],
            way=TRADE_TYPES[Scene(row["scene"])],
            state=_STATES.get(row["state"], row["state"]),
        )
        for row in town.ledger.rows(_BACK, facts)
    ]
    return paid + back


def written(town: Town, _day: date, lines: Sequence[Movement], mishaps: frozenset[Mishap]) -> bytes:
    """The file: a heading, the lines, and what they come to."""
    known = town.credentials
    whole = [_HEADING, *(_line(known.appid, known.mchid, one) for one in lines)]
    if Mishap.CUT_SHORT not in mishaps:
        whole += [_TOTALS, _totals(lines, off_by=int(Mishap.TOTALS_WRONG in mishaps))]
    return ("\ufeff" + "\r\n".join(whole) + "\r\n").encode()


def ticked(*fields: str) -> str:
    """Fields as WeChat writes them."""
    return ",".join(f"`{one}" for one in fields)


def fee(fen: int) -> str:
    """A fee as WeChat writes it: five decimals."""
    return f"{yuan(fen)}000"


def _line(appid: str, mchid: str, one: Movement) -> str:
    if one.spoilt:
        return ticked(clock.said(one.at), appid, mchid, "??")
    amount, nothing = yuan(one.fen), "0.00"
    paid, back = (nothing, amount) if one.is_refund else (amount, nothing)
    refund = (one.reference, one.our_id) if one.is_refund else ("0", "0")
    kept = -one.fee_fen if one.is_refund else one.fee_fen
    return ticked(
        *(clock.said(one.at), appid, mchid, "0", "", one.paid_reference, one.paid_id, one.payer),
        *(one.way, "REFUND" if one.is_refund else "SUCCESS", "OTHERS", "CNY", paid, nothing),
        *(*refund, back, nothing),
        *(("ORIGINAL", one.state) if one.is_refund else ("", "")),
        *(one.name, "", fee(kept), _RATE, paid, back, ""),
    )


def _totals(lines: Sequence[Movement], *, off_by: int) -> str:
    paid = sum(one.fen for one in lines if not one.is_refund) + off_by
    back = sum(one.fen for one in lines if one.is_refund)
    kept = sum(-one.fee_fen if one.is_refund else one.fee_fen for one in lines)
    return ticked(
        *(str(len(lines)), yuan(paid), yuan(back), "0.00", fee(kept), yuan(paid), yuan(back))
    )
