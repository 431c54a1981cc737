"""Browsers: sessions of residents, and the requests their browsers send."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from city.residents import REGION, id_of
from shebao.core.ids import mint
from shebao.store.vault import Vault

AGENT: Final = "Mozilla/5.0 (Linux; Android 12) MicroMessenger/8.0.44 Mobile"
PAGE: Final = "text/html,application/xhtml+xml"
_COLUMNS: Final = (
    "region_code", "token_hash", "person_id", "entry_channel", "began_at", "expires_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OrderForm:
    """The form of a confirm page, filled in: sent again, it is the same order."""

    order_id: str
    fields: Mapping[str, Any]


async def sign_in(connection: Any, vault: Vault, people: Mapping[int, str]) -> dict[int, str]:
    """Begin a session for people by the way in of each; the cookie of each.

    Written into the books as sign-in writes it. Nobody waits for a text message.
    """
    tokens = {person: secrets.token_urlsafe(32) for person in people}
    now = datetime.now(UTC)
    rows = [
        (REGION, vault.hash("session", token), id_of("per", person), people[person],
         now, now + timedelta(hours=1))
        for person, token in tokens.items()
    ]  # fmt: skip
    await connection.copy_records_to_table("sessions", records=rows, columns=_COLUMNS)
    return {person: f"{REGION}.{token}" for person, token in tokens.items()}


def csrf(vault: Vault, cookie: str) -> str:
    """What every form of a signed-in browser carries."""
    return vault.hash("csrf", cookie).hex()


def order_form(vault: Vault, cookie: str, bills: Sequence[str]) -> OrderForm:
    """The confirm page's form for some bills, under a number as the page would mint it."""
    token, order_id = cookie.partition(".")[2], mint("ord", datetime.now(UTC), secrets.token_bytes)
    fields = {
        "csrf": csrf(vault, cookie),
        "order": order_id,
        "seal": vault.hash("order form", token, order_id).hex(),
        "bill": list(bills),
    }
    return OrderForm(order_id, fields)


def request(
    path: str,
    *,
    port: int,
    cookie: str = "",
    form: Mapping[str, Any] | None = None,
    accept: str = PAGE,
) -> bytes:
    """A browser asks for a page, or sends a form."""
    headers = {
        "Host": f"127.0.0.1:{port}",
        "User-Agent": AGENT,
        "Accept": accept,
        "Accept-Encoding": "gzip, deflate",
        "Accept-Language": "zh-CN,zh",
    }
    if cookie:
        headers["Cookie"] = f"sb={cookie}"
    body = b""
    if form is not None:
        body = urlencode(form, doseq=True).encode()
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        headers["Content-Length"] = str(len(body))
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    method = "GET" if form is None else "POST"
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body
