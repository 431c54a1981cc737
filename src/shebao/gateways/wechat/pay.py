"""WeChat Pay (微信支付): collect, ask, close, give back, and open what it tells us."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import ClassVar, Final
from urllib.parse import quote

from shebao.core.books.statement import BadLine, StatementLine
from shebao.core.channel import (
    Cashier,
    ChannelRefused,
    Charge,
    Forged,
    Outcome,
    PayerCard,
    RefundOutcome,
    Return,
    ReturnTold,
    Told,
)
from shebao.core.ids import Entropy
from shebao.core.refusals import Unanswered
from shebao.gateways.transport import Transport
from shebao.gateways.wechat import abnormal, bills, cashiers, seal, statement, told
from shebao.gateways.wechat.account import WeChatAccount
from shebao.gateways.wechat.funds import FundAccount
from shebao.gateways.wechat.line import WHOM, Line
from shebao.gateways.wechat.together import Together
from shebao.gateways.wechat.told import CLOSING, PAID, UNHEARD_OF, UNREADABLE

_ORDERS: Final = "/v3/pay/transactions"


class WeChatPay:
    """The channel WeChat Pay, for one merchant number."""

    accepted: ClassVar[tuple[int, bytes]] = (204, b"")
    card_banks: ClassVar[Mapping[str, str]] = abnormal.BANKS

    def __init__(
        self,
        account: WeChatAccount,
        transport: Transport,
        now: Callable[[], datetime],
        entropy: Entropy,
    ) -> None:
        self._account = account
        self._now = now
        self._line = Line(account, transport, now, entropy)

    @property
    def together(self) -> Together:
        """The same conversation, for orders whose parts go to several receiving accounts."""
        return Together(self._line)

    async def begin(self, charge: Charge) -> Cashier:
        """Ask WeChat to collect; asking again with the very same charge is safe."""
        order = cashiers.order(self._account, charge)
        try:
            words = await self._line.post(f"{_ORDERS}/{charge.scene.value}", order)
        except ChannelRefused as refused:
            if refused.channel_code in PAID:  # Money was taken: an inquiry tells how much.
                raise Unanswered(WHOM) from refused
            raise
        try:
            return cashiers.cashier(self._line, charge, words)
        except UNREADABLE as unreadable:
            raise Forged("unreadable") from unreadable

    async def inquire(self, attempt_id: str) -> Told:
        """Ask what became of an attempt."""
        target = f"{_attempt(attempt_id)}?mchid={self._account.mchid}"
        try:
            words = await self._line.get(target)
            found = told.transaction(self._account, words)
        except ChannelRefused as refused:
            if refused.channel_code in UNHEARD_OF:
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
            await self._line.post(f"{_attempt(attempt_id)}/close", {"mchid": self._account.mchid})
        except ChannelRefused as refused:
            outcome = CLOSING.get(refused.channel_code)
            if outcome is None:
                raise
            return outcome
        return Outcome.CLOSED

    async def give_back(self, asked: Return) -> ReturnTold:
        """Ask WeChat to return money; asking again with the same number is safe."""
        words = await self._line.post(
            abnormal.REFUNDS,
            {
                "out_trade_no": asked.attempt_id,
                "out_refund_no": asked.refund_id,
                "reason": asked.reason,
                "notify_url": asked.notify_url,
                "amount": {
                    "refund": asked.amount.fen,
                    "total": asked.paid.fen,
                    "currency": "CNY",
                },
            },
        )
        return abnormal.read(asked.refund_id, words)

    async def inquire_return(
        self,
        refund_id: str,
        *,
        attempt_id: str | None = None,  # noqa: ARG002  WeChat finds a refund by its own number.
    ) -> ReturnTold:
        """Ask what became of a refund."""
        try:
            words = await self._line.get(f"{abnormal.REFUNDS}/{quote(refund_id, safe='')}")
        except ChannelRefused as refused:
            if refused.channel_code in UNHEARD_OF:
                return ReturnTold(refund_id, RefundOutcome.UNHEARD_OF)
            raise
        return abnormal.read(refund_id, words)

    async def give_back_elsewhere(
        self, refund_id: str, *, reference: str, card: PayerCard | None
    ) -> ReturnTold:
        """Bring an ABNORMAL refund to another card; without one, to our own bank account."""
        return await abnormal.apply(self._line, refund_id, reference=reference, card=card)

    async def fetch_statement(self, day: date, into: Path) -> None:
        """Bring the list of a day's trades; an empty file when WeChat moved nothing."""
        await bills.fetch_trades(self._line, day, into, now=self._now())

    def read_statement(self, file: Path) -> Iterator[StatementLine | BadLine]:
        """The lines of such a list."""
        return statement.read(file, mchid=self._account.mchid)

    async def fetch_funds(
        self, day: date, into: Path, *, account: FundAccount = FundAccount.BASIC
    ) -> None:
        """Bring the changes of one account's balance on a day; ``read_funds`` reads them."""
        await bills.fetch_funds(self._line, day, into, account=account, now=self._now())

    async def echo(self, message: str) -> None:
        """Make sure that both sides can read each other's signatures, moving no money."""
        words = await self._line.post("/v3/security/echo", {"echo_message": message})
        if words.get("echo_message", message) != message:
            raise Forged("not_asked_for")

    async def certificates(self) -> Mapping[str, datetime]:
        """Fetch WeChat's certificates, believe those in force, and say when each ends.

        In certificate mode do this at the start and twice a day.
        """
        return await self._line.learn()

    def open_notice(
        self,
        headers: Mapping[str, str],
        body: bytes,
        *,
        now: datetime,
    ) -> Told | ReturnTold:
        """Verify a notice and say what it tells; Forged when it is not WeChat's.

        The names of the headers are in lower case, or the mapping does not mind.
        """
        seal.check(headers, body, trusted=self._line.trusted, now=now)
        try:
            envelope = told.read_words(body)
            notice_id = told.text(envelope, "id")
            kind, words = told.open_resource(self._account.cipher, envelope)
            if kind == "transaction":
                return told.transaction(self._account, words, notice_id=notice_id)
            if kind == "refund" and words["mchid"] == self._account.mchid:
                return told.refund(words, state="refund_status", notice_id=notice_id)
        except UNREADABLE as unreadable:
            raise Forged("unreadable") from unreadable
        raise Forged("not_ours")


def _attempt(attempt_id: str) -> str:
    return f"{_ORDERS}/out-trade-no/{quote(attempt_id, safe='')}"
