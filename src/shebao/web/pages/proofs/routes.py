"""Routes: certificates over a stretch of time."""

from __future__ import annotations

from typing import Final

from shebao.web.guard import Guard
from shebao.web.kernel import Route
from shebao.web.pages.proofs import certificates

_IN: Final = Guard.SIGNED_IN

PROOFS: Final = (
    Route("GET", "/certificates", _IN, certificates.mine),
    Route("GET", "/certificates/new", _IN, certificates.new),
    Route("POST", "/certificates/new", _IN, certificates.ask, certificates.new),
    Route("GET", "/certificates/{number}", _IN, certificates.show),
    Route("GET", "/certificates/{number}/pdf", _IN, certificates.pdf),
    Route("GET", "/certificates/{number}/json", _IN, certificates.data),
)
