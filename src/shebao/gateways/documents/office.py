"""Documents: receipts printed, signed and judged; what the rest of the program asks for.

Printing and signing take tens of milliseconds of pure computing, so the asynchronous functions
do it in a thread. Print and sign when a receipt is first asked for, and keep the file: a receipt
that nobody downloads costs nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from shebao.core.certificate import CertificatePaper
from shebao.core.paper import ReceiptPaper
from shebao.core.refusals import Refusal
from shebao.gateways.documents.authority import credentials_in
from shebao.gateways.documents.certifying import CertificatePress
from shebao.gateways.documents.fonts import load_fonts
from shebao.gateways.documents.seal import Judgement, Seal
from shebao.gateways.documents.typesetting import Press

FILE_BYTES_MAX: Final = 5_000_000


@dataclass(eq=False)
class FileTooLarge(Refusal):
    """The file is far larger than any receipt of ours, so it is not read."""

    most_bytes: int
    found_bytes: int


class Documents:
    """The office that issues receipts as files. Keys and further fonts lie in the home folder."""

    def __init__(self, home: Path, now: Callable[[], datetime]) -> None:
        self._now = now
        self._shelf = load_fonts(home / "fonts")
        self._press = Press(self._shelf)
        self._certificates = CertificatePress(self._shelf)
        self._seal = Seal(credentials_in(home / "signing", now()))

    def render(self, paper: ReceiptPaper) -> bytes:
        """Print a receipt, unsigned."""
        return self._press.print(paper, self._now())

    def picture(self, paper: ReceiptPaper) -> bytes:
        """Print the first page of a receipt as a PNG picture."""
        return self._press.picture(paper)

    def sign(self, pdf: bytes) -> bytes:
        """Sign a printed receipt."""
        return self._seal.sign(pdf, self._now())

    def verify(self, pdf: bytes) -> Judgement:
        """Say whether a file is a receipt of ours, whole and unchanged."""
        if len(pdf) > FILE_BYTES_MAX:
            raise FileTooLarge(most_bytes=FILE_BYTES_MAX, found_bytes=len(pdf))
        return self._seal.judge(pdf, self._now())

    def uncovered(self, text: str) -> str:
        """Pick the characters that no font draws; a receipt prints their code points."""
        return self._shelf.uncovered(text)

    async def issue(self, paper: ReceiptPaper) -> bytes:
        """Print and sign a receipt, off the event loop."""
        return await asyncio.to_thread(self._issue, paper)

    async def certify(self, paper: CertificatePaper, twin: bytes) -> bytes:
        """Print and sign a certificate with its twin inside, off the event loop."""
        return await asyncio.to_thread(self._certify, paper, twin)

    async def judge(self, pdf: bytes) -> Judgement:
        """Judge a file, off the event loop."""
        return await asyncio.to_thread(self.verify, pdf)

    def _issue(self, paper: ReceiptPaper) -> bytes:
        return self.sign(self.render(paper))

    def _certify(self, paper: CertificatePaper, twin: bytes) -> bytes:
        return self.sign(self._certificates.print(paper, twin, self._now()))
