"""Objections (异议答复): what payers say is wrong, with their evidence, and the answer to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from shebao.core.desk.clerk import Duty
from shebao.core.desk.objection import Objection, ObjectionEvent, ObjectionState
from shebao.core.refusals import Refusal
from shebao.operations.desk.objections import (
    ObjectionSeen,
    answer,
    look_for_clerk,
    paper_for_clerk,
    queue,
)
from shebao.web.answers import Answer, Download, Page, SeeOther
from shebao.web.fields import path_with
from shebao.web.pages.services.objections import receipt_shown, shown
from shebao.web.visit import Visit

_QUEUE: Final = "/console/objections"
_ANSWERS: Final = {str(one): one for one in (ObjectionEvent.UPHELD, ObjectionEvent.DISMISSED)}


@dataclass(eq=False)
class VerdictNeeded(Refusal):
    """It was not said whether the objection is right."""


async def show(visit: Visit) -> Answer:
    """What waits for an answer, the oldest first, and what was answered last."""
    waiting, answered = await queue(visit.world, visit.clerk)
    rows = {"waiting": _rows(visit, waiting), "answered": _rows(visit, answered)}
    return Page("console/objections.html", rows)


async def one(visit: Visit) -> Answer:
    """One objection, what it is about, its evidence, and room for the answer."""
    seen = await look_for_clerk(visit.world, visit.clerk, visit.parts["objection_id"])
    return Page("console/objection.html", _shown(visit, seen))


async def paper(visit: Visit) -> Answer:
    """A file that was brought along, as it came."""
    evidence, content = await paper_for_clerk(
        visit.world, visit.clerk, visit.parts["objection_id"], visit.number("paper")
    )
    return Download(content, evidence.media_type, evidence.name)


async def answer_it(visit: Visit) -> Answer:
    """Say whether it is right, and why."""
    event = _ANSWERS.get(visit.form.one("verdict"))
    if event is None:
        raise VerdictNeeded
    objection_id, says = visit.parts["objection_id"], visit.form.one("answer")
    await answer(visit.world, visit.clerk, objection_id, event=event, says=says)
    return SeeOther(f"{_QUEUE}/{objection_id}")


def _rows(visit: Visit, found: Sequence[Objection]) -> list[Mapping[str, Any]]:
    now = visit.world.now()
    return [{**shown(one), "days": (now - one.raised_at).days} for one in found]


def _shown(visit: Visit, seen: ObjectionSeen) -> Mapping[str, Any]:
    is_open = seen.objection.state is ObjectionState.OPEN
    number = seen.objection.receipt_number
    return {
        **receipt_shown(visit, seen.found),
        "one": shown(seen.objection),
        "papers": seen.papers,
        "office": seen.answered_by,
        "open": is_open,
        "may_answer": is_open and visit.clerk.may(Duty.OBJECTIONS),
        "verdict": visit.typed("verdict"),
        "answer": visit.typed("answer"),
        "where": path_with("/console/where", q=seen.found.receipt.order_id),
        "refund": path_with("/console/refunds/new", number=number)
        if visit.clerk.may(Duty.REFUND_ASK)
        else "",
    }
