"""Letters: what the bank tells of its own accord: a window has taken money for a notice."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping
from typing import Final

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from shebao.sandbox import clock
from shebao.sandbox.channel.notices import Notice, NoticeState
from shebao.sandbox.counter.books import Movement, Slip
from shebao.sandbox.faults import Plan, Twist

CHANNEL: Final = "counter"
_WRONG_BY_FEN: Final = 100


def about(slip: Slip, money: Movement, plan: Plan) -> Notice:
    """What there is to tell of money a window took."""
    now = clock.now_ms()
    number = f"cn{now}{secrets.token_hex(6)}"
    wrong = _WRONG_BY_FEN if Twist.WRONG_AMOUNT in plan else 0
    facts = {
        "notice_id": number,
        "attempt_id": slip.attempt_id,
        "number": slip.number,
        "state": "paid",
        "amount_fen": money.fen + wrong,
        "serial": money.serial,
        "paid_at": clock.rfc3339(money.at),
    }
    return Notice(
        id=number,
        channel=CHANNEL,
        subject=slip.attempt_id,
        event="paid",
        url=slip.notify_url,
        body=json.dumps(facts, ensure_ascii=False),
        signer="",
        plan=plan.written(),
        state=NoticeState.WITHHELD if Twist.NEVER in plan else NoticeState.WAITING,
        tries=0,
        next_at=now,
    )


def signed(key: RSAPrivateKey, body: bytes, *, forged: bool = False) -> Mapping[str, str]:
    """The headers that vouch for a body; forged ones were made for other words."""
    timestamp, nonce = str(clock.now_seconds()), secrets.token_hex(16)
    told = b"somebody else's words" if forged else body
    message = b"%b\n%b\n%b\n" % (timestamp.encode(), nonce.encode(), told)
    signature = base64.b64encode(key.sign(message, PKCS1v15(), SHA256())).decode()
    return {
        "Content-Type": "application/json",
        "X-Timestamp": timestamp,
        "X-Nonce": nonce,
        "X-Signature": signature,
    }
