"""Line: one signed question to UnionPay, and its signed answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final
from urllib.parse import urlencode, urljoin

from shebao.core.channel import Forged
from shebao.core.refusals import Unanswered
from shebao.gateways.transport import Answer, Transport
from shebao.gateways.unionpay import seal
from shebao.gateways.unionpay.account import UnionPayAccount
from shebao.gateways.unionpay.told import Words

HEADERS: Final = {
    "content-type": "application/x-www-form-urlencoded;charset=UTF-8",
    "user-agent": "shebao",
}
_OK: Final = 200


class Line:
    """The conversation with UnionPay: we sign what we ask, and check what we hear."""

    def __init__(
        self, account: UnionPayAccount, transport: Transport, now: Callable[[], datetime]
    ) -> None:
        self._account = account
        self._transport = transport
        self._now = now

    async def ask(self, door: str, wish: Words) -> Words:
        """Ask for something at one of the gateway's doors; every code is an answer."""
        method = self._account.method
        answer = await self._transport.ask(
            whom=method,
            method="POST",
            url=urljoin(self._account.gateway_url, door),
            headers=HEADERS,
            body=urlencode(seal.sealed(self._account, wish)).encode("ascii"),
        )
        words = self._believed(answer)
        asked = ("merId", "orderId", "txnTime")
        said: Mapping[str, str] = {**wish, "merId": self._account.mer_id}
        # What cannot be read at all is refused without a word of what was asked.
        if any(words.get(name, said.get(name)) != said.get(name) for name in asked):
            raise Forged("not_asked_for")
        return words

    def _believed(self, answer: Answer) -> Words:
        if answer.status != _OK:
            raise Unanswered(self._account.method)  # UnionPay always says 200.
        try:
            text = answer.body.decode()
        except UnicodeDecodeError as unreadable:
            raise Forged("unreadable") from unreadable
        return seal.read_answer(self._account, text, self._now())
