"""Payers: residents who have signed in, and what their browsers send."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from bench.books import REGION, Books, id_of
from bench.program import environment
from shebao.app import key_ring
from shebao.config import read_config
from shebao.core.ids import mint
from shebao.store.vault import Vault

AGENT: Final = "Mozilla/5.0 (Linux; Android 12) MicroMessenger/8.0.44 Mobile"
_COLUMNS: Final = (
    "region_code", "token_hash", "person_id", "entry_channel", "began_at", "expires_at",
)  # fmt: skip


async def sign_in(books: Books, folder: Path, numbers: Iterable[int]) -> dict[int, str]:
    """Begin a session for each payer; the cookie of each."""
    vault = _vault(books, folder)
    tokens = {number: secrets.token_urlsafe(32) for number in numbers}
    now = datetime.now(UTC)
    rows = [
        (REGION, vault.hash("session", token), id_of("per", books.person(number)),
         "wechat_mini", now, now + timedelta(hours=1))
        for number, token in tokens.items()
    ]  # fmt: skip
    async with books.connected() as connection:
        await connection.copy_records_to_table("sessions", records=rows, columns=_COLUMNS)
    return {number: f"{REGION}.{token}" for number, token in tokens.items()}


def page_request(path: str, cookie: str, *, port: int) -> bytes:
    """A browser asks for a page."""
    return _request("GET", path, cookie, b"", port)


def order_request(books: Books, folder: Path, number: int, cookie: str, *, port: int) -> bytes:
    """A browser sends the confirm page's form: both bills that can be paid."""
    vault, token = _vault(books, folder), cookie.partition(".")[2]
    order_id = mint("ord", datetime.now(UTC), secrets.token_bytes)
    bill = 4 * books.person(number)
    form = {
        "csrf": vault.hash("csrf", cookie).hex(),
        "order": order_id,
        "seal": vault.hash("order form", token, order_id).hex(),
        "bill": [id_of("bil", bill + 2), id_of("bil", bill + 3)],
    }
    return _request("POST", "/orders", cookie, urlencode(form, doseq=True).encode(), port)


def _request(method: str, path: str, cookie: str, body: bytes, port: int) -> bytes:
    headers = {
        "Host": f"127.0.0.1:{port}",
        "User-Agent": AGENT,
        "Accept": "text/html,application/xhtml+xml",
        "Accept-Encoding": "gzip, deflate",
        "Accept-Language": "zh-CN,zh",
        "Cookie": f"sb={cookie}",
    }
    if body:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        headers["Content-Length"] = str(len(body))
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body


def _vault(books: Books, folder: Path) -> Vault:
    """The vault of the program, whose keys lie in its home."""
    return Vault(key_ring(read_config(environment(books, folder))), secrets.token_bytes)
