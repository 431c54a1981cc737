"""Client: plays the WeChat app that a merchant's page asks to pay.

The app does what the real one does: it believes the merchant's signature and nothing else.
"""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from shebao.sandbox import clock, pages
from shebao.sandbox.pages import tag
from shebao.sandbox.town import Town
from shebao.sandbox.wechat import attempts, cashier
from shebao.sandbox.wechat.attempts import PREPAY_LIVES_MS, Attempt, Scene
from shebao.sandbox.wechat.signing import is_signed, lines

_PREFIX: Final = "prepay_id="


def jsapi(town: Town, request: Request) -> Response:
    """Open the cashier for the six parameters a page hands to the WeChat app."""
    asked = request.query_params
    names = ("appId", "timeStamp", "nonceStr", "package", "signType", "paySign")
    app_id, timestamp, nonce, package, sign_type, signature = (asked.get(n, "") for n in names)
    message = lines(app_id, timestamp, nonce, package)
    if app_id != town.credentials.appid or sign_type != "RSA":
        return _refused("appId 不符，或 signType 不是 RSA")
    if not nonce or not timestamp.isdigit():
        return _refused("nonceStr 或 timeStamp 缺失")
    if not is_signed(town.credentials.merchant_public, signature, message):
        return _refused("支付验证签名失败")
    named = package.startswith(_PREFIX)
    attempt = _waiting(town, package.removeprefix(_PREFIX), Scene.JSAPI) if named else None
    if attempt is None:
        return _refused("prepay_id 不存在或已过期")
    return cashier.show(attempt, redirect_url=asked.get("redirect_url", ""))


def app(town: Town, request: Request) -> Response:
    """Open the cashier for the seven parameters another app hands to WeChat's kit."""
    asked = request.query_params
    names = ("appid", "partnerid", "timestamp", "noncestr", "prepayid", "package", "sign")
    app_id, partner, timestamp, nonce, prepay_id, package, signature = (
        asked.get(n, "") for n in names
    )
    if (app_id, partner) != (town.credentials.appid, town.credentials.mchid):
        return _refused("appid 或 partnerid 不符")
    if not nonce or not timestamp.isdigit() or package != "Sign=WXPay":
        return _refused("noncestr、timestamp 或 package 不对")
    message = lines(app_id, timestamp, nonce, prepay_id)
    if not is_signed(town.credentials.merchant_public, signature, message):
        return _refused("支付验证签名失败")
    attempt = _waiting(town, prepay_id, Scene.APP)
    return _refused("prepayid 不存在或已过期") if attempt is None else cashier.show(attempt)


def _waiting(town: Town, prepay_id: str, scene: Scene) -> Attempt | None:
    attempt = attempts.find_by_prepay_id(town.ledger, prepay_id)
    if attempt is None or attempt.scene is not scene:
        return None
    return attempt if clock.now_ms() <= attempt.prepaid_at + PREPAY_LIVES_MS else None


def _refused(why: str) -> Response:
    inside = [tag("h1", "无法打开支付"), tag("p", why, cls="warn")]
    return pages.page("无法打开支付", *inside, status=400)
