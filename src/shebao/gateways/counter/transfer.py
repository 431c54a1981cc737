"""Transfer (对公转账): money an office sends to our account, under the number we gave it.

There is nobody to ask: only the bank's own statement tells that it came. What is closed here is
taken all the same when it comes; whether it still fits is judged then. Nothing goes back by a
message: a person sends it.
"""

from __future__ import annotations

from typing import Final

from shebao.core.channel import Cashier, Charge, Method, Outcome
from shebao.core.desk.payment_notice import notice_number
from shebao.gateways.counter.unwired import Unwired

_REGION: Final = -6  # A notice's address ends with the region it is of.


class Transfer(Unwired):
    """Our own account at the bank, for whoever transfers to it."""

    def __init__(self) -> None:
        super().__init__(Method.TRANSFER)

    async def begin(self, charge: Charge) -> Cashier:
        """The number that is to be written beside the transfer."""
        return Cashier(code=notice_number(charge.notify_url[_REGION:], charge.attempt_id))

    async def close(self, attempt_id: str) -> Outcome:
        """We do not wait for it any more."""
        assert attempt_id
        return Outcome.CLOSED
