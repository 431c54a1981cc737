"""UnionPay (银联): collect, ask, give back, and open what it tells us.

The payer's browser posts a form that we signed, so UnionPay hears of a trade only when the
payer goes there. A trade cannot be closed: it is given a short time, and until that is over
we ask. UnionPay knows a trade by its number *and* the time it began at; we take that time
from the number itself, so a number is all anybody has to keep.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import ClassVar, Final
from urllib.parse import urljoin

from shebao.core.books.statement import BadLine, StatementLine
from shebao.core.channel import (
    Cashier,
    ChannelRefused,
    Charge,
    Forged,
    Outcome,
    RefundOutcome,
    Return,
    ReturnTold,
    Scene,
    Told,
)
from shebao.core.ids import minted_at
from shebao.core.refusals import Unanswered
from shebao.gateways.arrival import BEIJING
from shebao.gateways.transport import Transport
from shebao.gateways.unionpay import download, seal, statement, told
from shebao.gateways.unionpay.account import UnionPayAccount
from shebao.gateways.unionpay.line import Line
from shebao.gateways.unionpay.told import SUCCEEDED, UNDECIDED, UNHEARD_OF, UNREADABLE

# UnionPay cannot be told to let nobody pay any more, so whoever goes on to another channel may
# have to wait until this is over. It is time enough for a card number and a code by SMS.
CASHIER_LIVES: Final = timedelta(minutes=10)
_CLOCKS_DIFFER: Final = timedelta(seconds=30)
_BANKS_ANSWER: Final = timedelta(hours=2)  # Money that comes later still is late money.
_DESCRIPTION_MAX: Final = 32
_FRONT: Final = "frontTransReq.do"
_BACK: Final = "backTransReq.do"
_QUERY: Final = "queryTrans.do"
_CONSUME: Final = {"txnType": "01", "txnSubType": "01", "bizType": "000201"}
_REFUND: Final = {"txnType": "04", "txnSubType": "00", "bizType": "000201"}
_ASK: Final = {"txnType": "00", "txnSubType": "00", "bizType": "000000"}
_TWICE: Final = "12"
_COMPUTERS: Final = frozenset({Scene.NATIVE, Scene.PAGE})


class UnionPay:
    """The channel UnionPay, for one merchant number."""

    # Any 200 will do.
    accepted: ClassVar[tuple[int, bytes]] = (200, b"ok")

    def __init__(
        self, account: UnionPayAccount, transport: Transport, now: Callable[[], datetime]
    ) -> None:
        self._account = account
        self._transport = transport
        self._line = Line(account, transport, now)
        self._now = now

    async def begin(self, charge: Charge) -> Cashier:
        """Sign the form that brings the payer to UnionPay; nobody is asked anything yet."""
        until = min(charge.expires_at, minted_at(charge.attempt_id) + CASHIER_LIVES)
        words = {
            **_CONSUME,
            "channelType": "07" if charge.scene in _COMPUTERS else "08",
            "orderId": charge.attempt_id,
            "txnTime": _began_at(charge.attempt_id),
            "txnAmt": str(charge.amount.fen),
            "currencyCode": "156",
            "orderDesc": charge.description[:_DESCRIPTION_MAX],
            "backUrl": charge.notify_url,
            "frontUrl": charge.return_url or "",
            "payTimeout": until.astimezone(BEIJING).strftime("%Y%m%d%H%M%S"),
        }
        form = seal.sealed(self._account, words)
        return Cashier(url=urljoin(self._account.gateway_url, _FRONT), parameters=form)

    async def inquire(self, attempt_id: str) -> Told:
        """Ask what became of an attempt. Whoever never went there is unheard of."""
        words = await self._asked(attempt_id)
        if words is None:
            return Told(attempt_id, Outcome.UNHEARD_OF)
        try:
            return told.payment(words, began_at=_began_at(attempt_id))
        except UNREADABLE as unreadable:
            raise Forged("unreadable") from unreadable

    async def close(self, attempt_id: str) -> Outcome:
        """Say whether an attempt is over: UnionPay can only be asked, and its time waited for.

        CLOSED once the time at the cashier is past and no money is there or on its way.
        """
        found = (await self.inquire(attempt_id)).outcome
        since_over = self._now() - minted_at(attempt_id) - CASHIER_LIVES
        if found is Outcome.FAILED:
            return Outcome.CLOSED if since_over > _CLOCKS_DIFFER else Outcome.WAITING
        if found is Outcome.WAITING and since_over > _BANKS_ANSWER:
            return Outcome.CLOSED
        return found

    async def give_back(self, asked: Return) -> ReturnTold:
        """Ask UnionPay to return money; asking again with the same number moves nothing twice."""
        assert asked.reference is not None
        words = await self._line.ask(
            _BACK,
            {
                **_REFUND,
                "channelType": "07",
                "orderId": asked.refund_id,
                "txnTime": _began_at(asked.refund_id),
                "txnAmt": str(asked.amount.fen),
                "currencyCode": "156",
                "origQryId": asked.reference,
                "backUrl": asked.notify_url,
            },
        )
        code = words.get("respCode", "")
        if code == _TWICE:  # It has been there before: ask how it stands.
            return await self.inquire_return(asked.refund_id, attempt_id=asked.attempt_id)
        if code in UNDECIDED:
            raise Unanswered(self._account.method)
        if code not in SUCCEEDED:
            raise self._refusal(words)
        return ReturnTold(asked.refund_id, RefundOutcome.PROCESSING)  # Accepted, not yet moved.

    async def inquire_return(
        self,
        refund_id: str,
        *,
        attempt_id: str,  # noqa: ARG002  UnionPay finds a refund by its own number.
    ) -> ReturnTold:
        """Ask what became of a refund."""
        words = await self._asked(refund_id)
        if words is None:
            return ReturnTold(refund_id, RefundOutcome.UNHEARD_OF)
        try:
            return told.returned(words, began_at=_began_at(refund_id))
        except UNREADABLE as unreadable:
            raise Forged("unreadable") from unreadable

    def open_notice(
        self,
        headers: Mapping[str, str],  # noqa: ARG002  UnionPay says everything in the body.
        body: bytes,
        *,
        now: datetime,
    ) -> Told | ReturnTold:
        """Verify a notice and say what it tells; Forged when it is not UnionPay's.

        Nothing in a notice says when it was sent, so an old one is as good as new; it tells of
        the same money under the same number, and is told twice.
        """
        words = seal.read_notice(self._account, body, now)
        try:
            return told.notice(self._account, words)
        except UNREADABLE as unreadable:
            raise Forged("unreadable") from unreadable

    async def fetch_statement(self, day: date, into: Path) -> None:
        """Bring the file of a settlement day; StatementNotReady while there is none."""
        await download.fetch(self._account, self._transport, self._now(), day=day, into=into)

    def read_statement(self, file: Path) -> Iterator[StatementLine | BadLine]:
        """The lines of a file, one after the other; StatementUnreadable when it is not one."""
        return statement.read(file, account=self._account)

    async def _asked(self, number: str) -> told.Words | None:
        """What UnionPay says of a transaction; none when it has never heard of it."""
        wish = {**_ASK, "orderId": number, "txnTime": _began_at(number)}
        words = await self._line.ask(_QUERY, wish)
        code = words.get("respCode", "")
        if code == UNHEARD_OF:
            return None
        if code in UNDECIDED:
            raise Unanswered(self._account.method)
        if code not in SUCCEEDED:
            raise self._refusal(words)
        if words.get("orderId") != number:
            raise Forged("not_asked_for")
        return words

    def _refusal(self, words: told.Words) -> ChannelRefused:
        says = words.get("respMsg", "")
        return ChannelRefused(self._account.method, words.get("respCode", ""), says)


def _began_at(number: str) -> str:
    return minted_at(number).astimezone(BEIJING).strftime("%Y%m%d%H%M%S")
