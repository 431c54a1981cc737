"""Verify (凭证验真): whether a receipt is ours, for anybody who holds its number and code."""

from __future__ import annotations

from http import HTTPStatus

from shebao.operations.issue_receipts import ReceiptUnknown, check_receipt
from shebao.web.answers import Answer, Page
from shebao.web.pages.receipts import on_page
from shebao.web.visit import Visit


async def show(visit: Visit) -> Answer:
    """The form, and the answer when a number and a code came with it."""
    number = "".join(visit.query.one("n").split())
    code = visit.query.one("c")
    shows = {"number": number, "code": code, "paper": None, "asked": bool(number or code)}
    if not (number and code):
        return Page("verify.html", shows)
    try:
        paper = await check_receipt(visit.world, number=number, code=code)
    except ReceiptUnknown:
        return Page("verify.html", shows, HTTPStatus.NOT_FOUND)
    return Page("verify.html", {**shows, "paper": on_page(paper)})
