"""SMS: messages that reach no phone but an inbox everybody here may read, and answer.

A message with a reference of the customer's is sent once: whoever asks again with the same
reference gets the number of the first.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qs

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from shebao.sandbox import clock, pages
from shebao.sandbox.pages import Markup, tag
from shebao.sandbox.registry import Malformed, Reply, signature, text
from shebao.sandbox.town import Town

_PHONE: Final = re.compile(r"1[3-9][0-9]{9}")
_TEMPLATE: Final = re.compile(r"[A-Za-z0-9_.\-]{1,64}")
_VALUE_MOST: Final = 100
_BETWEEN_SECONDS: Final = 60
_SHOWN: Final = 100
_INSERT: Final = """
    INSERT INTO messages VALUES (:message_id, :phone, :template, :parameters, :sent_at)
"""
_RECENT: Final = """
    SELECT 1 FROM messages
    WHERE phone = :phone AND template = :template AND sent_at > :since LIMIT 1
"""
_KNOWN: Final = "SELECT message_id FROM message_references WHERE reference = :reference"
_REMEMBER: Final = "INSERT INTO message_references VALUES (:reference, :message_id, :reply_url)"
_INBOX: Final = """
    SELECT m.*, r.reply_url FROM messages m
    LEFT JOIN message_references r ON r.message_id = m.message_id
    WHERE (:phone IS NULL OR m.phone = :phone)
    ORDER BY m.rowid DESC LIMIT :most
"""
_ANSWERED: Final = """
    SELECT m.phone, r.reply_url FROM messages m
    JOIN message_references r ON r.message_id = m.message_id
    WHERE m.message_id = :message_id
"""


def send(town: Town, told: Mapping[str, Any]) -> Reply:
    """Accept a message, unless the same was sent to the phone a minute ago."""
    phone, template = text(told, "phone", most=20), text(told, "template", most=64)
    if _PHONE.fullmatch(phone) is None:
        raise Malformed("phone", "a mobile number of the mainland, 11 digits")
    if _TEMPLATE.fullmatch(template) is None:
        raise Malformed("template", "letters, digits, _ . and -")
    reference, reply_url = told.get("reference"), told.get("reply_url", "")
    known = town.ledger.row(_KNOWN, {"reference": reference}) if reference else None
    if known is not None:
        return Reply(200, {"message_id": known["message_id"], "status": "accepted"})
    now = clock.now_ms()
    between = town.timers.scaled_ms(_BETWEEN_SECONDS)
    facts = {"phone": phone, "template": template, "since": now - between}
    if town.ledger.row(_RECENT, facts) is not None:
        said = {"code": "too_many", "message": "one a minute to one phone"}
        return Reply(429, said, {"Retry-After": str(max(1, between // 1000))})
    message = {
        "message_id": f"sms{secrets.token_hex(12)}",
        "phone": phone,
        "template": template,
        "parameters": json.dumps(_parameters(told), ensure_ascii=False),
        "sent_at": now,
    }
    with town.ledger.together():
        town.ledger.write(_INSERT, message)
        if reference:
            number = {"reference": reference, "message_id": message["message_id"]}
            town.ledger.write(_REMEMBER, {**number, "reply_url": reply_url})
    return Reply(200, {"message_id": message["message_id"], "status": "accepted"})


def messages(town: Town, phone: str | None) -> list[dict[str, Any]]:
    """The messages sent last, newest first."""
    rows = town.ledger.rows(_INBOX, {"phone": phone, "most": _SHOWN})
    return [
        {
            "message_id": row["message_id"],
            "phone": row["phone"],
            "template": row["template"],
            "parameters": json.loads(row["parameters"]),
            "at": clock.rfc3339(row["sent_at"]),
            "answerable": bool(row["reply_url"]),
        }
        for row in rows
    ]


def inbox_json(town: Town, request: Request) -> Response:
    """The inbox for programs."""
    return JSONResponse(messages(town, request.query_params.get("phone")))


def inbox_page(town: Town, request: Request) -> Response:
    """The inbox for people."""
    phone = request.query_params.get("phone")
    found = [_message(message) for message in messages(town, phone)]
    nothing = tag("p", "还没有短信。发出的验证码会出现在这里。", cls="muted")
    note = tag("p", "演练中的短信不会发到手机，都在这里，最新的在最上面。", cls="muted")
    again = tag("p", tag("a", "看看有没有新短信", href=str(request.url.path)))
    return pages.page("演练短信", tag("h1", "演练短信"), note, again, *(found or [nothing]))


async def reply(town: Town, request: Request) -> Response:
    """Answer a message, as whoever holds the telephone would, and tell the customer."""
    form = parse_qs((await request.body()).decode())
    message_id, words = form.get("message", [""])[-1], form.get("text", [""])[-1]
    answered = town.ledger.row(_ANSWERED, {"message_id": message_id})
    if answered is None:
        return pages.page("演练短信", tag("h1", "这条短信不能回复"), status=404)
    body = json.dumps({"phone": answered["phone"], "text": words}, ensure_ascii=False).encode()
    timestamp, nonce = str(clock.now_seconds()), secrets.token_hex(16)
    signed = signature(town.credentials.sms.secret, timestamp, nonce, body)
    headers = {"x-timestamp": timestamp, "x-nonce": nonce, "x-signature": signed}
    async with httpx.AsyncClient(trust_env=False, timeout=5) as customer:
        await customer.post(answered["reply_url"], content=body, headers=headers)
    return RedirectResponse(f"/sms/inbox?phone={answered['phone']}", status_code=303)


def _message(message: Mapping[str, Any]) -> Markup:
    parameters = message["parameters"]
    code = parameters.get("code")
    lines = [tag("p", f"{message['phone']}　{message['at'][11:19]}", cls="muted")]
    if code is not None:
        lines.append(tag("p", "验证码 ", tag("strong", code, cls="code")))
    rest = [f"{name}：{value}" for name, value in parameters.items() if name != "code"]
    lines += [tag("p", line) for line in rest]
    if message["answerable"]:
        which = tag("input", type="hidden", name="message", value=message["message_id"])
        button = tag("button", "回复 T", name="text", value="T")
        lines.append(tag("form", which, button, method="post", action="/sms/replies"))
    return tag("article", *lines, tag("p", message["template"], cls="muted"), cls="card")


def _parameters(told: Mapping[str, Any]) -> dict[str, str]:
    parameters = told.get("parameters", {})
    if not isinstance(parameters, dict):
        raise Malformed("parameters", "an object of texts")
    for name, value in parameters.items():
        if not isinstance(value, str) or len(value) > _VALUE_MOST:
            raise Malformed(f"parameters/{name}", f"a text of at most {_VALUE_MOST} characters")
    return parameters
