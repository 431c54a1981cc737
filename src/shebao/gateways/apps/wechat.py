"""WeChat: mini programs bring a code of ``wx.login``, pages of the official account one of OAuth.

Both lead to an openid of the same app, which is what its JSAPI cashier wants to hear.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final
from urllib.parse import urlencode

from shebao.gateways.app_sign_in import AppAccount, openid_of
from shebao.gateways.transport import Transport

WHOM: Final = "wechat"
API: Final = "https://api.weixin.qq.com"
OPEN: Final = "https://open.weixin.qq.com"


class CodeOf(StrEnum):
    """Who gave the code, and so where it is brought."""

    MINI = "/sns/jscode2session"
    PAGE = "/sns/oauth2/access_token"


class WeChatApp:
    """WeChat, for one app."""

    def __init__(
        self, account: AppAccount, transport: Transport, code_of: CodeOf, *, open_url: str
    ) -> None:
        self._account, self._transport, self._code_of = account, transport, code_of
        self._open_url = open_url.rstrip("/")

    async def exchange(self, code: str) -> str:
        """Bring a code, and learn the openid. Raises AppCodeRefused."""
        name = "js_code" if self._code_of is CodeOf.MINI else "code"
        asked = {
            "appid": self._account.app_id,
            "secret": self._account.secret,
            name: code,
            "grant_type": "authorization_code",
        }
        answer = await self._transport.ask(
            whom=WHOM,
            method="GET",
            url=f"{self._account.base_url}{self._code_of}?{urlencode(asked)}",
            headers={},
        )
        return openid_of(WHOM, answer, error="errcode")

    def authorize_url(self, *, state: str, back: str) -> str:
        """Where a page inside WeChat sends somebody; a mini program needs no such page."""
        if self._code_of is CodeOf.MINI:
            return ""
        asked = {
            "appid": self._account.app_id,
            "redirect_uri": back,
            "response_type": "code",
            "scope": "snsapi_base",
            "state": state,
        }
        return f"{self._open_url}/connect/oauth2/authorize?{urlencode(asked)}#wechat_redirect"
