"""Gate: every request to the channel comes in here, verified, and goes out signed."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from shebao.sandbox import mishaps
from shebao.sandbox.faults import Kind, Place
from shebao.sandbox.nonces import is_fresh
from shebao.sandbox.town import Town
from shebao.sandbox.wechat.refusals import WeChatRefusal, merchant_unknown, sign_error
from shebao.sandbox.wechat.signing import (
    Authorization,
    Manner,
    Signer,
    is_signed,
    lines,
    packed,
    read_authorization,
)

_BODY_MOST: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Call:
    """A verified request."""

    mchid: str
    target: str
    body: bytes
    path: Mapping[str, Any]
    query: Mapping[str, str]
    signer: Signer  # The key the merchant expects our answer to be signed with.
    base_url: str  # How a payer's browser reaches us.


@dataclass(frozen=True, slots=True)
class Answer:
    """What to answer, before it is signed."""

    status: int
    facts: Mapping[str, Any] | None = None


Action = Callable[[Town, Call], Answer]
Endpoint = Callable[[Request], Awaitable[Response]]


def door(town: Town, place: Place, action: Action) -> Endpoint:
    """An endpoint that lets in only what the merchant signed, and signs what goes out."""

    async def enter(request: Request) -> Response:
        absent = await mishaps.on_the_way_in(town.faults, place)
        if absent is not None:
            return absent
        body = await request.body()
        signer = town.settings.signer
        try:
            signer = _signer(town, request)
            call = _verified(town, request, body, signer)
            _may_fail(town, place)
            answer = action(town, call)
        except WeChatRefusal as no:
            answer = Answer(no.status, _said(no))
        response = _signed(town, place, answer, signer)
        return await mishaps.on_the_way_out(town.faults, place, request, response)

    return enter


def file_door(
    town: Town, place: Place, hand_out: Callable[[Town, Call], tuple[bytes, bool]]
) -> Endpoint:
    """An endpoint that hands out files to who may have them. Nobody signs a file."""

    async def enter(request: Request) -> Response:
        absent = await mishaps.on_the_way_in(town.faults, place)
        if absent is not None:
            return absent
        try:
            call = _verified(town, request, b"", _signer(town, request))
            _may_fail(town, place)
            content, gzipped = hand_out(town, call)
        except WeChatRefusal as no:
            answer = Answer(no.status, _said(no))
            response = _signed(town, place, answer, town.settings.signer)
        else:
            kind = "application/octet-stream" if gzipped else "text/plain; charset=utf-8"
            content = await asyncio.to_thread(gzip.compress, content, 6) if gzipped else content
            response = Response(content, media_type=kind)
        return await mishaps.on_the_way_out(town.faults, place, request, response)

    return enter


def _signer(town: Town, request: Request) -> Signer:
    serial = request.headers.get("wechatpay-serial")
    if serial is None:
        return town.settings.signer
    signer = town.seal.signer_of(serial)
    if signer is None:
        detail = {"field": "Wechatpay-Serial", "value": serial[:64], "location": "header"}
        raise WeChatRefusal(400, "PARAM_ERROR", "Wechatpay-Serial 不是我们的序列号", detail)
    return signer


def _verified(town: Town, request: Request, body: bytes, signer: Signer) -> Call:
    told = read_authorization(request.headers.get("authorization", ""))
    if told is None:
        raise sign_error("Authorization 缺失或格式不对")
    if told.mchid != town.credentials.mchid:
        raise merchant_unknown(told.mchid)
    _check_signature(town, told, lines(*_signed_parts(request, told), body))
    accepts = request.headers.get("accept", "*/*")
    if "application/json" not in accepts and "*/*" not in accepts:
        raise WeChatRefusal(400, "INVALID_REQUEST", "Accept 应为 application/json")
    if len(body) > _BODY_MOST:
        raise WeChatRefusal(400, "INVALID_REQUEST", "包体过大")
    base_url = town.settings.public_url or str(request.base_url)
    return Call(
        mchid=told.mchid,
        target=request.url.path,
        body=body,
        path=request.path_params,
        query=request.query_params,
        signer=signer,
        base_url=base_url.rstrip("/"),
    )


def _signed_parts(request: Request, told: Authorization) -> tuple[str | bytes, ...]:
    target: bytes = request.scope["raw_path"]
    if request.scope["query_string"]:
        target += b"?" + request.scope["query_string"]
    return request.method, target, told.timestamp, told.nonce_str


def _check_signature(town: Town, told: Authorization, message: bytes) -> None:
    if told.serial_no != town.credentials.merchant_serial:
        raise sign_error("商户证书序列号不存在")
    if not is_fresh(told.timestamp):
        raise sign_error("Authorization 时间戳与当前时间相差超过 5 分钟")
    if not is_signed(town.credentials.merchant_public, told.signature, message):
        raise sign_error("签名与请求内容不符")
    # Only a true signature may use up a nonce: a forger must not be able to burn ours.
    if not town.nonces.is_new(f"wechat {told.nonce_str}"):
        raise sign_error("随机串已用过，疑似重放")


def _may_fail(town: Town, place: Place) -> None:
    if town.faults.strikes(place, (Kind.SYSTEM_ERROR,)) is not None:
        raise WeChatRefusal(500, "SYSTEM_ERROR", "系统繁忙，请用相同参数重试")


def _said(no: WeChatRefusal) -> dict[str, Any]:
    said: dict[str, Any] = {"code": no.code, "message": no.message}
    return said | {"detail": dict(no.detail)} if no.detail else said


def _signed(town: Town, place: Place, answer: Answer, signer: Signer) -> Response:
    body = b"" if answer.facts is None else packed(answer.facts)
    forged = town.faults.strikes(place, (Kind.ANSWER_FORGED,)) is not None
    headers = town.seal.headers(body, signer, Manner.FORGED if forged else Manner.TRUE)
    if body:
        headers["Content-Type"] = "application/json; charset=utf-8"
    return Response(body, status_code=answer.status, headers=headers)
