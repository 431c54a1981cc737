"""Give back (退回): money that was to go back has gone, by the channel or by hand.

Whoever sees it go calls this in the same transaction, with the refund locked and saying out of
which account it went.
"""

from __future__ import annotations

from datetime import datetime

from shebao.core.bill import BillEvent
from shebao.core.desk.request import RequestEvent
from shebao.core.journal import Account, Entry, Line
from shebao.core.refund import Refund
from shebao.store import bills, journal, payments
from shebao.store.database import Tx
from shebao.store.desk import requests


async def gone_back(tx: Tx, refund: Refund, *, by: Account, at: datetime) -> None:
    """Post the entry of a refund that went out of an account, and end what it was for."""
    back = (Line(refund.out_of, refund.amount), Line(by, -refund.amount))
    entry = Entry(refund.region_code, f"refund:{refund.id}", at, back)
    posted = await journal.post(tx, region_code=refund.region_code, entries=[entry], at=at)
    assert posted == len(back)
    if refund.request_id is None:
        await payments.refunded(
            tx,
            region_code=refund.region_code,
            method=refund.method,
            reference=refund.reference,
            at=at,
        )
    else:
        await _end(tx, refund, refund.request_id, at)


async def _end(tx: Tx, refund: Refund, request_id: str, at: datetime) -> None:
    """The request is done, and its bill is reversed."""
    code = refund.region_code
    seen = await requests.by_id(tx, region_code=code, request_id=request_id)
    held = await bills.lock(tx, region_code=code, bill_ids=[seen.bill_id])
    bill = held[seen.bill_id]
    moves = [(bill, BillEvent.REVERSED, bill.held_by)]
    await bills.step(tx, region_code=code, moves=moves, at=at)
    request = await requests.lock(tx, region_code=code, request_id=request_id)
    await requests.step(tx, request, RequestEvent.PAID_BACK, at=at)
