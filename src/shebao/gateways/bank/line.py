"""Line: one signed message to the bank, and its signed answer.

Messages are JSON with a head and a body, in the shape banks and the tax authority use for
social insurance: a transaction code, our number, a serial of 32 characters, the time, and in
the answer ``retCd``. Every answer must carry the bank's signature over its very bytes and the
serial of our question; what the bank does not know, it has not answered.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Final

from shebao.core.channel import ChannelRefused, Forged, Method
from shebao.core.ids import Entropy
from shebao.core.refusals import Unanswered
from shebao.gateways.bank import seal
from shebao.gateways.bank.account import BankAccount
from shebao.gateways.bank.told import UNREADABLE, Words, parts, text
from shebao.gateways.transport import Answer, Transport

WHOM: Final = Method.AGREEMENT.value
OK: Final = "00000"
PROCESSING: Final = "00001"
_BUSINESS: Final = "131419"
_SERIAL_BYTES: Final = 16
_STATUS_OK: Final = 200


class Line:
    """The conversation with the bank: we sign what we ask, and check what we hear."""

    def __init__(
        self,
        account: BankAccount,
        transport: Transport,
        now: Callable[[], datetime],
        entropy: Entropy,
    ) -> None:
        self.account = account
        self.transport = transport
        self._now = now
        self._entropy = entropy

    async def ask(self, code: str, words: Words) -> Words:
        """Ask for something, and hear the answer once its signature holds.

        Raises ChannelRefused with the bank's own code when it will not.
        """
        serial = self._entropy(_SERIAL_BYTES).hex()
        head = {
            "version": "1.0",
            "trans_code": code,
            "merchant_no": self.account.merchant_no,
            "serial": serial,
            "time": seal.stamp(self._now()),
        }
        whole = {"head": head, "body": words}
        body = json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()
        answer = await self.transport.ask(
            whom=WHOM,
            method="POST",
            url=self.account.gateway_url,
            headers={
                "content-type": "application/json;charset=utf-8",
                "user-agent": "shebao",
                seal.HEADER: seal.sign(self.account, body),
            },
            body=body,
        )
        return self._believed(code, serial, answer)

    def _believed(self, code: str, serial: str, answer: Answer) -> Words:
        if answer.status != _STATUS_OK:
            raise Unanswered(WHOM)  # The bank always says 200: this is somebody in between.
        seal.check(self.account, answer.headers, answer.body)
        try:
            head, words = parts(answer.body)
            said = text(head, "retCd")
            if (head["serial"], head["trans_code"]) != (serial, code):
                raise Forged("not_asked_for")  # An old answer, played again.
            sent_at = seal.moment(text(head, "time"))
        except UNREADABLE as unreadable:
            raise Forged("unreadable") from unreadable
        seal.check_fresh(sent_at, self._now())
        if said in {OK, PROCESSING}:
            return words
        if said != _BUSINESS:
            raise Unanswered(WHOM)  # Busy, or a word we do not know: it may have happened.
        code, says = str(words.get("reject_code") or said), str(words.get("reject_msg") or "")
        raise ChannelRefused(WHOM, code, says)
