"""Several (退其中几项): choose parts of a payment, see what goes back to whom, and ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shebao.core.collection import PERSONAL
from shebao.core.money import total
from shebao.core.period import Period
from shebao.core.person import masked_name
from shebao.core.policy.fund import Fund, Payer
from shebao.core.policy.returning import Ground
from shebao.operations.desk.requests import RefundAskedBefore
from shebao.operations.desk.several import (
    AskSeveral,
    PartAskable,
    ask_several,
    parts_askable,
    rules_in_common,
)
from shebao.operations.issue_receipts import METHOD_NAMES
from shebao.web import wording
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.pages.refunds.one import GroundNeeded, rules_shown
from shebao.web.telling import REQUEST_STATES
from shebao.web.visit import Visit


async def show(visit: Visit) -> Answer:
    """The parts to choose from; once some are chosen, what goes back, and why."""
    session = visit.signed_in
    parts = await parts_askable(
        visit.world,
        region_code=session.region_code,
        order_id=visit.parts["order_id"],
        viewer_id=session.person_id,
    )
    return Page("refunds/several.html", {**several_shown(visit, parts), "path": visit.path})


async def send(visit: Visit) -> Answer:
    """Ask for what was chosen, and see how it goes on."""
    session = visit.signed_in
    wanted = several_asked(visit, session.region_code, visit.parts["order_id"])
    try:
        asked = await ask_several(visit.world, wanted, payer_id=session.person_id)
    except RefundAskedBefore as before:
        return SeeOther(f"/refunds/{before.request_id}")
    return SeeOther(f"/refunds/{asked[0]}" if len(asked) == 1 else "/refunds")


def several_asked(visit: Visit, region_code: str, order_id: str) -> AskSeveral:
    """What the form asks for. Raises GroundNeeded."""
    ground = visit.form.one("ground")
    if ground not in set(Ground):
        raise GroundNeeded
    numbers, evidence = visit.form.all("number"), visit.form.one("evidence")
    return AskSeveral(region_code, order_id, numbers, Ground(ground), evidence)


def several_shown(visit: Visit, parts: Sequence[PartAskable]) -> Mapping[str, Any]:
    """The parts of a payment, those that were chosen, and where their money would go."""
    numbers = {*visit.query.all("number"), *visit.form.all("number")}
    chosen = [
        part for part in parts if part.may_be_chosen and str(part.content.receipt_number) in numbers
    ]
    rest = [part for part in parts if part not in chosen and _is_paid(part)]
    return {
        "parts": [_part(visit, part, on=part in chosen) for part in parts],
        "chosen": [_part(visit, part, on=True) for part in chosen],
        "nothing": not any(part.may_be_chosen for part in parts),
        "back": total(part.content.amount for part in chosen),
        "rest": total(part.content.amount for part in rest),
        "rest_count": len(rest),
        "rules": rules_shown(rules_in_common(chosen)) if chosen else [],
        "ground": visit.typed("ground"),
        "evidence": visit.typed("evidence"),
    }


def _is_paid(part: PartAskable) -> bool:
    """Whether nothing of it goes back so far."""
    return part.askable is not None and part.standing is None


def _part(visit: Visit, part: PartAskable, *, on: bool) -> Mapping[str, Any]:
    content, standing = part.content, part.standing
    found = part.askable.found if part.askable else None
    shares = found.shares if found else ()
    return {
        "number": content.receipt_number,
        "name": wording.item_name(visit.region.scheme(content.scheme)),
        "person": masked_name(content.name),
        "period": Period.parse(content.period).label,
        "label": content.label,
        "amount": content.amount,
        "may": part.may_be_chosen,
        "on": on,
        "request": standing.id if standing else "",
        "said": REQUEST_STATES[standing.state][0] if standing else "",
        "gone": part.askable is None,
        "method": METHOD_NAMES[found.method] if found else "",
        "own": [
            {"fund": Fund(one.fund).label, "amount": one.amount}
            for one in shares
            if one.payer == PERSONAL
        ],
        "others": [
            {
                "whose": Payer(one.payer).label,
                "fund": Fund(one.fund).label,
                "amount": one.amount,
            }
            for one in shares
            if one.payer != PERSONAL
        ],
    }
