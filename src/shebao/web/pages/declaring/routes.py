"""Routes: from an insurance to its bills, amounts for some years, and what was submitted."""

from __future__ import annotations

from typing import Final

from shebao.web.guard import Guard
from shebao.web.kernel import Route
from shebao.web.pages.declaring import amounts, declarations, insured, submit

_IN: Final = Guard.SIGNED_IN

DECLARING: Final = (
    Route("GET", "/insured", _IN, insured.show),
    Route("GET", "/submit", _IN, submit.show),
    Route("POST", "/submit", _IN, submit.submit, submit.show),
    Route("GET", "/amounts", _IN, amounts.show),
    Route("POST", "/amounts", _IN, amounts.set_it, amounts.show),
    Route("GET", "/amounts/done", _IN, amounts.done),
    Route("GET", "/amounts/void", _IN, amounts.voiding),
    Route("POST", "/amounts/void", _IN, amounts.void_it, amounts.voiding),
    Route("GET", "/declarations", _IN, declarations.show),
    Route("POST", "/declarations/{declaration_id}/void", _IN, declarations.void_it),
)
