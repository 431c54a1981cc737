"""SMS: messages that reach no phone but an inbox everybody here may read."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from shebao.sandbox import clock, pages
from shebao.sandbox.pages import Markup, tag
from shebao.sandbox.registry import Malformed, Reply, text
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
_INBOX: Final = """
    SELECT * FROM messages WHERE (:phone IS NULL OR phone = :phone)
    ORDER BY rowid DESC LIMIT :most
"""


def send(town: Town, told: Mapping[str, Any]) -> Reply:
    """Accept a message, unless the same was sent to the phone a minute ago."""
    phone, template = text(told, "phone", most=20), text(told, "template", most=64)
    if _PHONE.fullmatch(phone) is None:
        raise Malformed("phone", "a mobile number of the mainland, 11 digits")
    if _TEMPLATE.fullmatch(template) is None:
        raise Malformed("template", "letters, digits, _ . and -")
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
    town.ledger.write(_INSERT, message)
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


def _message(message: Mapping[str, Any]) -> Markup:
    parameters = message["parameters"]
    code = parameters.get("code")
    lines = [tag("p", f"{message['phone']}　{message['at'][11:19]}", cls="muted")]
    if code is not None:
        lines.append(tag("p", "验证码 ", tag("strong", code, cls="code")))
    rest = [f"{name}：{value}" for name, value in parameters.items() if name != "code"]
    lines += [tag("p", line) for line in rest]
    return tag("article", *lines, tag("p", message["template"], cls="muted"), cls="card")


def _parameters(told: Mapping[str, Any]) -> dict[str, str]:
    parameters = told.get("parameters", {})
    if not isinstance(parameters, dict):
        raise Malformed("parameters", "an object of texts")
    for name, value in parameters.items():
        if not isinstance(value, str) or len(value) > _VALUE_MOST:
            raise Malformed(f"parameters/{name}", f"a text of at most {_VALUE_MOST} characters")
    return parameters
