"""Slips (现金收据): the books of clerks, and every slip torn from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from shebao.core.desk.clerk import Clerk
from shebao.core.desk.slip import STEPS, Slip, SlipEvent, SlipState, slip_number
from shebao.core.money import Money
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL = Queries("slips")
_OPENERS_MOST: Final = 20  # Clerks of one office who open their first book at the same moment.


@dataclass(frozen=True, slots=True)
class Page:
    """The next page of a clerk's book: the book is locked, the serial is not used yet."""

    office: str
    clerk_id: str
    book: int
    serial: int

    @property
    def number(self) -> str:
        """The number printed on it."""
        return slip_number(office=self.office, book=self.book, serial=self.serial)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSlip:
    """A slip about to be written on the next page of a book."""

    id: str
    order_id: str
    attempt_id: str
    amount: Money
    received: Money
    due_on: date
    taken_at: datetime
    reference: str = ""  # Empty: its own number.
    replaces: str | None = None


async def lock_book(tx: Tx, clerk: Clerk) -> Page:
    """Lock a clerk's book, opening it first if they have none, and see its next page."""
    facts = {"region_code": clerk.region_code, "office": clerk.office, "clerk_id": clerk.id}
    for _ in range(_OPENERS_MOST):
        row = await tx.row(SQL.lock_book, **facts)
        if row is not None:
            return Page(clerk.office, clerk.id, row["book"], row["last_serial"] + 1)
        await tx.run(SQL.open_book, **facts)
    raise AssertionError("a book could not be opened")


async def write(tx: Tx, page: Page, slip: NewSlip, *, region_code: str, at: datetime) -> str:
    """Write a slip on the page its book is open at; its number."""
    turned = await tx.run(
        SQL.turn_page,
        region_code=region_code,
        office=page.office,
        clerk_id=page.clerk_id,
        last_serial=page.serial - 1,
    )
    assert turned == 1, "the book was not locked"
    await tx.run(
        SQL.insert_slip,
        region_code=region_code,
        slip_id=slip.id,
        number=page.number,
        office=page.office,
        clerk_id=page.clerk_id,
        serial=page.serial,
        order_id=slip.order_id,
        attempt_id=slip.attempt_id,
        reference=slip.reference or page.number,
        amount_fen=slip.amount.fen,
        received_fen=slip.received.fen,
        taken_at=slip.taken_at,
        due_on=slip.due_on,
        replaces=slip.replaces,
        at=at,
    )
    return page.number


async def by_id(tx: Tx, *, region_code: str, slip_id: str) -> Slip | None:
    """One slip, if there is one of this id."""
    row = await tx.row(SQL.by_id, region_code=region_code, slip_id=slip_id)
    return None if row is None else _slip(row)


async def replacement_of(tx: Tx, spoiled: Slip) -> Slip | None:
    """The slip that stands for a spoiled one, if it was voided."""
    row = await tx.row(
        SQL.replacement_of,
        region_code=spoiled.region_code,
        office=spoiled.office,
        slip_id=spoiled.id,
    )
    return None if row is None else _slip(row)


async def in_till(tx: Tx, clerk: Clerk) -> list[Slip]:
    """The slips whose cash a clerk still has, or the cashier is counting; the oldest first."""
    rows = await tx.rows(
        SQL.in_till, region_code=clerk.region_code, office=clerk.office, clerk_id=clerk.id
    )
    return [_slip(row) for row in rows]


async def of_clerk_since(tx: Tx, clerk: Clerk, *, since: datetime) -> list[Slip]:
    """The slips of a clerk since a moment, voided ones too, the newest first."""
    rows = await tx.rows(
        SQL.of_clerk_since,
        region_code=clerk.region_code,
        office=clerk.office,
        clerk_id=clerk.id,
        since=since,
    )
    return [_slip(row) for row in rows]


async def of_hand_in(tx: Tx, *, region_code: str, hand_in_id: str) -> list[Slip]:
    """The slips of a hand-in, by number."""
    rows = await tx.rows(SQL.of_hand_in, region_code=region_code, hand_in_id=hand_in_id)
    return [_slip(row) for row in rows]


async def step(
    tx: Tx, slips: Sequence[Slip], event: SlipEvent, *, hand_in_id: str | None, at: datetime
) -> None:
    """Take slips of one region a step; which hand-in they belong to from now on."""
    if not slips:
        return
    moved = await tx.run(
        SQL.step_slips,
        region_code=slips[0].region_code,
        ids=[slip.id for slip in slips],
        versions=[slip.version for slip in slips],
        events=[event] * len(slips),
        states=[STEPS.after(slip.state, event) for slip in slips],
        hand_ins=[hand_in_id] * len(slips),
        at=at,
    )
    assert moved == len(slips), "a slip was not where it was seen"


async def bank(tx: Tx, *, region_code: str, deposit_id: str, at: datetime) -> int:
    """All slips of a deposit are at the bank; how many there were."""
    seen, event = SlipState.HANDED_IN, SlipEvent.BANKED
    return await tx.run(
        SQL.bank_slips,
        region_code=region_code,
        deposit_id=deposit_id,
        seen=seen,
        state=STEPS.after(seen, event),
        event=event,
        at=at,
    )


async def void(tx: Tx, slip: Slip, *, reason: str, at: datetime) -> None:
    """Void a spoiled slip, with the reason. Its book is locked."""
    await step(tx, [slip], SlipEvent.VOIDED, hand_in_id=None, at=at)
    await tx.run(SQL.keep_reason, region_code=slip.region_code, slip_id=slip.id, reason=reason)


def _slip(row: Row) -> Slip:
    return Slip(
        region_code=row["region_code"],
        id=row["id"],
        number=row["number"],
        office=row["office"],
        clerk_id=row["clerk_id"],
        order_id=row["order_id"],
        attempt_id=row["attempt_id"],
        reference=row["reference"],
        amount=Money(row["amount_fen"]),
        received=Money(row["received_fen"]),
        taken_at=row["taken_at"],
        due_on=row["due_on"],
        state=SlipState(row["state"]),
        version=row["version"],
        replaces=row["replaces"],
        reason=row["reason"],
        hand_in_id=row["hand_in_id"],
    )
