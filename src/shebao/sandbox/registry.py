"""Registry: the wire on which registries are asked, signed by a shared secret both ways."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from shebao.sandbox import clock, mishaps
from shebao.sandbox.credentials import Partner
from shebao.sandbox.faults import Kind, Place
from shebao.sandbox.nonces import is_fresh
from shebao.sandbox.town import Town

_BODY_MOST: Final = 16 * 1024


@dataclass(frozen=True, slots=True)
class Reply:
    """What to answer, before it is signed."""

    status: int
    facts: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(eq=False)
class Malformed(Exception):  # noqa: N818  An answer, not an error.
    """A field is missing or not as it should be."""

    field: str
    issue: str


Action = Callable[[Town, Mapping[str, Any]], Reply]
Endpoint = Callable[[Request], Awaitable[Response]]


def door(town: Town, place: Place, partner: Partner, action: Action) -> Endpoint:
    """An endpoint that hears only its partner, and signs what it answers."""

    async def enter(request: Request) -> Response:
        absent = await mishaps.on_the_way_in(town.faults, place)
        if absent is not None:
            return absent
        body = await request.body()
        reply = _reply(town, place, action, body, _distrust(town, partner, request, body))
        forged = town.faults.strikes(place, (Kind.ANSWER_FORGED,)) is not None
        secret = secrets.token_hex(32) if forged else partner.secret
        return await mishaps.on_the_way_out(town.faults, place, request, _signed(reply, secret))

    return enter


def text(told: Mapping[str, Any], name: str, *, most: int) -> str:
    """A required text of some length."""
    value = told.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Malformed(name, "required text")
    if len(value) > most:
        raise Malformed(name, f"at most {most} characters")
    return value.strip()


def signature(secret: str, *parts: str | bytes) -> str:
    """The hexadecimal HMAC over parts that each end in a line feed."""
    joined = b"".join((p.encode() if isinstance(p, str) else p) + b"\n" for p in parts)
    return hmac.new(secret.encode(), joined, hashlib.sha256).hexdigest()


def _distrust(town: Town, partner: Partner, request: Request, body: bytes) -> str | None:
    told = {name: request.headers.get(f"x-{name}", "") for name in _HEADERS}
    timestamp, nonce = told["timestamp"], told["nonce"]
    raw_path: bytes = request.scope["raw_path"]
    due = signature(partner.secret, request.method, raw_path, timestamp, nonce, body)
    if told["app-id"] != partner.app_id:
        return "unknown app id"
    if not is_fresh(timestamp):
        return "timestamp more than five minutes off"
    if not nonce or not hmac.compare_digest(due.encode(), told["signature"].encode()):
        return "signature does not match"
    if not town.nonces.is_new(f"{partner.app_id} {nonce}"):
        return "nonce used before"
    return None


_HEADERS: Final = ("app-id", "timestamp", "nonce", "signature")


def _reply(town: Town, place: Place, action: Action, body: bytes, distrust: str | None) -> Reply:
    if distrust is not None:
        return Reply(401, {"code": "bad_signature", "message": distrust})
    if town.faults.strikes(place, (Kind.SYSTEM_ERROR,)) is not None:
        return Reply(500, {"code": "system_error", "message": "try again"})
    try:
        return action(town, _object(body))
    except Malformed as wrong:
        said = {"code": "malformed", "field": wrong.field, "message": wrong.issue}
        return Reply(400, said)


def _object(body: bytes) -> Mapping[str, Any]:
    if len(body) > _BODY_MOST:
        raise Malformed("/", "too large")
    try:
        told = json.loads(body)
    except ValueError:
        raise Malformed("/", "not JSON") from None
    if not isinstance(told, dict):
        raise Malformed("/", "not an object")
    return told


def _signed(reply: Reply, secret: str) -> Response:
    body = json.dumps(reply.facts, ensure_ascii=False, separators=(",", ":")).encode()
    timestamp, nonce = str(clock.now_seconds()), secrets.token_hex(16)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "X-Timestamp": timestamp,
        "X-Nonce": nonce,
        "X-Signature": signature(secret, timestamp, nonce, body),
    }
    return Response(body, status_code=reply.status, headers={**headers, **reply.headers})
