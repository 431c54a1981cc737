"""Verify (凭证验真): whether a receipt is ours, for anybody who holds its number and code."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from shebao.core.certificate import CertificateUnknown, region_of
from shebao.operations.issue_receipts import ReceiptUnknown, check_receipt
from shebao.operations.proofs.show import check_certificate
from shebao.web.answers import Answer, Page
from shebao.web.pages.proofs import certificates
from shebao.web.pages.receipts import on_page
from shebao.web.visit import Visit


async def show(visit: Visit) -> Answer:
    """The form, and the answer when a number and a code came with it."""
    number = "".join(visit.query.one("n").split())
    code = visit.query.one("c")
    shows: dict[str, Any] = {"number": number, "code": code, "asked": bool(number or code)}
    shows |= {"paper": None, "proof": None}
    if not (number and code):
        return Page("verify.html", shows)
    if region_of(number.upper()):
        return await _proof(visit, shows, number.upper(), code)
    try:
        paper = await check_receipt(visit.world, number=number, code=code)
    except ReceiptUnknown:
        return Page("verify.html", shows, HTTPStatus.NOT_FOUND)
    return Page("verify.html", {**shows, "paper": on_page(paper)})


async def _proof(visit: Visit, shows: dict[str, Any], number: str, code: str) -> Page:
    """A certificate's number was asked for."""
    try:
        paper = await check_certificate(visit.world, number=number, code=code)
    except CertificateUnknown:
        return Page("verify.html", shows, HTTPStatus.NOT_FOUND)
    return Page("verify.html", {**shows, "proof": certificates.on_page(paper)})
