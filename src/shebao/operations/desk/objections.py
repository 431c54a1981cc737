"""Objections (异议): raised within the region's days by whom a payment concerns, then answered.

An objection moves no money and stops none. When it is upheld, what follows (a refund, a
correction at the agency) goes its own way and is told in the answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from shebao.core.desk.clerk import Clerk, Duty
from shebao.core.desk.objection import (
    Evidence,
    Objection,
    ObjectionEvent,
    ObjectionState,
    answer_of,
    evidence_of,
    last_day_to_object,
    matter_of,
    must_be_few,
    must_be_in_time,
    said_of,
)
from shebao.core.refusals import NotYours, Refusal
from shebao.operations.world import SHANGHAI, World
from shebao.store import persons, receipts
from shebao.store.database import Tx
from shebao.store.desk import clerks, objections
from shebao.store.receipts import ReceiptInFull


@dataclass(frozen=True, slots=True)
class Brought:
    """A file as it came: the name it was given, and what is in it."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What somebody objects to, why, and what they bring."""

    region_code: str
    number: str
    viewer_id: str
    matter: str
    says: str
    files: tuple[Brought, ...] = ()


@dataclass(frozen=True, slots=True)
class Objectable:
    """A receipt somebody may object to, until when, and what was said of it before."""

    found: ReceiptInFull
    last_day: date
    in_time: bool
    before: tuple[Objection, ...]


@dataclass(frozen=True, slots=True)
class ObjectionSeen:
    """An objection with the receipt it is about, its evidence, and who answered."""

    objection: Objection
    found: ReceiptInFull
    papers: tuple[Evidence, ...]
    answered_by: str = ""


@dataclass(eq=False)
class ObjectionNotOffered(Refusal):
    """The region takes no objections through us."""

    region: str


@dataclass(eq=False)
class ObjectedBefore(Refusal):
    """The receipt has an objection that waits, or one that was upheld."""

    objection_id: str


@dataclass(eq=False)
class ObjectionUnknown(Refusal):
    """There is no such objection, or it is not this person's."""


async def objectable(world: World, *, region_code: str, number: str, viewer_id: str) -> Objectable:
    """What a payer or an insured may object to. Raises NotYours or ObjectionNotOffered."""
    async with world.db.snapshot() as tx:
        return await _objectable(tx, world, region_code, number, viewer_id)


async def object_to(world: World, told: Complaint) -> str:
    """Raise an objection; its id. Told twice is told once."""
    matter, says = matter_of(told.matter), said_of(told.says)
    must_be_few(len(told.files))
    papers = [
        (evidence_of(number, one.name, one.content), world.vault.seal_bytes(one.content))
        for number, one in enumerate(told.files, 1)
    ]
    async with world.db.transaction() as tx:
        can = await _objectable(tx, world, told.region_code, told.number, told.viewer_id)
        days = world.region(told.region_code).objection_days
        assert days is not None
        must_be_in_time(_paid_on(can.found), days, on=world.now().astimezone(SHANGHAI).date())
        for standing in can.before:
            if standing.state is not ObjectionState.DISMISSED:
                same = (standing.raised_by, standing.says) == (told.viewer_id, says)
                if same and standing.state is ObjectionState.OPEN:
                    return standing.id
                raise ObjectedBefore(standing.id)
        objection = Objection(
            region_code=told.region_code,
            id=world.mint("obj"),
            receipt_number=told.number,
            person_id=can.found.insured_id,
            raised_by=told.viewer_id,
            matter=matter,
            says=says,
            raised_at=world.now(),
            state=ObjectionState.OPEN,
            version=1,
        )
        if not await objections.insert(tx, objection):  # Somebody objected at this very moment.
            [waiting, *_] = await objections.of_receipt(
                tx, region_code=told.region_code, number=told.number
            )
            raise ObjectedBefore(waiting.id)
        await objections.keep_papers(tx, objection, papers)
    return objection.id


async def objections_of(world: World, *, region_code: str, person_id: str) -> list[Objection]:
    """What somebody has objected to, newest first."""
    async with world.db.reading() as tx:
        return await objections.raised_by(tx, region_code=region_code, person_id=person_id)


async def look_at_objection(
    world: World, *, region_code: str, objection_id: str, viewer_id: str
) -> ObjectionSeen:
    """One objection, for whoever raised it. Raises ObjectionUnknown."""
    async with world.db.snapshot() as tx:
        seen = await _seen(tx, region_code, objection_id)
    if seen.objection.raised_by != viewer_id:
        raise ObjectionUnknown
    return seen


async def paper_of(
    world: World, *, region_code: str, objection_id: str, viewer_id: str, number: int
) -> tuple[Evidence, bytes]:
    """A file somebody brought themselves, opened. Raises ObjectionUnknown."""
    async with world.db.reading() as tx:
        found = await _objection(tx, region_code, objection_id)
        if found.raised_by != viewer_id:
            raise ObjectionUnknown
        return await _opened(tx, world, found, number)


async def queue(world: World, clerk: Clerk) -> tuple[list[Objection], list[Objection]]:
    """What waits for an answer, and what was answered last."""
    code = clerk.region_code
    async with world.db.snapshot() as tx:
        return (
            await objections.waiting(tx, region_code=code),
            await objections.answered(tx, region_code=code),
        )


async def look_for_clerk(world: World, clerk: Clerk, objection_id: str) -> ObjectionSeen:
    """One objection for a clerk, who has looked at somebody's record."""
    async with world.db.transaction() as tx:
        seen = await _seen(tx, clerk.region_code, objection_id)
        await _looked(tx, world, clerk, seen.objection)
    return seen


async def paper_for_clerk(
    world: World, clerk: Clerk, objection_id: str, number: int
) -> tuple[Evidence, bytes]:
    """A file for a clerk, who has looked at somebody's record."""
    async with world.db.transaction() as tx:
        found = await _objection(tx, clerk.region_code, objection_id)
        await _looked(tx, world, clerk, found)
        return await _opened(tx, world, found, number)


async def answer(
    world: World, clerk: Clerk, objection_id: str, *, event: ObjectionEvent, says: str
) -> None:
    """Say whether it is right, and why. Told twice is told once."""
    clerk.must(Duty.OBJECTIONS)
    words = answer_of(says)
    async with world.db.transaction() as tx:
        try:
            found = await objections.lock(
                tx, region_code=clerk.region_code, objection_id=objection_id
            )
        except LookupError:
            raise ObjectionUnknown from None
        if (found.answered_by, found.answer) == (clerk.id, words):
            return
        await objections.answer(tx, found, event, says=words, by=clerk.id, at=world.now())


async def _objectable(
    tx: Tx, world: World, region_code: str, number: str, viewer_id: str
) -> Objectable:
    region = world.region(region_code)
    if region.objection_days is None:
        raise ObjectionNotOffered(region.name)
    try:
        found = await receipts.by_number(tx, region_code=region_code, number=number)
    except LookupError:
        raise NotYours(number) from None
    if viewer_id not in {found.payer_id, found.insured_id}:
        raise NotYours(number)
    last = last_day_to_object(_paid_on(found), region.objection_days)
    before = await objections.of_receipt(tx, region_code=region_code, number=number)
    own = tuple(one for one in before if one.raised_by == viewer_id or one.state != "dismissed")
    return Objectable(found, last, world.now().astimezone(SHANGHAI).date() <= last, own)


def _paid_on(found: ReceiptInFull) -> date:
    return found.receipt.issued_at.astimezone(SHANGHAI).date()


async def _objection(tx: Tx, region_code: str, objection_id: str) -> Objection:
    try:
        return await objections.by_id(tx, region_code=region_code, objection_id=objection_id)
    except LookupError:
        raise ObjectionUnknown from None


async def _seen(tx: Tx, region_code: str, objection_id: str) -> ObjectionSeen:
    found = await _objection(tx, region_code, objection_id)
    receipt = await receipts.by_number(tx, region_code=region_code, number=found.receipt_number)
    papers = await objections.papers(tx, region_code=region_code, objection_id=objection_id)
    names = await clerks.of_region(tx, region_code=region_code) if found.answered_by else ()
    by = next((row.clerk.office for row in names if row.clerk.id == found.answered_by), "")
    return ObjectionSeen(found, receipt, tuple(papers), by)


async def _opened(tx: Tx, world: World, found: Objection, number: int) -> tuple[Evidence, bytes]:
    kept = await objections.paper(
        tx, region_code=found.region_code, objection_id=found.id, number=number
    )
    if kept is None:
        raise ObjectionUnknown
    evidence, sealed = kept
    return evidence, world.vault.open_bytes(sealed)


async def _looked(tx: Tx, world: World, clerk: Clerk, found: Objection) -> None:
    await persons.look(
        tx,
        region_code=clerk.region_code,
        person_id=found.person_id,
        viewer_id=clerk.id,
        reason="objection",
        at=world.now(),
    )
