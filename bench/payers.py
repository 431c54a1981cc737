"""Payers: residents of a filled city who have signed in, and what their browsers send."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from pathlib import Path

from city import browsers
from city.residents import bill_of

from bench.books import Books
from bench.program import environment
from shebao.app import key_ring
from shebao.config import read_config
from shebao.store.vault import Vault


async def sign_in(books: Books, folder: Path, numbers: Iterable[int]) -> dict[int, str]:
    """Begin a session for each payer; the cookie of each."""
    people = {number: books.person(number) for number in numbers}
    ways = dict.fromkeys(people.values(), "wechat_mini")
    async with books.connected() as connection:
        cookies = await browsers.sign_in(connection, _vault(books, folder), ways)
    return {number: cookies[person] for number, person in people.items()}


def page_request(path: str, cookie: str, *, port: int) -> bytes:
    """A browser asks for a page."""
    return browsers.request(path, port=port, cookie=cookie)


def order_request(books: Books, folder: Path, number: int, cookie: str, *, port: int) -> bytes:
    """A browser sends the confirm page's form: both bills that can be paid."""
    person = books.person(number)
    owed = [bill_of(person, 2), bill_of(person, 3)]
    form = browsers.order_form(_vault(books, folder), cookie, owed)
    return browsers.request("/orders", port=port, cookie=cookie, form=form.fields)


def _vault(books: Books, folder: Path) -> Vault:
    """The vault of the program, whose keys lie in its home."""
    return Vault(key_ring(read_config(environment(books, folder))), secrets.token_bytes)
