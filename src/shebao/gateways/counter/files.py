"""Files: what the bank and the acquirer say a day later, in one plain form.

Separated by ``|``, in UTF-8: a heading with the kind, the day, how many lines follow and their
sum; then one line a movement. A file whose lines are not what its heading says is none.

    H|window|20231105|2|1320.00
    D|P|att01JABC|000231105001|930.00|0.00|2023-11-05 10:02:11
    D|P|att01JABD|000231105002|390.00|0.00|2023-11-05 10:04:40

The kinds are ``window`` (what the bank's windows took), ``acquirer`` (what our terminals
charged) and ``deposits`` (cash of ours that arrived; each line names the office).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from shebao.core.books.statement import (
    BadLine,
    LineKind,
    StatementLine,
    StatementNotReady,
    StatementUnreadable,
)
from shebao.core.channel import ChannelRefused
from shebao.core.ids import Entropy
from shebao.core.money import ZERO, Money
from shebao.gateways import sheet
from shebao.gateways.arrival import Arrival
from shebao.gateways.counter.account import CounterAccount
from shebao.gateways.registry import Registry, RegistryRefused
from shebao.gateways.transport import Transport

WINDOW: Final = "window"
ACQUIRER: Final = "acquirer"
DEPOSITS: Final = "deposits"
_PATH: Final = "/counter/v1/files"
_HEADING_FIELDS: Final = 5
_LINE_FIELDS: Final = 7
_KINDS: Final = {"P": LineKind.PAYMENT, "R": LineKind.REFUND}


@dataclass(frozen=True, slots=True)
class _Heading:
    """What a file says of itself."""

    lines: int
    amount: Money


class CounterFiles:
    """One kind of file of the bank or the acquirer."""

    def __init__(
        self,
        kind: str,
        account: CounterAccount,
        transport: Transport,
        now: Callable[[], datetime],
        entropy: Entropy,
    ) -> None:
        self._kind = kind
        self._account = account
        self._registry = Registry(account.registry, transport, now, entropy, f"counter {kind}")

    async def fetch_statement(self, day: date, into: Path) -> None:
        """Bring the file of a day. Raises StatementNotReady while there is none."""
        asked = {"merchant": self._account.merchant, "kind": self._kind, "day": day.isoformat()}
        try:
            words = await self._registry.ask(_PATH, asked)
        except RegistryRefused as refused:
            raise ChannelRefused(self._kind, str(refused.status), "对方没有受理") from refused
        content = words.get("content")
        if not isinstance(content, str):
            raise StatementNotReady(self._kind, day.isoformat())
        with Arrival(into) as arrival:
            arrival.take(content.encode())
            arrival.end()
            arrival.keep()

    def read_statement(self, file: Path) -> Iterator[StatementLine | BadLine]:
        """The lines of a file. Raises StatementUnreadable when they are not all there."""
        with file.open("rb") as stream:
            lines = sheet.lines(stream)
            heading = self._heading(next(lines, b""))
            found, amount = 0, ZERO
            for number, raw in enumerate(lines, start=2):
                if not raw:
                    continue
                found += 1
                read = _line(number, raw)
                if isinstance(read, StatementLine):
                    amount += read.amount if read.kind is LineKind.PAYMENT else -read.amount
                yield read
        if (found, amount) != (heading.lines, heading.amount):
            raise StatementUnreadable(self._kind, f"表头 {heading}，实有 {found} 行 {amount} 元")

    def _heading(self, raw: bytes) -> _Heading:
        fields = raw.decode("utf-8", errors="replace").split("|")
        if len(fields) != _HEADING_FIELDS or fields[:2] != ["H", self._kind]:
            raise StatementUnreadable(self._kind, "第一行不是表头")
        try:
            return _Heading(int(fields[3]), sheet.amount(fields[4]))
        except ValueError as unreadable:
            raise StatementUnreadable(self._kind, "表头的笔数或金额读不出") from unreadable


def _line(number: int, raw: bytes) -> StatementLine | BadLine:
    text = raw.decode("utf-8", errors="replace")
    fields = text.split("|")
    if len(fields) != _LINE_FIELDS or fields[0] != "D" or fields[1] not in _KINDS:
        return BadLine(number, text, f"应是 {_LINE_FIELDS} 栏，第二栏 P 或 R")
    try:
        read = StatementLine(
            line=number,
            kind=_KINDS[fields[1]],
            our_id=fields[2],
            reference=fields[3],
            amount=sheet.amount(fields[4]),
            fee=sheet.fee(fields[5]),
            happened_at=sheet.moment(fields[6]),
        )
    except ValueError as unreadable:
        return BadLine(number, text, f"金额或时间读不出：{unreadable}")
    if read.amount <= ZERO or not read.reference:
        return BadLine(number, text, "金额应大于零，流水号不能空")
    return read
