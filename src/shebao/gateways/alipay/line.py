"""Line: one signed question to Alipay, and its signed answer.

A success that Alipay did not sign is Forged and never believed. A failure is believed
unsigned, because the gateway does not sign every failure; but a signature that is there must
hold. Where Alipay itself does not know, it has not answered.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from shebao.core.channel import ChannelRefused, Forged, Method
from shebao.core.refusals import Unanswered
from shebao.gateways.alipay import seal
from shebao.gateways.alipay.account import AlipayAccount
from shebao.gateways.alipay.told import BEIJING, UNREADABLE, Words, text
from shebao.gateways.transport import Answer, Transport

WHOM: Final = Method.ALIPAY.value
_OK: Final = 200
_SUCCESS: Final = "10000"
# 10003 waits for the payer's bank, 20000 is Alipay's own trouble, 40005 asks us to slow down.
_UNDECIDED_CODES: Final = frozenset({"10003", "20000", "40005"})
# The second spelling is Alipay's own.
_UNDECIDED: Final = frozenset({"ACQ.SYSTEM_ERROR", "AQC.SYSTEM_ERROR", "SYSTEM_ERROR"})
_TROUBLE_OF_THEIRS: Final = "isp."
_PLAIN_NO: Final = frozenset({"isp.bill_not_exist"})  # It begins like trouble, and is none.


class Line:
    """The conversation with Alipay: we sign what we ask, and check what we hear."""

    def __init__(
        self,
        account: AlipayAccount,
        transport: Transport,
        now: Callable[[], datetime],
    ) -> None:
        self._account = account
        self._transport = transport
        self._now = now

    async def ask(self, method: str, wish: Words, *, notify_url: str = "") -> Words:
        """Ask for something, and hear the answer once its signature holds."""
        params = self._signed(method, wish, {"notify_url": notify_url})
        # What we wish stays out of the address: addresses are kept in the logs of servers.
        body = urlencode({"biz_content": params.pop("biz_content")})
        answer = await self._transport.ask(
            whom=WHOM,
            method="POST",
            url=f"{self._account.gateway_url}?{urlencode(params)}",
            headers={
                "content-type": "application/x-www-form-urlencoded;charset=utf-8",
                "user-agent": "shebao",
            },
            body=body.encode("ascii"),
        )
        return self._believed(method.replace(".", "_") + "_response", answer)

    async def download(self, url: str, take: Callable[[bytes], object]) -> None:
        """Hand on a file piece by piece, from an address that Alipay signed half a minute ago."""
        headers = {"user-agent": "shebao"}
        answer = await self._transport.download(whom=WHOM, url=url, headers=headers, take=take)
        if answer.status != _OK:
            raise Unanswered(WHOM)  # The address is too old: ask for a new one.

    def order(self, method: str, wish: Words, *, notify_url: str) -> str:
        """Make a signed order that an app hands to Alipay's own kit."""
        return urlencode(self._signed(method, wish, {"notify_url": notify_url}))

    def page(self, method: str, wish: Words, *, notify_url: str, return_url: str) -> str:
        """Make the address of a page at Alipay, signed, for the payer's browser to open."""
        known = {"notify_url": notify_url, "return_url": return_url}
        return f"{self._account.gateway_url}?{urlencode(self._signed(method, wish, known))}"

    def _signed(self, method: str, wish: Words, known: Mapping[str, str]) -> dict[str, str]:
        params = {
            "app_id": self._account.app_id,
            "method": method,
            "format": "JSON",
            "charset": "utf-8",
            "sign_type": seal.SIGN_TYPE,
            "timestamp": self._now().astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S"),
            "version": "1.0",
            "biz_content": json.dumps(wish, ensure_ascii=False, separators=(",", ":")),
        }
        return seal.sealed(self._account, {**params, **known})

    def _believed(self, node: str, answer: Answer) -> Words:
        if answer.status != _OK:
            raise Unanswered(WHOM)  # Alipay always says 200: this is somebody in between.
        try:
            parts = seal.members(answer.body.decode())
            said = parts[node] if node in parts else parts["error_response"]
            words: Words = json.loads(said)
            signature, code = json.loads(parts.get("sign", '""')), text(words, "code")
        except UNREADABLE as unreadable:
            raise Forged("unreadable") from unreadable
        if signature:
            seal.check_answer(self._account, said, str(signature))
        if code != _SUCCESS:
            raise _refusal(code, words)
        if not signature or node not in parts:
            raise Forged("unsigned")
        return words


def _refusal(code: str, words: Mapping[str, object]) -> ChannelRefused | Unanswered:
    sub_code = str(words.get("sub_code") or code)
    if code in _UNDECIDED_CODES or sub_code in _UNDECIDED:
        return Unanswered(WHOM)
    if sub_code.startswith(_TROUBLE_OF_THEIRS) and sub_code not in _PLAIN_NO:
        return Unanswered(WHOM)
    return ChannelRefused(WHOM, sub_code, str(words.get("sub_msg") or words.get("msg") or ""))
