"""Bank (银行): agreements, and money collected under them at once, given back, taken back.

Collecting is answered at once: taken, or not and why. What the bank does not know yet is
WAITING, is asked about, and is never asked for again under another number meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import ClassVar, Final

from shebao.core.agreement import AgreementTold, SigningWish, Standing
from shebao.core.books.statement import BadLine, StatementLine
from shebao.core.channel import (
    ChannelRefused,
    Charge,
    Forged,
    Outcome,
    RefundOutcome,
    Return,
    ReturnTold,
    Told,
)
from shebao.core.deduction.packet import PacketHead, PacketTold
from shebao.core.ids import Entropy
from shebao.core.refusals import Unanswered
from shebao.gateways.bank import packets, seal, statement, told
from shebao.gateways.bank.account import BankAccount
from shebao.gateways.bank.line import WHOM, Line
from shebao.gateways.bank.told import UNREADABLE, Words, text
from shebao.gateways.channel import Telling
from shebao.gateways.transport import Transport

_UNHEARD_OF: Final = "1006"
_NO_MONEY_FOR: Final = frozenset({"1001", "1002", "1003", "1004", "1007", "1008", "1009"})
_OTHER_CERTIFICATE: Final = "999"  # Ours begin with X where the tax authority has no code.
_SIGN, _CANCEL = "2", "3"
_SUMMARY_MAX: Final = 60


class Bank:
    """The bank, for one merchant number: it collects, and people agree there to be collected."""

    accepted: ClassVar[tuple[int, bytes]] = (200, b'{"retCd":"00000"}')

    def __init__(
        self,
        account: BankAccount,
        transport: Transport,
        now: Callable[[], datetime],
        entropy: Entropy,
    ) -> None:
        self._account = account
        self._line = Line(account, transport, now, entropy)

    async def begin(self, charge: Charge) -> Told:
        """Ask the bank to take the money now; asking again with the same charge is safe."""
        assert charge.agreement
        try:
            words = await self._line.ask(
                "SB2001",
                {
                    "pay_no": charge.attempt_id,
                    "protocol_no": charge.agreement,
                    "amount": str(charge.amount),
                    "summary": charge.description[:_SUMMARY_MAX],
                    "deadline": seal.stamp(charge.expires_at),
                    "notify_url": charge.notify_url,
                },
            )
        except ChannelRefused as refused:
            if refused.channel_code in _NO_MONEY_FOR:  # An answer about this money: it was not.
                return Told(charge.attempt_id, Outcome.FAILED, says=refused.says)
            raise
        found = self._payment(words, charge.attempt_id)
        if found.outcome is Outcome.WAITING:
            raise Unanswered(WHOM)
        return found

    async def inquire(self, attempt_id: str) -> Told:
        """Ask what became of an attempt."""
        try:
            words = await self._line.ask("SB2002", {"pay_no": attempt_id})
        except ChannelRefused as refused:
            if refused.channel_code == _UNHEARD_OF:
                return Told(attempt_id, Outcome.UNHEARD_OF, says=refused.says)
            raise
        return self._payment(words, attempt_id)

    async def close(self, attempt_id: str) -> Outcome:
        """Let no money be taken for an attempt any more; PAID means too late: inquire."""
        words = await self._line.ask("SB2003", {"pay_no": attempt_id})
        outcome = self._payment(words, attempt_id).outcome
        return Outcome.CLOSED if outcome is Outcome.FAILED else outcome

    async def give_back(self, asked: Return) -> ReturnTold:
        """Ask the bank to return money; asking again with the same number is safe."""
        words = await self._line.ask(
            "SB3001",
            {
                "refund_no": asked.refund_id,
                "pay_no": asked.attempt_id,
                "amount": str(asked.amount),
                "reason": asked.reason,
                "notify_url": asked.notify_url,
            },
        )
        return self._refund(words, asked.refund_id)

    async def inquire_return(
        self,
        refund_id: str,
        *,
        attempt_id: str,  # noqa: ARG002  The bank finds a refund by its own number.
    ) -> ReturnTold:
        """Ask what became of a refund."""
        try:
            words = await self._line.ask("SB3002", {"refund_no": refund_id})
        except ChannelRefused as refused:
            if refused.channel_code == _UNHEARD_OF:
                return ReturnTold(refund_id, RefundOutcome.UNHEARD_OF)
            raise
        return self._refund(words, refund_id)

    async def begin_signing(self, wish: SigningWish) -> str:
        """Ask for a signature, and learn where it is given; asking again is the same signing."""
        words = await self._line.ask(
            "SB1001",
            {
                "oper_flag": _SIGN,
                "sign_no": wish.mandate_id,
                "project_code": self._account.projects.get(wish.fund, ""),
                "project_name": wish.fund,
                "name_cipher": seal.hide(self._account, wish.name),
                "id_type": _OTHER_CERTIFICATE if wish.id_type.startswith("X") else wish.id_type,
                "id_no_cipher": seal.hide(self._account, wish.id_number),
                "account_kinds": [kind.value for kind in wish.kinds if kind in told.KINDS],
                "beside_protocol_no": wish.beside,
                "deadline": seal.stamp(wish.expires_at),
                "notify_url": wish.notify_url,
                "return_url": wish.return_url,
            },
        )
        try:
            if text(words, "sign_no") != wish.mandate_id:
                raise Forged("not_asked_for")
            return text(words, "sign_url")
        except UNREADABLE as unreadable:
            raise Forged("unreadable") from unreadable

    async def inquire_agreement(self, mandate_id: str) -> AgreementTold:
        """Ask how the agreement of a mandate stands."""
        return await self._agreement("SB1002", mandate_id, {})

    async def end_agreement(self, mandate_id: str) -> AgreementTold:
        """Ask that it ends, signed or not; asking again is safe."""
        return await self._agreement("SB1003", mandate_id, {"oper_flag": _CANCEL})

    def open_notice(
        self,
        headers: Mapping[str, str],
        body: bytes,
        *,
        now: datetime,
    ) -> Telling:
        """Verify a notice and say what it tells; Forged when it is not the bank's."""
        seal.check(self._account, headers, body)
        try:
            head, words = told.parts(body)
            code, notice_id = text(head, "trans_code"), text(head, "serial")
            sent_at = seal.moment(text(head, "time"))
            if head["merchant_no"] != self._account.merchant_no:
                raise Forged("not_ours")
            seal.check_fresh(sent_at, now)
            return self._told(code, words, notice_id)
        except UNREADABLE as unreadable:
            raise Forged("unreadable") from unreadable

    async def send_packet(
        self, head: PacketHead, file: Path, *, sha256: str, notify_url: str
    ) -> None:
        """Hand a packet in; it is read later. Sending the same again is safe."""
        await packets.send(self._line, head, file, sha256=sha256, notify_url=notify_url)

    async def inquire_packet(self, number: str) -> PacketTold:
        """Ask how a packet stands, and which parts of its answer are ready."""
        return await packets.inquire(self._line, number)

    async def fetch_answer(self, number: str, part: int, into: Path) -> None:
        """Bring a part of the answer as it is, streaming."""
        await packets.fetch(self._line, number, part, into)

    async def fetch_statement(self, day: date, into: Path) -> None:
        """Bring the file of a day as it is; StatementNotReady while there is none."""
        await statement.fetch(self._line, day, into)

    def read_statement(self, file: Path) -> Iterator[StatementLine | BadLine]:
        """The lines of a file, one after the other; StatementUnreadable when it is not one."""
        return statement.read(file, merchant_no=self._account.merchant_no)

    def _told(self, code: str, words: Words, notice_id: str) -> Telling:
        match code:
            case "SB9001":
                return told.agreement(self._account, words, notice_id=notice_id)
            case "SB9002":
                return told.payment(words, notice_id=notice_id)
            case "SB9003":
                return told.refund(words, notice_id=notice_id)
            case "SB9004":
                return told.taken_back(words)
            case _:
                raise Forged("not_ours")

    def _payment(self, words: Words, attempt_id: str) -> Told:
        try:
            found = told.payment(words)
        except UNREADABLE as unreadable:
            raise Forged("unreadable") from unreadable
        if found.attempt_id != attempt_id:
            raise Forged("not_asked_for")
        return found

    def _refund(self, words: Words, refund_id: str) -> ReturnTold:
        try:
            found = told.refund(words)
        except UNREADABLE as unreadable:
            raise Forged("unreadable") from unreadable
        if found.refund_id != refund_id:
            raise Forged("not_asked_for")
        return found

    async def _agreement(self, code: str, mandate_id: str, more: Words) -> AgreementTold:
        try:
            words = await self._line.ask(code, {"sign_no": mandate_id, **more})
            found = told.agreement(self._account, words)
        except ChannelRefused as refused:
            if refused.channel_code == _UNHEARD_OF:
                return AgreementTold(mandate_id=mandate_id, standing=Standing.UNHEARD_OF)
            raise
        except UNREADABLE as unreadable:
            raise Forged("unreadable") from unreadable
        if found.mandate_id != mandate_id:
            raise Forged("not_asked_for")
        return found
