"""Routes (名册代收): every page of collectors is a line here; all of them ask for one duty."""

from __future__ import annotations

from typing import Final

from shebao.web.collector import paying, progress, rosters
from shebao.web.guard import Guard
from shebao.web.kernel import Route

_ROSTER: Final = Guard.ROSTER
_ONE: Final = "/collector/rosters/{roster_id}"
_LINE: Final = f"{_ONE}/lines/{{line}}"
_PAYMENT: Final = f"{_ONE}/payments/{{order_id}}"

COLLECTOR: Final = (
    Route("GET", "/collector", _ROSTER, rosters.show),
    Route("GET", "/collector/template", _ROSTER, rosters.template),
    Route("POST", "/collector/files", _ROSTER, rosters.send, rosters.show, files=True),
    Route("GET", _ONE, _ROSTER, rosters.one),
    Route("GET", f"{_ONE}/file", _ROSTER, rosters.file),
    Route("POST", f"{_ONE}/take-in", _ROSTER, rosters.accept),
    Route("POST", f"{_ONE}/discard", _ROSTER, rosters.let_be),
    Route("POST", f"{_ONE}/close", _ROSTER, rosters.close),
    Route("GET", f"{_ONE}/lines", _ROSTER, progress.lines),
    Route("GET", _LINE, _ROSTER, progress.line),
    Route("POST", f"{_LINE}/leave", _ROSTER, progress.has_left),
    Route("POST", f"{_LINE}/come-back", _ROSTER, progress.is_back),
    Route("POST", f"{_LINE}/renew", _ROSTER, progress.renew),
    Route("POST", f"{_LINE}/refund", _ROSTER, progress.refund, progress.line),
    Route("POST", f"{_LINE}/cash", _ROSTER, progress.take_cash),
    Route("GET", f"{_ONE}/cash", _ROSTER, progress.cash),
    Route("POST", f"{_ONE}/codes", _ROSTER, paying.make),
    Route("GET", f"{_ONE}/codes", _ROSTER, paying.codes),
    Route("POST", f"{_ONE}/payments", _ROSTER, paying.pay),
    Route("GET", _PAYMENT, _ROSTER, paying.payment),
    Route("POST", f"{_PAYMENT}/withdraw", _ROSTER, paying.withdraw),
)
