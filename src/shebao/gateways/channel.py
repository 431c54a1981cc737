"""Channel: what every gateway to money can do, whatever its wire looks like.

A new channel is a new module with these methods; nothing else in the house changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import ClassVar, Protocol, runtime_checkable

from shebao.core.agreement import AgreementTold, SigningWish
from shebao.core.books.statement import BadLine, StatementLine
from shebao.core.channel import (
    Cashier,
    Charge,
    Outcome,
    Part,
    PayerCard,
    Return,
    ReturnTold,
    TakenBack,
    Told,
)
from shebao.core.deduction.packet import PacketHead, PacketTold

Telling = Told | ReturnTold | TakenBack | AgreementTold  # All that a notice may tell.


class Channel(Protocol):
    """Somebody who collects money for us and tells us about it."""

    # What a notice is answered with once it is written down: status and body. Anything else
    # makes the channel tell us again.
    accepted: ClassVar[tuple[int, bytes]]

    async def begin(self, charge: Charge) -> Cashier | Told:
        """Ask the channel to collect, and learn where the payer goes on, or how it ended."""

    async def inquire(self, attempt_id: str) -> Told:
        """Ask what became of an attempt."""

    async def close(self, attempt_id: str) -> Outcome:
        """Ask the channel to let nobody pay an attempt any more."""

    async def give_back(self, asked: Return) -> ReturnTold:
        """Ask the channel to return money; asking again with the same number is safe."""

    async def inquire_return(self, refund_id: str, *, attempt_id: str) -> ReturnTold:
        """Ask what became of a refund of an attempt's money."""

    def open_notice(
        self,
        headers: Mapping[str, str],
        body: bytes,
        *,
        now: datetime,
    ) -> Telling:
        """Verify a notice and say what it tells; Forged when it is not the channel's."""


@runtime_checkable
class Elsewhere(Protocol):
    """Somebody who can bring a refund to another card when the payer's own is closed."""

    card_banks: ClassVar[Mapping[str, str]]  # Its words for banks, and what people call them.

    async def give_back_elsewhere(
        self, refund_id: str, *, reference: str, card: PayerCard | None
    ) -> ReturnTold:
        """Bring a refund, which it knows by a reference, to another card; again is safe."""


class Together(Protocol):
    """Somebody who collects for several cities in one payment (合单支付): all of it or nothing."""

    # What a notice is answered with once all it tells is written down.
    accepted: ClassVar[tuple[int, bytes]]

    async def begin(self, charge: Charge, parts: Sequence[Part]) -> Cashier:
        """Ask the channel to collect all parts, under the number of the whole."""

    async def inquire(self, whole_id: str, attempt_ids: Sequence[str]) -> Sequence[Told]:
        """Ask what became of every part."""

    async def close(self, whole_id: str, parts: Sequence[Part]) -> Outcome:
        """Ask the channel to let nobody pay any part any more."""

    def open_notice(
        self,
        headers: Mapping[str, str],
        body: bytes,
        *,
        now: datetime,
    ) -> Sequence[Told]:
        """Verify a notice and say what it tells of every part; Forged when it is none."""


class Agreements(Protocol):
    """Somebody at whom the owner of an account agrees that we collect from it."""

    async def begin_signing(self, wish: SigningWish) -> str:
        """Ask for a signature, and learn where it is given; asking again is the same signing."""

    async def inquire_agreement(self, mandate_id: str) -> AgreementTold:
        """Ask how the agreement of a mandate stands."""

    async def end_agreement(self, mandate_id: str) -> AgreementTold:
        """Ask that it ends, signed or not; asking again is safe."""


class Batches(Protocol):
    """Somebody who collects from many accounts by one file, and answers by another."""

    async def send_packet(
        self, head: PacketHead, file: Path, *, sha256: str, notify_url: str
    ) -> None:
        """Hand a packet in; it is read later. Sending the same again is safe."""

    async def inquire_packet(self, number: str) -> PacketTold:
        """Ask how a packet stands, and which parts of its answer are ready."""

    async def fetch_answer(self, number: str, part: int, into: Path) -> None:
        """Bring a part of the answer as it is, streaming."""


class Statements(Protocol):
    """Somebody who says, a day later, what they moved for us."""

    async def fetch_statement(self, day: date, into: Path) -> None:
        """Bring the file of a day as it is, streaming; StatementNotReady while there is none."""

    def read_statement(self, file: Path) -> Iterator[StatementLine | BadLine]:
        """The lines of a file, one after the other; StatementUnreadable when it is not one."""
