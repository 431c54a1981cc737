"""Gate: every question to Alipay's open gateway comes in here, verified, and goes out signed.

What fails before the signature is known to hold is answered unsigned: we do not know to whom
we speak. Everything after that is signed, also a no.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from shebao.sandbox import clock, mishaps
from shebao.sandbox.alipay.fields import Fields, read_content
from shebao.sandbox.alipay.refusals import AlipayRefusal, business, invalid, missing
from shebao.sandbox.alipay.signing import RSA2, content, is_signed, packed, read_time_ms, signed
from shebao.sandbox.faults import Kind, Place
from shebao.sandbox.town import Town

WINDOW_MS: Final = 10 * 60 * 1000
_BODY_MOST: Final = 64 * 1024
_FIELDS_MOST: Final = 100
_REQUIRED: Final = ("app_id", "charset", "sign_type", "sign", "timestamp", "version")
_ERROR: Final = "error_response"


@dataclass(frozen=True, slots=True)
class Call:
    """A verified question."""

    method: str
    params: Mapping[str, str]
    fields: Fields
    base_url: str = ""  # How a merchant reaches us.


@dataclass(frozen=True, slots=True)
class Method:
    """What Alipay does for one value of ``method``."""

    place: Place
    act: Callable[[Town, Call], Mapping[str, Any]]


async def read_params(request: Request) -> dict[str, str]:
    """Every parameter of a request, wherever it stands; what is said twice is refused."""
    query = request.scope["query_string"].decode("ascii", "replace")
    pairs = _pairs(query)
    if request.method == "POST":
        body = await request.body()
        if len(body) > _BODY_MOST:
            raise invalid("parameter", "请求过大")
        pairs += _pairs(body.decode("ascii", "replace"))
    params = dict(pairs)
    if len(params) != len(pairs):
        raise invalid("parameter", "参数重复")
    return params


def verified(town: Town, params: Mapping[str, str], *, window_ms: int) -> Call:
    """Believe a question only if the merchant signed it, and lately."""
    check(town, params, window_ms=window_ms)
    return Call(params["method"], params, read_content(params))


def check(town: Town, params: Mapping[str, str], *, window_ms: int) -> None:
    """See that the merchant signed a question, and lately."""
    keys = town.alipay_keys
    absent = next((name for name in _REQUIRED if not params.get(name)), None)
    if absent is not None:
        raise missing("signature" if absent == "sign" else absent)
    if params["app_id"] != keys.app_id:
        raise invalid("app-id", "无效的AppID参数")
    if params["charset"].lower() != "utf-8":
        raise invalid("charset", "演练环境只认 utf-8")
    if params["sign_type"] != RSA2:
        raise invalid("signature-type", "签名类型应为 RSA2")
    if params["version"] != "1.0" or params.get("format", "JSON").upper() != "JSON":
        raise invalid("parameter", "version 应为 1.0，format 应为 JSON")
    if not is_signed(keys.app_public, params["sign"], content(params, without={"sign"})):
        raise invalid("signature", "验签出错，建议检查签名字符串或签名私钥与应用公钥是否匹配")
    _check_time(params["timestamp"], window_ms)


async def answer(town: Town, request: Request, methods: Mapping[str, Method]) -> Response:
    """Do what is asked by one of the methods that answer in JSON."""
    try:
        params = await read_params(request)
        method = _method(params, methods)
    except AlipayRefusal as no:
        return _written(packed({_ERROR: no.said()}))
    absent = await mishaps.on_the_way_in(town.faults, method.place)
    if absent is not None:
        return absent
    node = params["method"].replace(".", "_") + "_response"
    try:
        call = replace(verified(town, params, window_ms=WINDOW_MS), base_url=_here(town, request))
    except AlipayRefusal as no:
        return _written(packed({node: no.said()}))
    try:
        _may_fail(town, method.place)
        said = {"code": "10000", "msg": "Success"} | dict(method.act(town, call))
    except AlipayRefusal as no:
        said = no.said()
    response = _written(_signed(town, method.place, node, packed(said)))
    return await mishaps.on_the_way_out(town.faults, method.place, request, response)


def _here(town: Town, request: Request) -> str:
    return (town.settings.public_url or str(request.base_url)).rstrip("/")


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_FIELDS_MOST)
    except ValueError:
        raise invalid("encoding", "编码错误") from None


def _method(params: Mapping[str, str], methods: Mapping[str, Method]) -> Method:
    name = params.get("method", "")
    if not name:
        raise missing("method")
    found = methods.get(name)
    if found is None:
        raise invalid("method", "不存在的方法名，或演练环境暂未提供")
    return found


def _check_time(timestamp: str, window_ms: int) -> None:
    try:
        said = read_time_ms(timestamp)
    except ValueError:
        raise invalid("timestamp", "非法的时间戳参数") from None
    if abs(clock.now_ms() - said) > window_ms:
        raise invalid("timestamp", "时间戳与当前时间相差过大（应为北京时间）")


def _may_fail(town: Town, place: Place) -> None:
    if town.faults.strikes(place, (Kind.SYSTEM_ERROR,)) is None:
        return
    if place is Place.REFUND:
        raise business("SYSTEM_ERROR", "系统错误")
    raise AlipayRefusal("20000", "isp.unknow-error", "系统繁忙")


def _signed(town: Town, place: Place, node: str, said: str) -> str:
    forged = town.faults.strikes(place, (Kind.ANSWER_FORGED,)) is not None
    sign = signed(town.alipay_keys.private, said.encode(), forged=forged)
    return f'{{"{node}":{said},"sign":"{sign}"}}'


def _written(text: str) -> Response:
    return Response(text.encode(), media_type="text/html;charset=utf-8")  # So Alipay calls it.
