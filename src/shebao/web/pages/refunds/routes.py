"""Routes: asking for money back, of one receipt or of some parts of a payment."""

from __future__ import annotations

from typing import Final

from shebao.web.guard import Guard
from shebao.web.kernel import Route
from shebao.web.pages.refunds import one, several

REFUNDS: Final = (
    Route("GET", "/receipts/{number}/refund", Guard.SIGNED_IN, one.begin),
    Route("POST", "/receipts/{number}/refund", Guard.SIGNED_IN, one.send, one.form),
    Route("GET", "/orders/{order_id}/refund", Guard.SIGNED_IN, several.show),
    Route("POST", "/orders/{order_id}/refund", Guard.SIGNED_IN, several.send, several.show),
    Route("GET", "/refunds", Guard.SIGNED_IN, one.mine),
    Route("GET", "/refunds/{request_id}", Guard.SIGNED_IN, one.show),
    Route("POST", "/refunds/{request_id}/withdraw", Guard.SIGNED_IN, one.withdraw),
)
