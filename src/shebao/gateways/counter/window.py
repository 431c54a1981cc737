"""Window: a bank whose windows take money against our payment notices (缴款通知单).

The bank is told of a notice before it is printed, and tells us by a signed notice when somebody
has paid it. What was paid at a window cannot be sent back by a message: a person must do it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import ClassVar, Final

from shebao.core.channel import (
    Cashier,
    ChannelRefused,
    Charge,
    Forged,
    Method,
    Outcome,
    RefundOutcome,
    Return,
    ReturnTold,
    Told,
)
from shebao.core.desk.payment_notice import notice_number
from shebao.core.ids import Entropy
from shebao.core.money import Money
from shebao.gateways import signing
from shebao.gateways.counter.account import CounterAccount
from shebao.gateways.registry import Registry, RegistryRefused, Words
from shebao.gateways.transport import Transport

WHOM: Final = Method.COUNTER.value
_NOTICES: Final = "/counter/v1/notices"
_REGION: Final = -6  # A notice's address ends with the region it is of.
_OUTCOMES: Final = {
    "open": Outcome.WAITING,
    "paid": Outcome.PAID,
    "closed": Outcome.CLOSED,
    "unknown": Outcome.UNHEARD_OF,
}
_UNREADABLE: Final = (ValueError, TypeError, LookupError, AttributeError, AssertionError)


class Window:
    """The windows of one bank."""

    accepted: ClassVar[tuple[int, bytes]] = (200, b'{"code":"OK"}')

    def __init__(
        self,
        account: CounterAccount,
        transport: Transport,
        now: Callable[[], datetime],
        entropy: Entropy,
    ) -> None:
        self._account = account
        self._registry = Registry(account.registry, transport, now, entropy, WHOM)

    async def begin(self, charge: Charge) -> Cashier:
        """Let the bank know of a notice; its number is what the payer takes there."""
        number = notice_number(charge.notify_url[_REGION:], charge.attempt_id)
        words = await self._ask(
            _NOTICES,
            {
                "merchant": self._account.merchant,
                "attempt_id": charge.attempt_id,
                "number": number,
                "amount_fen": charge.amount.fen,
                "title": charge.description,
                "expires_at": charge.expires_at.isoformat(),
                "notify_url": charge.notify_url,
            },
        )
        if words.get("state") != "open":
            raise ChannelRefused(WHOM, str(words.get("code", "")), str(words.get("says", "")))
        return Cashier(code=number)

    async def inquire(self, attempt_id: str) -> Told:
        """Ask what became of a notice."""
        return _told(await self._ask(f"{_NOTICES}/query", {"attempt_id": attempt_id}), attempt_id)

    async def close(self, attempt_id: str) -> Outcome:
        """Ask the bank to take no money for a notice any more."""
        words = await self._ask(f"{_NOTICES}/close", {"attempt_id": attempt_id})
        return _told(words, attempt_id).outcome

    async def give_back(self, asked: Return) -> ReturnTold:
        """A window gives nothing back by itself: somebody must find another way."""
        return ReturnTold(asked.refund_id, RefundOutcome.ABNORMAL)

    async def inquire_return(self, refund_id: str, *, attempt_id: str) -> ReturnTold:
        """A window gives nothing back by itself: somebody must find another way."""
        assert attempt_id
        return ReturnTold(refund_id, RefundOutcome.ABNORMAL)

    def open_notice(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Told:
        """Verify what the bank tells, and say what it means. Raises Forged."""
        timestamp, nonce = headers.get("x-timestamp", ""), headers.get("x-nonce", "")
        signature = headers.get("x-signature", "")
        if not (timestamp and nonce and signature):
            raise Forged("unsigned")
        if not signing.is_recent(timestamp, now):
            raise Forged("stale")
        message = b"%b\n%b\n%b\n" % (timestamp.encode(), nonce.encode(), body)
        if not signing.signature_holds(self._account.bank_key, message, signature):
            raise Forged("signature")
        try:
            words = json.loads(body)
            return _told(words, str(words["attempt_id"]), notice_id=str(words["notice_id"]))
        except _UNREADABLE as unreadable:
            raise Forged("unreadable") from unreadable

    async def _ask(self, path: str, words: Words) -> Words:
        try:
            return await self._registry.ask(path, words)
        except RegistryRefused as refused:
            raise ChannelRefused(WHOM, str(refused.status), "银行没有受理") from refused


def _told(words: Words, attempt_id: str, *, notice_id: str | None = None) -> Told:
    try:
        if words.get("attempt_id", attempt_id) != attempt_id:
            raise Forged("not_asked_for")
        outcome = _OUTCOMES[str(words["state"])]
        if outcome is not Outcome.PAID:
            return Told(attempt_id, outcome, notice_id=notice_id)
        fen = words["amount_fen"]
        assert isinstance(fen, int)
        return Told(
            attempt_id=attempt_id,
            outcome=outcome,
            amount=Money(fen),
            reference=_text(words, "serial"),
            happened_at=datetime.fromisoformat(_text(words, "paid_at")).astimezone(UTC),
            notice_id=notice_id,
        )
    except _UNREADABLE as unreadable:
        raise Forged("unreadable") from unreadable


def _text(words: Words, name: str) -> str:
    value = words[name]
    if not isinstance(value, str) or not value:
        raise TypeError(name)
    return value
