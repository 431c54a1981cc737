"""Notices: what the bank tells a merchant by itself: the facts stay, the time is told anew."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any, Final

from shebao.sandbox import clock
from shebao.sandbox.bank import signing
from shebao.sandbox.channel.notices import Notice, NoticeState
from shebao.sandbox.faults import Plan, Twist

CHANNEL: Final = "agreement"
AGREED: Final = "SB9001"
PAID: Final = "SB9002"
GIVEN_BACK: Final = "SB9003"
TAKEN_BACK: Final = "SB9004"


def news(
    code: str, facts: Mapping[str, Any], plan: Plan, *, subject: str, url: str, wait_ms: int = 0
) -> Notice:
    """Something there is to tell, to be signed when it goes out."""
    serial = secrets.token_hex(16)
    return Notice(
        id=serial,
        channel=CHANNEL,
        subject=subject,
        event=code,
        url=url,
        body=json.dumps(facts, ensure_ascii=False),
        signer="",
        plan=plan.written(),
        state=NoticeState.WITHHELD if Twist.NEVER in plan else NoticeState.WAITING,
        tries=0,
        next_at=clock.now_ms() + wait_ms,
    )


def written(merchant_no: str, notice: Notice) -> bytes:
    """A notice as it goes out now."""
    head = {
        "version": "1.0",
        "trans_code": notice.event,
        "merchant_no": merchant_no,
        "serial": notice.id,
        "time": signing.stamp(clock.now_ms()),
    }
    return signing.packed(head, json.loads(notice.body))
