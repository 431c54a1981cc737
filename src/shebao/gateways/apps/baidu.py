"""Baidu: smart programs bring a code of ``swan.getLoginCode``, good once and for ten minutes."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from shebao.gateways.app_sign_in import AppAccount, openid_of
from shebao.gateways.transport import Transport

WHOM: Final = "baidu"
API: Final = "https://spapi.baidu.com"
_PATH: Final = "/oauth/jscode2sessionkey"


class BaiduApp:
    """Baidu, for one smart program."""

    def __init__(self, account: AppAccount, transport: Transport) -> None:
        self._account, self._transport = account, transport

    async def exchange(self, code: str) -> str:
        """Bring a code, and learn the openid. Raises AppCodeRefused."""
        account = self._account
        asked = {"code": code, "client_id": account.app_id, "sk": account.secret}
        answer = await self._transport.ask(
            whom=WHOM,
            method="POST",
            url=account.base_url + _PATH,
            headers={"content-type": "application/x-www-form-urlencoded"},
            body=urlencode(asked).encode(),
        )
        return openid_of(WHOM, answer, error="errno")

    def authorize_url(self, *, state: str, back: str) -> str:
        """Nowhere: only the smart program itself gets a code."""
        assert state
        assert back
        return ""
