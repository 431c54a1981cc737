"""Refunds (退费审核): what waits, one request with the entry it would make, yes or no."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from shebao.core.desk.clerk import Duty
from shebao.core.money import total
from shebao.core.person import masked_name
from shebao.operations.desk.decide import Preview, approve, check, preview, queue, reject
from shebao.operations.desk.requests import Askable, ask_for, askable_for
from shebao.operations.issue_receipts import METHOD_NAMES
from shebao.store.desk.requests import Listed
from shebao.web import wording
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.console.entries import entry_shown
from shebao.web.fields import path_with
from shebao.web.pages.refunds.one import ask_shown, asked
from shebao.web.telling import REQUEST_STATES, WHY_BY_HAND
from shebao.web.visit import Visit

_QUEUE: Final = "/console/refunds"


async def show(visit: Visit) -> Answer:
    """What waits for a decision, the oldest first, and what was decided last."""
    waiting, decided = await queue(visit.world, visit.clerk.region_code)
    return Page(
        "console/refunds.html",
        {"waiting": _rows(visit, waiting), "decided": _rows(visit, decided)},
    )


async def one(visit: Visit) -> Answer:
    """One request, what can be shown for it, and the entry that approving would write."""
    seen = await preview(visit.world, visit.clerk, visit.parts["request_id"])
    return Page("console/refund.html", _shown(visit, seen))


async def take_up(visit: Visit) -> Answer:
    """A first clerk has looked at it."""
    request_id = visit.parts["request_id"]
    await check(visit.world, visit.clerk, request_id)
    return SeeOther(f"{_QUEUE}/{request_id}")


async def agree(visit: Visit) -> Answer:
    """Approve."""
    request_id = visit.parts["request_id"]
    await approve(visit.world, visit.clerk, request_id)
    return SeeOther(f"{_QUEUE}/{request_id}")


async def refuse(visit: Visit) -> Answer:
    """Reject, with the reason."""
    request_id = visit.parts["request_id"]
    await reject(visit.world, visit.clerk, request_id, visit.form.one("reason"))
    return SeeOther(f"{_QUEUE}/{request_id}")


async def new(visit: Visit) -> Answer:
    """The form to ask for somebody: first the receipt's number, then why."""
    number = "".join(visit.query.one("number").split())
    if not number:
        return Page("console/refund-new.html", {"number": "", "found": None})
    found = await askable_for(visit.world, visit.clerk, number)
    if found.standing is not None:
        return SeeOther(f"{_QUEUE}/{found.standing.id}")
    return _form(visit, number, found)


async def new_again(visit: Visit) -> Answer:
    """The same form, with what was typed and what is wrong with it."""
    number = visit.form.one("number")
    return _form(visit, number, await askable_for(visit.world, visit.clerk, number))


async def send(visit: Visit) -> Answer:
    """Ask for somebody."""
    wanted = asked(visit, visit.clerk.region_code, visit.form.one("number"))
    request_id = await ask_for(visit.world, wanted, visit.clerk)
    return SeeOther(f"{_QUEUE}/{request_id}")


def _form(visit: Visit, number: str, found: Askable) -> Page:
    shown = ask_shown(visit, found)
    return Page("console/refund-new.html", {"number": number, "found": shown})


def _rows(visit: Visit, listed: Sequence[Listed]) -> list[Mapping[str, Any]]:
    now = visit.world.now()
    return [
        {
            "request": row.request,
            "ground": row.request.ground.label,
            "person": masked_name(row.name),
            "number": row.number_masked,
            "name": wording.item_name(visit.region.scheme(row.scheme)),
            "period": row.period.label,
            "days": (now - row.request.asked_at).days,
            "said": REQUEST_STATES[row.request.state][0],
            "colour": REQUEST_STATES[row.request.state][1],
        }
        for row in listed
    ]


def _shown(visit: Visit, seen: Preview) -> Mapping[str, Any]:
    request, found, refund = seen.seen.request, seen.seen.found, seen.seen.refund
    above = seen.in_all > seen.four_eyes_above
    first = request.first_clerk
    return {
        "request": request,
        "ground": request.ground.label,
        "said": REQUEST_STATES[request.state][0],
        "colour": REQUEST_STATES[request.state][1],
        "name": wording.item_name(visit.region.scheme(found.scheme)),
        "period": found.period.label,
        "label": found.label,
        "person": masked_name(found.insured_name),
        "payer": found.payer_shown,
        "method": METHOD_NAMES[found.method],
        "reference": found.reference,
        "paid_at": found.paid_at,
        "asked_by": _who(seen, request.asked_by),
        "checked_by": _who(seen, request.checked_by),
        "decided_by": _who(seen, request.decided_by),
        "refund_state": refund.state if refund else "",
        "why_by_hand": WHY_BY_HAND[refund.why][0] if refund else "",
        "by_channel": seen.by_channel,
        "limit": seen.four_eyes_above,
        "in_all": seen.in_all,
        "together": [one for one in seen.together if one.id != request.id],
        "together_sum": total(one.amount for one in seen.together),
        "above": above,
        "lines": entry_shown(seen.entry),
        "open": request.state.is_open,
        "may_check": request.state == "asked" and visit.clerk.may(Duty.REFUND_ASK) and not first,
        "may_approve": visit.clerk.may(Duty.REFUND_APPROVE)
        and not (above and first in {None, visit.clerk.id}),
        "may_reject": visit.clerk.may(Duty.REFUND_APPROVE),
        "own": above and first == visit.clerk.id,
        "where": path_with("/console/where", q=request.order_id),
    }


def _who(seen: Preview, id_: str | None) -> str:
    """A clerk by name; anybody else asked for themselves."""
    if id_ is None:
        return ""
    return masked_name(seen.names[id_]) if id_ in seen.names else "缴费人自己"
