"""People: under which id Alipay knows whoever opened our mini program (alipay.system.oauth.token).

Unlike every other answer of the gateway, a yes carries no code: it is a yes because an id is there.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from shebao.core.channel import Forged
from shebao.core.refusals import Unanswered
from shebao.gateways.alipay import seal
from shebao.gateways.alipay.account import AlipayAccount
from shebao.gateways.alipay.told import BEIJING, UNREADABLE
from shebao.gateways.app_sign_in import AppCodeRefused
from shebao.gateways.transport import Answer, Transport

WHOM: Final = "alipay"
METHOD: Final = "alipay.system.oauth.token"
_NODE: Final = "alipay_system_oauth_token_response"
_OK: Final = 200


class AlipayPeople:
    """Alipay, for one mini program."""

    def __init__(
        self, account: AlipayAccount, transport: Transport, now: Callable[[], datetime]
    ) -> None:
        self._account, self._transport, self._now = account, transport, now

    async def exchange(self, code: str) -> str:
        """Bring a code of ``my.getAuthCode``, and learn the id. Raises AppCodeRefused."""
        params = {
            "app_id": self._account.app_id,
            "method": METHOD,
            "format": "JSON",
            "charset": "utf-8",
            "sign_type": seal.SIGN_TYPE,
            "timestamp": self._now().astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S"),
            "version": "1.0",
            "grant_type": "authorization_code",
            "code": code,
        }
        answer = await self._transport.ask(
            whom=WHOM,
            method="POST",
            url=self._account.gateway_url,
            headers={"content-type": "application/x-www-form-urlencoded;charset=utf-8"},
            body=urlencode(seal.sealed(self._account, params)).encode("ascii"),
        )
        return self._believed(answer)

    def authorize_url(self, *, state: str, back: str) -> str:
        """Nowhere: only the mini program itself gets a code."""
        assert state
        assert back
        return ""

    def _believed(self, answer: Answer) -> str:
        if answer.status != _OK:
            raise Unanswered(WHOM)  # Alipay always says 200: this is somebody in between.
        try:
            parts = seal.members(answer.body.decode())
            said = parts[_NODE] if _NODE in parts else parts["error_response"]
            words = json.loads(said)
            signature = json.loads(parts.get("sign", '""'))
        except UNREADABLE as unreadable:
            raise Forged("unreadable") from unreadable
        known = words.get("open_id") or words.get("user_id")
        if not known:
            raise AppCodeRefused(WHOM, str(words.get("sub_code") or words.get("code") or ""))
        if not signature:
            raise Forged("unsigned")
        seal.check_answer(self._account, said, str(signature))
        return str(known)
