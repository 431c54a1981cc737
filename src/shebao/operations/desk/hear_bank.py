"""Hear bank (银行文件): what the bank's and the acquirer's files say of counter money.

A line of the windows' file that we were never told of is shelved like a notice, and judged; one
we know changes nothing. The deposits' file confirms the cash that went to the bank.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from shebao.core.books.statement import BadLine, LineKind, StatementLine
from shebao.core.channel import Method, Outcome, Told
from shebao.core.desk.deposit import DepositLine
from shebao.gateways.channel import Statements
from shebao.operations.collect import judge_waiting, shelve
from shebao.operations.desk.deposit_cash import Compared, hear_of_deposits
from shebao.operations.world import World
from shebao.store import payments
from shebao.store.notices import Notice


@dataclass(frozen=True, slots=True)
class Heard:
    """What a file of the windows has told: how many lines, which of them were news."""

    lines: int
    news: int
    bad: tuple[BadLine, ...]


async def hear_of_window(
    world: World, *, region_code: str, reader: Statements, file: Path
) -> Heard:
    """Take in what windows of the bank have received and we were never told. Safe to repeat."""
    lines, bad = _read(reader.read_statement(file))
    paid = [line for line in lines if line.kind is LineKind.PAYMENT]
    async with world.db.reading() as tx:
        keys = [(Method.COUNTER, line.reference) for line in paid]
        known = await payments.known(tx, region_code=region_code, keys=keys)
    news = [line for line in paid if (Method.COUNTER, line.reference) not in known]
    if news:
        await shelve(world, [_notice(world, region_code, line) for line in news])
        while await judge_waiting(world, region_code):
            pass
    return Heard(len(lines), len(news), bad)


async def hear_of_deposit_file(
    world: World, *, region_code: str, reader: Statements, file: Path
) -> tuple[Compared, tuple[BadLine, ...]]:
    """Take in what the bank says of the cash it received. Safe to repeat."""
    lines, bad = _read(reader.read_statement(file))
    told = [
        DepositLine(line.line, line.reference.upper(), line.amount, line.happened_at)
        for line in lines
        if line.kind is LineKind.PAYMENT
    ]
    compared = await hear_of_deposits(world, region_code=region_code, lines=told)
    return compared, bad


def _read(
    lines: Iterable[StatementLine | BadLine],
) -> tuple[Sequence[StatementLine], tuple[BadLine, ...]]:
    """The whole file is read before a line of it is believed."""
    read = list(lines)
    good = [line for line in read if isinstance(line, StatementLine)]
    return good, tuple(line for line in read if isinstance(line, BadLine))


def _notice(world: World, region_code: str, line: StatementLine) -> Notice:
    told = Told(
        attempt_id=line.our_id,
        outcome=Outcome.PAID,
        amount=line.amount,
        reference=line.reference,
        happened_at=line.happened_at,
        notice_id=f"file:{line.reference}",
    )
    facts = {"line": line.line, "attempt": line.our_id, "serial": line.reference}
    body = json.dumps(facts, sort_keys=True).encode()
    return Notice(region_code, Method.COUNTER, world.now(), "file: window", body, told)
