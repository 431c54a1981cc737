"""Notices: what UnionPay tells a merchant by itself; it tells only what went well."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from shebao.sandbox import clock
from shebao.sandbox.channel.notices import Notice, NoticeState
from shebao.sandbox.faults import Plan, Twist
from shebao.sandbox.unionpay.keys import Keys
from shebao.sandbox.unionpay.refusals import OK, SAID
from shebao.sandbox.unionpay.signing import signed
from shebao.sandbox.unionpay.trades import Trade

CHANNEL: Final = "unionpay"
_WRONG_BY_FEN: Final = 100


def written(keys: Keys, notice: Notice, *, forged: bool = False) -> bytes:
    """A notice as it goes out: always the same words, under the same signature."""
    return urlencode(signed(keys, json.loads(notice.body), forged=forged)).encode()


def news(
    facts: Mapping[str, str], plan: Plan, *, subject: str, url: str, wait_ms: int = 0
) -> Notice:
    """Something there is to tell, to be signed when it goes out."""
    query_id = facts["queryId"]
    return Notice(
        id=f"unionpay-{query_id}",
        channel=CHANNEL,
        subject=subject,
        event=f"{facts['txnType']}.{facts['respCode']}",
        url=url,
        body=json.dumps(facts, ensure_ascii=False),
        signer="",
        plan=plan.written(),
        state=NoticeState.WITHHELD if Twist.NEVER in plan else NoticeState.WAITING,
        tries=0,
        next_at=clock.now_ms() + wait_ms,
    )


def payment(trade: Trade, plan: Plan) -> dict[str, str]:
    """What is told of a payment."""
    wrong = _WRONG_BY_FEN if Twist.WRONG_AMOUNT in plan else 0
    total = str(trade.total_fen + wrong)
    facts = {
        "version": "5.1.0",
        "encoding": "UTF-8",
        "txnType": "01",
        "txnSubType": "01",
        "bizType": "000201",
        "accessType": "0",
        "merId": trade.mer_id,
        "orderId": trade.order_id,
        "txnTime": trade.txn_time,
        "txnAmt": total,
        "currencyCode": "156",
        "respCode": OK,
        "respMsg": SAID[OK],
        **trade.paid_facts(),
        "settleAmt": total,
    }
    return facts if trade.reserved is None else facts | {"reqReserved": trade.reserved}
