"""Proof: after a storm every fen is where it belongs, or this says which is not."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import asyncpg

from chaos.ground import Ground
from chaos.payer import Known
from shebao.sandbox.clock import now_ms
from shebao.store import promises
from shebao.store.database import Database

_SHOWN: Final = 20
_QUERIES: Final = dict(
    re.findall(
        r"-- name: (\w+)\n(.+?;)", Path(__file__).with_suffix(".sql").read_text("utf-8"), re.DOTALL
    )
)
_BEFORE_REST: Final = ("waiting", "on_the_way_back")
_FOR_GOOD: Final = (
    "receipts_have_money", "bills_take_money_once", "one_live_order_a_bill", "journal_sums_to_zero",
)  # fmt: skip
_WECHAT: Final = """
    SELECT transaction_id AS reference, out_trade_no, total_fen,
           (SELECT coalesce(sum(refund_fen), 0) FROM refunds
             WHERE refunds.out_trade_no = attempts.out_trade_no AND state = 'SUCCESS')
      FROM attempts WHERE transaction_id IS NOT NULL
"""
_ALIPAY: Final = """
    SELECT trade_no AS reference, out_trade_no, total_fen,
           (SELECT coalesce(sum(refund_fen), 0) FROM alipay_refunds
             WHERE alipay_refunds.out_trade_no = alipay_trades.out_trade_no AND state = 'SUCCESS')
      FROM alipay_trades WHERE paid_at IS NOT NULL
"""
_ACCEPTED: Final = """
    SELECT DISTINCT notice_id FROM deliveries WHERE kind = 'true' AND answer IN (200, 204)
"""
_OPEN: Final = """
    SELECT out_trade_no FROM attempts
     WHERE state IN ('NOTPAY', 'USERPAYING', 'PAYERROR')
       AND expires_at > ?
"""
_OURS: Final = "SELECT method, reference, amount_fen, state, misfit FROM payments"
_HELD: Final = """
    SELECT substr(account, length('clearing:') + 1) AS method, sum(amount_fen)::bigint AS fen
      FROM lines WHERE account LIKE 'clearing:%' GROUP BY 1
"""
_GIVEN_UP: Final = """
    SELECT id FROM attempts
     WHERE id = ANY ($1::text[]) AND state IN ('closed', 'failed') ORDER BY id LIMIT 20
"""
_SHELVED: Final = "SELECT id FROM notices"
_ORDERS: Final = "SELECT id FROM orders"
_PAID: Final = "SELECT id FROM orders WHERE state = 'paid'"


@dataclass(frozen=True, slots=True)
class Sum:
    """One sum of money as a channel holds it."""

    method: str
    reference: str
    attempt: str
    fen: int
    back_fen: int


@dataclass(slots=True)
class Findings:
    """What was found: every violation, and how much money is not where it belongs."""

    violations: list[str] = field(default_factory=list)
    promises: dict[str, int] = field(default_factory=dict)
    orders_paid: int = 0
    lost_fen: int = 0
    double_fen: int = 0


async def at_rest(ground: Ground) -> list[str]:
    """What has not come to rest yet; nothing, when all has. Raises OSError as connecting does."""
    async with ground.books() as books:
        found = [what for name in _BEFORE_REST for what in await _asked(books, name)]
        return found + [
            what for what, _ in misplaced(_held(ground.ledger), await books.fetch(_OURS))
        ]


async def prove(ground: Ground, known: Known) -> Findings:
    """Look at everything that must hold now that all has come to rest."""
    findings = Findings()
    async with ground.books() as books:
        held = _held(ground.ledger)
        findings.orders_paid = len(paid := {row["id"] for row in await books.fetch(_PAID)})
        ours = await books.fetch(_OURS)
        for what, fen in misplaced(held, ours):
            findings.violations.append(what)
            findings.lost_fen += fen
        findings.violations += out_of_nothing(held, ours)
        findings.violations += balances(held, await books.fetch(_HELD))
        for name in _FOR_GOOD:
            findings.violations += [f"{name}: {what}" for what in await _asked(books, name)]
        findings.violations += [
            f"a payer was told that {order} is paid, and it is not" for order in known.paid - paid
        ]
        there = {row["id"] for row in await books.fetch(_ORDERS)}
        findings.violations += [
            f"a payer was given order {order}, and it is not there"
            for order in known.opened - there
        ]
        findings.violations += await _told(ground, books)
        findings.double_fen = await books.fetchval(_QUERIES["paid_twice_fen"])
    await _promises(ground, findings)
    return findings


async def _promises(ground: Ground, findings: Findings) -> None:
    """The promises, asked of the books as the program itself asks them."""
    db = Database(ground.database)
    async with db.snapshot() as tx:
        broken = await promises.broken(tx)
    await db.close()
    findings.promises = {name: len(rows) for name, rows in broken.items()}
    findings.violations += [f"{name}: {row}" for name, rows in broken.items() for row in rows]


def misplaced(held: list[Sum], ours: list[Any]) -> Iterator[tuple[str, int]]:
    """Money a channel holds that is neither applied nor gone back; what, and how much."""
    known = {(row["method"], row["reference"]): row for row in ours}
    for one in held:
        name = f"{one.method} {one.reference} ({one.attempt})"
        row = known.get((one.method, one.reference))
        if row is None:
            yield f"{name}: {one.fen} fen are not in the books", one.fen
        elif row["amount_fen"] != one.fen:
            yield f"{name}: {one.fen} fen, in the books {row['amount_fen']}", one.fen
        elif row["state"] == "applied" and one.back_fen:
            yield f"{name}: applied, and yet it went back", one.back_fen
        elif row["state"] == "refunded" and one.back_fen != one.fen:
            yield f"{name}: refunded in the books, not at the channel", one.fen
        elif row["state"] in {"unapplied", "refunding"} and one.back_fen:
            yield f"{name}: went back, and the books do not know yet", 0


def out_of_nothing(held: list[Sum], ours: list[Any]) -> list[str]:
    """Money in the books that no channel has ever held."""
    there = {(one.method, one.reference) for one in held}
    mine = [(row["method"], row["reference"]) for row in ours]
    return [f"{one}: in the books, and no channel holds it" for one in mine if one not in there]


def balances(held: list[Sum], ours: list[Any]) -> list[str]:
    """What a channel holds, and what the journal says it holds."""
    theirs: dict[str, int] = {}
    for one in held:
        theirs[one.method] = theirs.get(one.method, 0) + one.fen - one.back_fen
    mine = {row["method"]: row["fen"] for row in ours}
    return [
        f"{method} holds {theirs.get(method, 0)} fen, the journal says {mine.get(method, 0)}"
        for method in sorted({*theirs, *mine})
        if theirs.get(method, 0) != mine.get(method, 0)
    ]


async def _told(ground: Ground, books: Any) -> list[str]:
    """Notices we have accepted and not kept; cashiers left open for what is given up."""
    with closing(_reading(ground.ledger)) as ledger:
        accepted = {row[0] for row in ledger.execute(_ACCEPTED)}
        still_open = [row[0] for row in ledger.execute(_OPEN, [now_ms()])]
    shelved = {row["id"] for row in await books.fetch(_SHELVED)}
    lost = sorted(accepted - shelved)[:_SHOWN]
    given_up = await books.fetch(_GIVEN_UP, still_open)
    return [f"notice {one} was accepted and is not on the shelf" for one in lost] + [
        f"attempt {row['id']} is given up, and its cashier is open" for row in given_up
    ]


async def _asked(books: Any, name: str) -> list[str]:
    return [str(row[0]) for row in await books.fetch(_QUERIES[name])]


def _held(ledger: Path) -> list[Sum]:
    """Every sum the channels have taken, from their own book."""
    with closing(_reading(ledger)) as book:
        return [
            Sum(method, *row)
            for method, sql in (("wechat", _WECHAT), ("alipay", _ALIPAY))
            for row in book.execute(sql)
        ]


def _reading(ledger: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{ledger}?mode=ro", uri=True)


UNREACHABLE: Final = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError)
