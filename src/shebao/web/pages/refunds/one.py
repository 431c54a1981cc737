"""One (退一项): ask for the money of a receipt, see how far it has come, or let it be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shebao.core.period import Period
from shebao.core.person import masked_name
from shebao.core.policy.returning import Ground, ReturnRule
from shebao.core.refusals import Refusal
from shebao.operations.desk.requests import (
    Ask,
    Askable,
    NothingToGiveBack,
    RefundAskedBefore,
    ask,
    askable,
    look_at_request,
    requests_of,
    take_back,
)
from shebao.operations.issue_receipts import METHOD_NAMES
from shebao.web import wording
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.drawing import day
from shebao.web.telling import REQUEST_STATES, refund_told
from shebao.web.visit import Visit


@dataclass(eq=False)
class GroundNeeded(Refusal):
    """No ground was chosen."""


async def begin(visit: Visit) -> Answer:
    """The form; or the request there is already."""
    found = await _askable(visit)
    if found.standing is not None:
        return SeeOther(f"/refunds/{found.standing.id}")
    return await form(visit)


async def form(visit: Visit) -> Answer:
    """The grounds there are, with their last days, and room for what can be shown."""
    found = await _askable(visit)
    return Page("refunds/ask.html", {**ask_shown(visit, found), "path": visit.path})


async def send(visit: Visit) -> Answer:
    """Ask, and see how it goes on."""
    session = visit.signed_in
    try:
        request_id = await ask(
            visit.world,
            asked(visit, session.region_code, visit.parts["number"]),
            payer_id=session.person_id,
        )
    except RefundAskedBefore as before:
        return SeeOther(f"/refunds/{before.request_id}")
    return SeeOther(f"/refunds/{request_id}")


async def show(visit: Visit) -> Answer:
    """One request: what was asked, how it stands, what comes next."""
    session = visit.signed_in
    seen = await look_at_request(
        visit.world,
        region_code=session.region_code,
        request_id=visit.parts["request_id"],
        viewer_id=session.person_id,
    )
    request, found = seen.request, seen.found
    said, colour = REQUEST_STATES[request.state]
    return Page(
        "refunds/request.html",
        {
            "request": request,
            "ground": request.ground.label,
            "said": said,
            "colour": colour,
            "goes_on": refund_told(seen.refund, request.state),
            "open": request.state.is_open,
            "name": wording.item_name(visit.region.scheme(found.scheme)),
            "person": masked_name(found.insured_name),
            "period": found.period.label,
            "method": METHOD_NAMES[found.method],
        },
    )


async def mine(visit: Visit) -> Answer:
    """Everything asked for, newest first."""
    session = visit.signed_in
    found = await requests_of(
        visit.world, region_code=session.region_code, payer_id=session.person_id
    )
    rows = [
        {
            "request": request,
            "ground": request.ground.label,
            "said": REQUEST_STATES[request.state][0],
            "colour": REQUEST_STATES[request.state][1],
        }
        for request in found
    ]
    return Page("refunds/mine.html", {"rows": rows})


async def withdraw(visit: Visit) -> Answer:
    """Take a request back, as long as nobody has decided it."""
    session, request_id = visit.signed_in, visit.parts["request_id"]
    await take_back(
        visit.world,
        region_code=session.region_code,
        request_id=request_id,
        payer_id=session.person_id,
    )
    return SeeOther(f"/refunds/{request_id}")


async def _askable(visit: Visit) -> Askable:
    session = visit.signed_in
    return await askable(
        visit.world,
        region_code=session.region_code,
        number=visit.parts["number"],
        viewer_id=session.person_id,
    )


def asked(visit: Visit, region_code: str, number: str) -> Ask:
    """What the form asks for. Raises GroundNeeded."""
    ground = visit.form.one("ground")
    if ground not in set(Ground):
        raise GroundNeeded
    return Ask(region_code, number, Ground(ground), visit.form.one("evidence"))


def ask_shown(visit: Visit, found: Askable) -> Mapping[str, Any]:
    """What may be asked for, as the forms of payers and clerks show it.

    Raises NothingToGiveBack when the bill's money is on its way back already.
    """
    full, receipt = found.found, found.found.receipt
    if full.receipt.void_reason:
        raise NothingToGiveBack(full.bill_state)
    return {
        "receipt": receipt,
        "name": wording.item_name(visit.region.scheme(full.scheme)),
        "person": masked_name(full.insured_name),
        "payer": full.payer_shown,
        "period": full.period.label,
        "label": full.label,
        "paid_at": full.paid_at,
        "method": METHOD_NAMES[full.method],
        "ground": visit.typed("ground"),
        "evidence": visit.typed("evidence"),
        "rules": rules_shown(found.rules, full.period),
        "order_id": receipt.order_id,
        "merged": found.parts > 1,
    }


def rules_shown(
    rules: Iterable[ReturnRule], period: Period | None = None
) -> list[Mapping[str, Any]]:
    """The grounds there are, what to show for each, and of one period until when."""
    last_days = [(rule, rule.last_day(period) if period else None) for rule in rules]
    return [
        {
            "id": rule.ground,
            "name": rule.ground.label,
            "shows": rule.shows,
            "until": f"{day(last)}以前可以申请" if last else "",
            "source": rule.source,
        }
        for rule, last in last_days
    ]
