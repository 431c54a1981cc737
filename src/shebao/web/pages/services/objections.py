"""Objections (异议): say what is wrong with a payment, bring evidence, and read the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shebao.core.desk.objection import (
    FILE_BYTES_MOST,
    FILES_MOST,
    Matter,
    Objection,
    ObjectionState,
)
from shebao.core.person import masked_name
from shebao.operations.desk.objections import (
    Brought,
    Complaint,
    ObjectedBefore,
    look_at_objection,
    object_to,
    objectable,
    objections_of,
    paper_of,
)
from shebao.store.receipts import ReceiptInFull
from shebao.web import wording
from shebao.web.answers import Answer, Download, Page, SeeOther
from shebao.web.telling import OBJECTION_STATES
from shebao.web.visit import Visit

_MEGABYTE = 1024 * 1024


async def begin(visit: Visit) -> Answer:
    """The form; or the objection that waits already, or was upheld."""
    session = visit.signed_in
    can = await objectable(
        visit.world,
        region_code=session.region_code,
        number=visit.parts["number"],
        viewer_id=session.person_id,
    )
    standing = next((one for one in can.before if one.state is not ObjectionState.DISMISSED), None)
    if standing is not None and standing.raised_by == session.person_id:
        return SeeOther(f"/objections/{standing.id}")
    return await form(visit)


async def form(visit: Visit) -> Answer:
    """What may be wrong, room to say it, and what may be brought along."""
    session = visit.signed_in
    can = await objectable(
        visit.world,
        region_code=session.region_code,
        number=visit.parts["number"],
        viewer_id=session.person_id,
    )
    return Page(
        "services/object.html",
        {
            **receipt_shown(visit, can.found),
            "path": visit.path,
            "matters": [{"id": one, "name": one.label} for one in Matter],
            "matter": visit.typed("matter"),
            "says": visit.typed("says"),
            "last_day": can.last_day,
            "in_time": can.in_time,
            "days": visit.region.objection_days,
            "files_most": FILES_MOST,
            "most_mb": FILE_BYTES_MOST // _MEGABYTE,
            "answered": [shown(one) for one in can.before],
            "agency": visit.region.agency_for(visit.region.scheme(can.found.scheme)),
        },
    )


async def send(visit: Visit) -> Answer:
    """Raise it, and see how it goes on."""
    session, sent = visit.signed_in, visit.form
    try:
        objection_id = await object_to(
            visit.world,
            Complaint(
                region_code=session.region_code,
                number=visit.parts["number"],
                viewer_id=session.person_id,
                matter=sent.one("matter"),
                says=sent.one("says"),
                files=tuple(Brought(one.name, one.content) for one in sent.files),
            ),
        )
    except ObjectedBefore as before:
        return SeeOther(f"/objections/{before.objection_id}")
    return SeeOther(f"/objections/{objection_id}")


async def mine(visit: Visit) -> Answer:
    """Everything one has objected to, newest first."""
    session = visit.signed_in
    found = await objections_of(
        visit.world, region_code=session.region_code, person_id=session.person_id
    )
    days = visit.region.objection_days
    return Page("services/objections.html", {"rows": [shown(one) for one in found], "days": days})


async def show(visit: Visit) -> Answer:
    """One objection: what was said and brought, and the answer."""
    session = visit.signed_in
    seen = await look_at_objection(
        visit.world,
        region_code=session.region_code,
        objection_id=visit.parts["objection_id"],
        viewer_id=session.person_id,
    )
    return Page(
        "services/objection.html",
        {
            **receipt_shown(visit, seen.found),
            "one": shown(seen.objection),
            "papers": seen.papers,
            "office": seen.answered_by,
        },
    )


async def paper(visit: Visit) -> Answer:
    """A file that was brought along, as it came."""
    session = visit.signed_in
    evidence, content = await paper_of(
        visit.world,
        region_code=session.region_code,
        objection_id=visit.parts["objection_id"],
        viewer_id=session.person_id,
        number=visit.number("paper"),
    )
    return Download(content, evidence.media_type, evidence.name)


def shown(one: Objection) -> Mapping[str, Any]:
    """An objection as pages show it."""
    said, colour = OBJECTION_STATES[one.state]
    return {
        "id": one.id,
        "number": one.receipt_number,
        "matter": one.matter.label,
        "says": one.says,
        "raised_at": one.raised_at,
        "said": said,
        "colour": colour,
        "state": one.state,
        "answer": one.answer,
        "answered_at": one.answered_at,
    }


def receipt_shown(visit: Visit, found: ReceiptInFull) -> Mapping[str, Any]:
    """What an objection is about, masked."""
    return {
        "number": found.receipt.number,
        "amount": found.receipt.amount,
        "name": wording.item_name(visit.region.scheme(found.scheme)),
        "person": masked_name(found.insured_name),
        "period": found.period.label,
        "label": found.label,
        "paid_at": found.paid_at,
    }
