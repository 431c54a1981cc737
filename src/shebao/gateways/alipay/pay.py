"""Alipay (支付宝): collect, ask, close, give back, and open what it tells us.

Alipay hears of a trade only when the payer opens the link or scans the code. Until then an
inquiry and a close find nothing, and the link can still be paid until its time is over, which
is the order's own. *Cancel* is no way out: for a trade that it does not know Alipay says yes and
remembers nothing, and one that was paid meanwhile it gives back behind the back of our books.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import ClassVar, Final

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
from shebao.core.refusals import Unanswered
from shebao.gateways.alipay import bills, seal, statement, told
from shebao.gateways.alipay.account import AlipayAccount
from shebao.gateways.alipay.line import WHOM, Line
from shebao.gateways.alipay.told import BEIJING, UNREADABLE, Words
from shebao.gateways.transport import Transport

_DESCRIPTION_MAX: Final = 127
_NOT_IN_SUBJECTS: Final = str.maketrans("/=&", "／＝＆")  # Alipay refuses a subject with these.
_PAGES: Final = {
    Scene.H5: ("alipay.trade.wap.pay", "QUICK_WAP_WAY"),
    Scene.PAGE: ("alipay.trade.page.pay", "FAST_INSTANT_TRADE_PAY"),
}
_BUYER_ID: Final = re.compile(r"2088[0-9]{12}")
_PAID: Final = "ACQ.TRADE_HAS_SUCCESS"
_UNHEARD_OF: Final = "ACQ.TRADE_NOT_EXIST"
# Codes that say: it cannot be closed as it stands. Whether it is paid or closed they do not say.
_NOT_OPEN: Final = frozenset(
    {
        _PAID,
        "ACQ.TRADE_HAS_CLOSE",
        "ACQ.TRADE_HAS_FINISHED",
        "ACQ.TRADE_STATUS_ERROR",
        "ACQ.REASON_TRADE_STATUS_INVALID",
        "ACQ.REASON_ILLEGAL_STATUS",
    }
)


class Undone(StrEnum):
    """What cancelling a trade did."""

    CLOSED = "close"  # Nobody had paid, and nobody can any more.
    GIVEN_BACK = "refund"  # Its money went back, under no number of ours.
    NOTHING = "nothing"  # Alipay does not know the trade; whoever has its link can still pay.


class Alipay:
    """The channel Alipay, for one app and one seller."""

    # What a notice must be answered with once it is written down: anything else comes again.
    accepted: ClassVar[tuple[int, bytes]] = (200, b"success")

    def __init__(
        self,
        account: AlipayAccount,
        transport: Transport,
        now: Callable[[], datetime],
    ) -> None:
        self._account = account
        self._now = now
        self._line = Line(account, transport, now)

    async def begin(self, charge: Charge) -> Cashier:
        """Ask Alipay to collect; asking again with the very same charge is safe."""
        if charge.scene in _PAGES:
            return Cashier(url=self._link(charge))
        if charge.scene is Scene.APP:
            return Cashier(parameters={"orderStr": self._for_an_app(charge)})
        try:
            return await self._opened(charge)
        except ChannelRefused as refused:
            if refused.channel_code == _PAID:  # Money was taken: an inquiry tells how much.
                raise Unanswered(WHOM) from refused
            raise
        except UNREADABLE as unreadable:
            raise Forged("unreadable") from unreadable

    async def inquire(self, attempt_id: str) -> Told:
        """Ask what became of an attempt."""
        try:
            found = told.trade(
                await self._line.ask("alipay.trade.query", {"out_trade_no": attempt_id})
            )
        except ChannelRefused as refused:
            if refused.channel_code == _UNHEARD_OF:
                return Told(attempt_id, Outcome.UNHEARD_OF, says=refused.says)
            raise
        except UNREADABLE as unreadable:
            raise Forged("unreadable") from unreadable
        if found.attempt_id != attempt_id:
            raise Forged("not_asked_for")  # An old answer about another attempt, played again.
        return found

    async def close(self, attempt_id: str) -> Outcome:
        """Let nobody pay an attempt any more; PAID means too late: inquire."""
        try:
            words = await self._line.ask("alipay.trade.close", {"out_trade_no": attempt_id})
        except ChannelRefused as refused:
            if refused.channel_code == _UNHEARD_OF:
                return Outcome.UNHEARD_OF
            if refused.channel_code in _NOT_OPEN:
                return (await self.inquire(attempt_id)).outcome
            raise
        _check_about(words, attempt_id)
        return Outcome.CLOSED

    async def cancel(self, attempt_id: str) -> Undone:
        """Undo a trade whatever became of it; only for who wants its money to go back, too.

        Unanswered means that it is not known: cancelling again with the same number is safe.
        """
        words = await self._line.ask("alipay.trade.cancel", {"out_trade_no": attempt_id})
        _check_about(words, attempt_id)
        if words.get("retry_flag") == "Y":
            raise Unanswered(WHOM)
        try:
            return Undone(str(words.get("action") or Undone.NOTHING))
        except ValueError as unreadable:
            raise Forged("unreadable") from unreadable

    async def fetch_statement(self, day: date, into: Path) -> None:
        """Bring the list of a day's trades; an empty file when Alipay moved nothing."""
        await bills.fetch(self._line, day, into, now=self._now())

    def read_statement(self, file: Path) -> Iterator[StatementLine | BadLine]:
        """The lines of such a list."""
        return statement.read(file, seller_id=self._account.seller_id)

    async def give_back(self, asked: Return) -> ReturnTold:
        """Ask Alipay to return money; asking again with the same number is safe.

        Only *fund_change* says that money moved now. Without it Alipay has heard us, or heard
        us before, and an inquiry tells the rest.
        """
        words = await self._line.ask(
            "alipay.trade.refund",
            {
                "out_trade_no": asked.attempt_id,
                "refund_amount": str(asked.amount),
                "out_request_no": asked.refund_id,
                "refund_reason": asked.reason,
            },
        )
        _check_about(words, asked.attempt_id)
        if words.get("fund_change") == "Y":
            reference = str(words.get("trade_no") or "") or None
            succeeded = RefundOutcome.SUCCEEDED
            return ReturnTold(asked.refund_id, succeeded, asked.amount, reference)
        found = await self._returned(refund_id=asked.refund_id, attempt_id=asked.attempt_id)
        if found.outcome is RefundOutcome.UNHEARD_OF:
            return ReturnTold(asked.refund_id, RefundOutcome.PROCESSING)
        return found

    async def inquire_return(self, refund_id: str, *, attempt_id: str | None = None) -> ReturnTold:
        """Ask what became of a refund; Alipay finds it only with the attempt beside it.

        Without the attempt we cannot ask. UNHEARD_OF then lets our caller ask for the refund
        once more under the same number, which moves nothing twice and tells how it stands.
        """
        if attempt_id is None:
            return ReturnTold(refund_id, RefundOutcome.UNHEARD_OF)
        return await self._returned(refund_id=refund_id, attempt_id=attempt_id)

    def open_notice(
        self,
        headers: Mapping[str, str],  # noqa: ARG002  Alipay says everything in the body.
        body: bytes,
        *,
        now: datetime,
    ) -> Told | ReturnTold:
        """Verify a notice and say what it tells; Forged when it is not Alipay's."""
        words = seal.open_notice(self._account, body)
        try:
            return told.notice(self._account, words, now=now)
        except UNREADABLE as unreadable:
            raise Forged("unreadable") from unreadable

    async def _returned(self, *, refund_id: str, attempt_id: str) -> ReturnTold:
        wish = {
            "out_trade_no": attempt_id,
            "out_request_no": refund_id,
            "query_options": ["gmt_refund_pay"],
        }
        try:
            words = await self._line.ask("alipay.trade.fastpay.refund.query", wish)
            found = told.refund(words, refund_id=refund_id, attempt_id=attempt_id)
        except ChannelRefused as refused:
            if refused.channel_code == _UNHEARD_OF:
                return ReturnTold(refund_id, RefundOutcome.UNHEARD_OF)
            raise
        except UNREADABLE as unreadable:
            raise Forged("unreadable") from unreadable
        # An answer without a status means: never heard of, or failed. Both are asked for anew.
        return found or ReturnTold(refund_id, RefundOutcome.UNHEARD_OF)

    def _link(self, charge: Charge) -> str:
        back = charge.return_url or ""
        method, product = _PAGES[charge.scene]
        wish = {**_order(charge), "product_code": product}
        if back and charge.scene is Scene.H5:
            wish["quit_url"] = back
        return self._line.page(method, wish, notify_url=charge.notify_url, return_url=back)

    def _for_an_app(self, charge: Charge) -> str:
        wish = {**_order(charge), "product_code": "QUICK_MSECURITY_PAY"}
        return self._line.order("alipay.trade.app.pay", wish, notify_url=charge.notify_url)

    async def _opened(self, charge: Charge) -> Cashier:
        wish = _order(charge)
        if charge.scene is Scene.NATIVE:
            words = await self._line.ask(
                "alipay.trade.precreate", wish, notify_url=charge.notify_url
            )
            _check_about(words, charge.attempt_id)
            return Cashier(code=told.text(words, "qr_code"))
        assert charge.openid is not None
        buyer = "buyer_id" if _BUYER_ID.fullmatch(charge.openid) else "buyer_open_id"
        wish |= {
            "product_code": "JSAPI_PAY",
            "op_app_id": self._account.app_id,
            buyer: charge.openid,
        }
        words = await self._line.ask("alipay.trade.create", wish, notify_url=charge.notify_url)
        _check_about(words, charge.attempt_id)
        return Cashier(parameters={"tradeNO": told.text(words, "trade_no")})


def _order(charge: Charge) -> dict[str, str]:
    assert len(charge.description) <= _DESCRIPTION_MAX
    return {
        "out_trade_no": charge.attempt_id,
        "total_amount": str(charge.amount),
        "subject": charge.description.translate(_NOT_IN_SUBJECTS),
        "time_expire": charge.expires_at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S"),
    }


def _check_about(words: Words, attempt_id: str) -> None:
    if words.get("out_trade_no") != attempt_id:
        raise Forged("not_asked_for")
