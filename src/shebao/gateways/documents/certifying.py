"""Certifying: a certificate put on paper by typst, with its machine-readable twin inside."""

from __future__ import annotations

import json
import threading
from datetime import datetime
from pathlib import Path
from typing import Final

import typst

from shebao.core.certificate import CertificatePaper
from shebao.core.paper import thousands
from shebao.gateways.documents.fonts import FontShelf
from shebao.gateways.documents.typesetting import STANDARDS, qr_svg, spoken

TWIN: Final = "certificate.json"
_TEMPLATE: Final = Path(__file__).parent / "templates" / "certificate.typ"


class CertificatePress:
    """Prints certificates. One at a time: the compiler is not made for two at once."""

    def __init__(self, shelf: FontShelf) -> None:
        self._shelf = shelf
        self._lock = threading.Lock()
        self._compiler = typst.Compiler(
            input=str(_TEMPLATE), font_paths=shelf.fonts, ignore_system_fonts=True
        )

    def print(self, paper: CertificatePaper, twin: bytes, at: datetime) -> bytes:
        """Print a certificate as PDF/A-3a and PDF/UA-1, with its twin attached to the byte."""
        words = _words(paper)
        missing = self._shelf.uncovered(spoken(words))
        words["qr"] = qr_svg(paper.verify_url)
        words["missing"] = {sign: f"U+{ord(sign):04X}" for sign in missing}
        words["families"] = list(self._shelf.families)
        with self._lock:
            printed = self._compiler.compile(
                format="pdf",
                sys_inputs={
                    "paper": json.dumps(words, ensure_ascii=False),
                    "attachment": TWIN,
                    "facts": twin.decode(),
                },
                pdf_standards=STANDARDS,
                timestamp=int(at.timestamp()),
            )
        assert isinstance(printed, bytes)
        return printed


def _words(paper: CertificatePaper) -> dict[str, object]:
    return {
        "title": paper.title,
        "number": paper.number,
        "region": paper.region,
        "collector": paper.collector,
        "name": paper.name,
        "id_label": paper.person.number.id_type.label,
        "id_number": paper.id_number,
        "first": paper.first,
        "last": paper.last,
        "lines": [
            [line.item, line.period, line.label, line.paid_at, line.receipt, thousands(line.amount)]
            for line in paper.lines
        ],
        "total": thousands(paper.total),
        "capitals": paper.capitals,
        "issued_at": paper.issued_at,
        "verify_code": paper.verify_code,
        "verify_url": paper.verify_url,
        "digest": paper.digest,
        "revoked": paper.revoked,
        "revoke_reason": paper.revoke_reason,
        "whole": paper.whole,
    }
