"""Cashiers: how an order is described to WeChat in each scene, and where its payer goes on.

A script's parameters are signed with our own key: that of an official account or a mini program
(``wx.requestPayment`` takes all of them but the ``appId``), and that of an app, which names them
otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from shebao.core.channel import Cashier, Charge, Scene
from shebao.gateways import signing
from shebao.gateways.arrival import BEIJING
from shebao.gateways.wechat.account import WeChatAccount
from shebao.gateways.wechat.line import Line
from shebao.gateways.wechat.told import Words, text

_DESCRIPTION_MAX: Final = 127


def order(account: WeChatAccount, charge: Charge) -> dict[str, object]:
    """Describe an order: what is collected, and until when."""
    assert len(charge.description) <= _DESCRIPTION_MAX
    words: dict[str, object] = {
        "appid": account.appid,
        "mchid": account.mchid,
        "description": charge.description,
        "out_trade_no": charge.attempt_id,
        "time_expire": until(charge),
        "notify_url": charge.notify_url,
        "amount": {"total": charge.amount.fen, "currency": "CNY"},
    }
    if charge.scene is Scene.JSAPI:
        return words | {"payer": payer(charge)}
    return words | {"scene_info": scene(charge)}


def until(charge: Charge) -> str:
    """Write the time until which a payer may pay."""
    return charge.expires_at.astimezone(BEIJING).isoformat(timespec="seconds")


def payer(charge: Charge) -> dict[str, str]:
    """Name the payer, whom the app of a script knows."""
    assert charge.openid is not None
    return {"openid": charge.openid}


def scene(charge: Charge) -> dict[str, object]:
    """Say where a payer without a script sits."""
    assert charge.scene is not Scene.PAGE  # WeChat has no page for computers but a code.
    where: dict[str, object] = {"payer_client_ip": charge.payer_ip}
    return where | {"h5_info": {"type": "Wap"}} if charge.scene is Scene.H5 else where


def cashier(line: Line, charge: Charge, words: Words) -> Cashier:
    """Read where the payer goes on."""
    match charge.scene:
        case Scene.NATIVE:
            return Cashier(code=text(words, "code_url"))
        case Scene.JSAPI:
            return Cashier(parameters=_script(line, text(words, "prepay_id")))
        case Scene.APP:
            return Cashier(parameters=_app(line, text(words, "prepay_id")))
        case _:
            return Cashier(url=_link(charge, text(words, "h5_url")))


def _link(charge: Charge, url: str) -> str:
    if charge.return_url is None:
        return url
    joint = "&" if "?" in url else "?"
    return f"{url}{joint}redirect_url={quote(charge.return_url, safe='')}"


def _script(line: Line, prepay_id: str) -> Mapping[str, str]:
    account, (timestamp, nonce) = line.account, line.signed_now()
    package = f"prepay_id={prepay_id}"
    message = f"{account.appid}\n{timestamp}\n{nonce}\n{package}\n".encode()
    return {
        "appId": account.appid,
        "timeStamp": timestamp,
        "nonceStr": nonce,
        "package": package,
        "signType": "RSA",
        "paySign": signing.sign(account.merchant_key, message),
    }


def _app(line: Line, prepay_id: str) -> Mapping[str, str]:
    account, (timestamp, nonce) = line.account, line.signed_now()
    message = f"{account.appid}\n{timestamp}\n{nonce}\n{prepay_id}\n".encode()
    return {
        "appid": account.appid,
        "partnerid": account.mchid,
        "prepayid": prepay_id,
        "package": "Sign=WXPay",
        "noncestr": nonce,
        "timestamp": timestamp,
        "sign": signing.sign(account.merchant_key, message),
    }
