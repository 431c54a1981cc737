"""Apps: WeChat, Alipay and Baidu give codes to pages inside them, and say whose a code is.

An id is always the same for one telephone in one app, and another in every other.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from shebao.sandbox import clock, mishaps, pages
from shebao.sandbox.alipay import gate
from shebao.sandbox.alipay.refusals import AlipayRefusal
from shebao.sandbox.alipay.signing import packed, signed
from shebao.sandbox.entrance.desk import AppCode
from shebao.sandbox.faults import Place
from shebao.sandbox.pages import tag
from shebao.sandbox.town import Town

ALIPAY_METHOD: Final = "alipay.system.oauth.token"
_NODE: Final = "alipay_system_oauth_token_response"
_NAMES: Final = {"wechat": "微信", "alipay": "支付宝", "baidu": "百度"}
_OURS: Final = frozenset({"127.0.0.1", "localhost", "shebao.test"})


def new_code(town: Town, app: str, holder: str) -> str:
    """A code for whoever holds a telephone."""
    digest = hashlib.sha256(f"{app} {holder}".encode())
    number = int.from_bytes(digest.digest()[:8]) % 10**12
    openid = f"2088{number:012d}" if app == "alipay" else f"o{digest.hexdigest()[:27]}"
    code = secrets.token_urlsafe(24)
    town.entrance.codes[code] = AppCode(app, openid, clock.now_ms())
    return code


def give_code(town: Town, _request: Request, told: Mapping[str, Any]) -> Response:
    """A lever: what an app would give to a page of ours, on somebody's telephone."""
    app, holder = str(told.get("app")), str(told.get("holder") or "")
    if app not in _NAMES or not holder:
        raise ValueError("app must be wechat, alipay or baidu; holder names a telephone")
    return JSONResponse({"code": new_code(town, app, holder)})


def opener(town: Town, request: Request) -> Response:
    """Plays the app: choose a telephone, and our page opens in it with a code."""
    asked = request.query_params
    app, holder, enter = asked.get("app", ""), asked.get("holder", ""), asked.get("enter", "")
    if app not in _NAMES or urlsplit(enter).hostname not in _OURS:
        return pages.page("打开", tag("h1", "不认得这个应用"), status=404)
    if holder:
        joint = "&" if "?" in enter else "?"
        code = urlencode({"code": new_code(town, app, holder)})
        return RedirectResponse(f"{enter}{joint}{code}", status_code=303)
    hidden = [
        tag("input", type="hidden", name=name, value=value)
        for name, value in {"app": app, "enter": enter}.items()
    ]
    label = tag("label", "谁的手机（写一个名字，同一个名字是同一部手机）", for_="holder")
    box = tag("input", type="text", name="holder", id="holder", required=True)
    form = tag("form", *hidden, label, box, tag("button", "打开", cls="pay"), action="/apps/open")
    return pages.page("打开", tag("h1", f"用{_NAMES[app]}打开社保缴费"), form)


def wechat_authorize(town: Town, request: Request) -> Response:
    """The page of an official account that gives a page inside WeChat its code."""
    asked = request.query_params
    partner, back = town.entrance.keys.apps["wechat"], asked.get("redirect_uri", "")
    if asked.get("appid") != partner.app_id or urlsplit(back).hostname not in _OURS:
        return pages.page("微信", tag("h1", "appid 或 redirect_uri 不对"), status=400)
    joint = "&" if "?" in back else "?"
    enter = f"{back}{joint}{urlencode({'state': asked.get('state', '')})}"
    there = urlencode({"app": "wechat", "enter": enter})
    return RedirectResponse(f"/apps/open?{there}", status_code=303)


async def wechat_session(town: Town, request: Request) -> Response:
    """jscode2session, and access_token for pages of an official account."""
    absent = await mishaps.on_the_way_in(town.faults, Place.APP)
    if absent is not None:
        return absent
    asked, partner = request.query_params, town.entrance.keys.apps["wechat"]
    if asked.get("appid") != partner.app_id:
        return _no(40013, "invalid appid")
    if asked.get("secret") != partner.secret:
        return _no(40125, "invalid appsecret")
    found = town.entrance.codes.get(asked.get("js_code") or asked.get("code") or "")
    if found is None or found.app != "wechat" or found.too_old:
        return _no(40029, "invalid code")
    if found.used:
        return _no(40163, "code been used")
    found.used = True
    return JSONResponse({"openid": found.openid, "session_key": secrets.token_hex(12)})


async def baidu_session(town: Town, request: Request) -> Response:
    """jscode2sessionkey."""
    absent = await mishaps.on_the_way_in(town.faults, Place.APP)
    if absent is not None:
        return absent
    form = {key: values[-1] for key, values in parse_qs((await request.body()).decode()).items()}
    partner = town.entrance.keys.apps["baidu"]
    if form.get("client_id") != partner.app_id or form.get("sk") != partner.secret:
        return _baidu_no("client_id or sk is wrong")
    found = town.entrance.codes.get(form.get("code", ""))
    if found is None or found.app != "baidu" or found.used or found.too_old:
        return _baidu_no("code is invalid, expired or used")
    found.used = True
    return JSONResponse({"openid": found.openid, "session_key": secrets.token_hex(16)})


async def alipay_token(town: Town, request: Request, params: Mapping[str, str]) -> Response:
    """alipay.system.oauth.token: a yes without a code, signed; a no as everywhere."""
    absent = await mishaps.on_the_way_in(town.faults, Place.APP)
    if absent is not None:
        return absent
    assert request.method == "POST"
    private = town.alipay_keys.private
    try:
        gate.check(town, params, window_ms=gate.WINDOW_MS)
        said: Mapping[str, Any] = {"open_id": _alipay_id(town, params), "expires_in": 3600}
        node = _NODE
    except AlipayRefusal as no:
        said, node = no.said(), "error_response"
    text = packed(said)
    body = f'{{"{node}":{text},"sign":"{signed(private, text.encode())}"}}'
    return Response(body.encode(), media_type="text/html;charset=utf-8")


def _alipay_id(town: Town, params: Mapping[str, str]) -> str:
    found = town.entrance.codes.get(params.get("code", ""))
    if found is None or found.app != "alipay" or found.used or found.too_old:
        raise AlipayRefusal("40002", "isv.code-invalid", "授权码code无效")
    found.used = True
    return found.openid


def _no(code: int, message: str) -> Response:
    return JSONResponse({"errcode": code, "errmsg": f"{message}, rid: {secrets.token_hex(8)}"})


def _baidu_no(message: str) -> Response:
    said = {"errno": 10010100, "error": "parameter is invalid", "error_description": message}
    return JSONResponse(said)
