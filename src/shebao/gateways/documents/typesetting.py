"""Typesetting: a receipt's words, put on paper by typst as an archival, tagged PDF.

The template is a file of its own and sees the words only as JSON, so nothing a person is called
can ever be read as markup. A character no font draws is printed as its code point in a frame,
with a note: never a blank box.
"""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

import segno
import typst

from shebao.core.paper import Office, Party, ReceiptPaper, thousands
from shebao.gateways.documents.fonts import FontShelf

ATTACHMENT: Final = "receipt.json"

_TEMPLATE: Final = Path(__file__).parent / "templates" / "receipt.typ"
_MASK: Final = 2
STANDARDS: Final[list[typst.PDFStandard]] = ["a-3a", "ua-1"]


class Press:
    """Prints receipts. One at a time: the compiler is not made for two at once."""

    def __init__(self, shelf: FontShelf) -> None:
        self._shelf = shelf
        self._lock = threading.Lock()
        self._compiler = typst.Compiler(
            input=str(_TEMPLATE), font_paths=shelf.fonts, ignore_system_fonts=True
        )

    def print(self, paper: ReceiptPaper, at: datetime) -> bytes:
        """Print a receipt as PDF/A-3a and PDF/UA-1, with its bare facts attached as JSON."""
        with self._lock:
            printed = self._compiler.compile(
                format="pdf",
                sys_inputs=self._inputs(paper),
                pdf_standards=STANDARDS,
                timestamp=int(at.timestamp()),
            )
        assert isinstance(printed, bytes)
        return printed

    def picture(self, paper: ReceiptPaper, *, dots_per_inch: int = 144) -> bytes:
        """Print the first page of a receipt as a PNG picture."""
        with self._lock:
            printed = self._compiler.compile(
                format="png", sys_inputs=self._inputs(paper), ppi=dots_per_inch
            )
        if isinstance(printed, list):
            printed = printed[0]
        assert isinstance(printed, bytes)
        return printed

    def _inputs(self, paper: ReceiptPaper) -> dict[str, str]:
        words = _words(paper)
        missing = self._shelf.uncovered(spoken(words))
        words["qr"] = qr_svg(paper.verify_url)
        words["missing"] = {sign: f"U+{ord(sign):04X}" for sign in missing}
        words["families"] = list(self._shelf.families)
        facts = {
            "number": paper.number,
            "verify_code": paper.verify_code,
            "total_fen": paper.total.fen,
            "voided": paper.voided,
        }
        return {
            "paper": json.dumps(words, ensure_ascii=False),
            "attachment": ATTACHMENT,
            "facts": json.dumps(facts),
        }


def words_of(paper: ReceiptPaper) -> str:
    """All the words a reader will find on the paper, to ask which of them can be drawn."""
    return spoken(_words(paper))


def _words(paper: ReceiptPaper) -> dict[str, object]:
    return {
        "title": paper.title,
        "number": paper.number,
        "region": paper.region,
        "collector": paper.collector,
        "payer": _party(paper, paper.payer),
        "insured": _party(paper, paper.insured),
        "same": paper.payer == paper.insured,
        "rows": [
            [row.item, row.period, row.base, row.rate, thousands(row.amount)] for row in paper.rows
        ],
        "total": thousands(paper.total),
        "capitals": paper.capitals,
        "paid_at": paper.paid_at,
        "method": paper.method,
        "channel_reference": paper.channel_reference,
        "ticket_number": paper.ticket_number,
        "sources": [
            {"title": source.title, "number": source.number, "arithmetic": source.arithmetic}
            for source in paper.sources
        ],
        "verify_code": paper.verify_code,
        "verify_url": paper.verify_url,
        "voided": paper.voided,
        "whole": paper.whole,
    }


def _party(paper: ReceiptPaper, party: Party | Office) -> dict[str, str]:
    return {
        "name": paper.name_of(party),
        "label": "代收单位" if isinstance(party, Office) else party.number.id_type.label,
        "number": paper.number_of(party) or "—",
    }


def spoken(words: object) -> str:
    """All the words a reader will find, one after another."""
    if isinstance(words, Mapping):
        return "".join(spoken(word) for word in words.values())
    if isinstance(words, list | tuple):
        return "".join(spoken(word) for word in words)
    return words if isinstance(words, str) else ""


def qr_svg(url: str) -> str:
    """A QR code as a drawing, in the ink of the paper."""
    written = io.BytesIO()
    # Any mask is a valid code. Trying all eight for the prettiest would cost more than the page.
    segno.make_qr(url, error="m", mask=_MASK, boost_error=False).save(
        written, kind="svg", border=0, dark="#14203a", xmldecl=False, svgns=True
    )
    return written.getvalue().decode()
