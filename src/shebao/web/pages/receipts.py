"""Receipts (缴费凭证): a receipt as a page, masked, and as a signed file for who may have it."""

from __future__ import annotations

from dataclasses import replace

from shebao.core.paper import ReceiptPaper
from shebao.operations.issue_receipts import receipt_paper
from shebao.web.answers import Answer, Download, Page
from shebao.web.pages.pay import picture_of
from shebao.web.visit import Visit


async def show(visit: Visit) -> Answer:
    """The receipt, with its code and the QR code that checks it."""
    paper = await _paper(visit, whole=False)
    return Page(
        "receipt.html",
        {
            "paper": on_page(paper),
            "picture": picture_of(paper.verify_url),
            "own": not paper.hides_payer,
            "objections": visit.region.objection_days,
        },
    )


async def pdf(visit: Visit) -> Answer:
    """The signed file: whole, unless a masked one is asked for."""
    paper = await _paper(visit, whole=visit.query.one("whole", "1") != "0")
    signed = await visit.world.documents.issue(paper)
    return Download(signed, "application/pdf", f"{paper.title}-{paper.number}.pdf")


def on_page(paper: ReceiptPaper) -> dict[str, object]:
    """A receipt as pages show it; whole names never come this way."""
    assert not paper.whole
    return {
        "title": paper.title,
        "number": paper.number,
        "region": paper.region,
        "collector": paper.collector,
        "payer": paper.name_of(paper.payer),
        "insured": paper.name_of(paper.insured),
        "insured_number": paper.number_of(paper.insured),
        "rows": paper.rows,
        "total": paper.total,
        "capitals": paper.capitals,
        "paid_at": paper.paid_at,
        "method": paper.method,
        "reference": paper.channel_reference,
        "ticket": paper.ticket_number,
        "sources": paper.sources,
        "code": paper.verify_code,
        "voided": paper.voided,
        "void_reason": paper.void_reason,
        "voided_at": paper.voided_at,
        "gone_back": paper.gone_back,
    }


async def _paper(visit: Visit, *, whole: bool) -> ReceiptPaper:
    session = visit.signed_in
    paper = await receipt_paper(
        visit.world,
        region_code=session.region_code,
        number=visit.parts["number"],
        viewer_id=session.person_id,
        whole=whole,
    )
    return replace(paper, title=visit.channel.words.get("receipt", paper.title))
