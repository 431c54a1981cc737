"""Notices: what WeChat tells a merchant by itself, sealed so that nobody else can read it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from shebao.sandbox import clock
from shebao.sandbox.channel.notices import Notice, NoticeState
from shebao.sandbox.faults import Plan
from shebao.sandbox.wechat.signing import Seal, Signer, packed

_SUMMARIES: Final = {
    "TRANSACTION.SUCCESS": "支付成功",
    "REFUND.SUCCESS": "退款成功",
    "REFUND.ABNORMAL": "退款异常",
    "REFUND.CLOSED": "退款关闭",
    "SECURITY_ECHO.SUCCESS": "安全测试成功",
}


@dataclass(frozen=True, slots=True)
class News:
    """What there is to tell, before it is sealed."""

    subject: str
    event: str
    kind: str  # The original_type: transaction, refund or security.
    facts: Mapping[str, Any]
    url: str
    signer: Signer


def sealed(seal: Seal, news: News, plan: Plan, *, withheld: bool, next_at: int) -> Notice:
    """Seal a piece of news for the merchant's eyes only."""
    now = clock.now_ms()
    number = f"EV-{clock.at(now):%Y%m%d%H%M%S}{secrets.token_hex(8)}"
    resource = {"original_type": news.kind} | seal.envelope(packed(news.facts), news.kind)
    body = {
        "id": number,
        "create_time": clock.rfc3339(now),
        "resource_type": "encrypt-resource",
        "event_type": news.event,
        "summary": _SUMMARIES[news.event],
        "resource": resource,
    }
    return Notice(
        id=number,
        channel="wechat",
        subject=news.subject,
        event=news.event,
        url=news.url,
        body=packed(body).decode(),
        signer=news.signer,
        plan=plan.written(),
        state=NoticeState.WITHHELD if withheld else NoticeState.WAITING,
        tries=0,
        next_at=next_at,
    )
