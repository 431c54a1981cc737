"""Home (首页): what is due, what waits to be paid, and the services there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from shebao.core.entrance.way import Feature
from shebao.core.person import masked_name
from shebao.core.policy.region import Agency
from shebao.operations.look_at_order import waiting_orders
from shebao.operations.payables import Ask, Payables
from shebao.web import wording
from shebao.web.answers import Answer, Page
from shebao.web.pages.basket.cities import may_pay_together
from shebao.web.pages.services.lapses import lapses_shown
from shebao.web.pages.services.top_up import may_top_up
from shebao.web.visit import Visit

_WORDS: Final = (
    *("self", "others", "records", "amount_setting", "amount_voiding", "declarations"),
    *("batch_tier", "offices"),
)


async def show(visit: Visit) -> Answer:
    """What is due for oneself, and the way to everything else."""
    session, region = visit.signed_in, visit.region
    owed = await visit.site.payables.put(
        Ask(session.region_code, session.person_id, session.person_id)
    )
    waiting = await waiting_orders(
        visit.world, region_code=session.region_code, payer_id=session.person_id
    )
    today = visit.world.today(region.code)
    untils = [due.bill.payable_until for due in owed.due if due.bill.payable_until]
    untils += [wanted.window.payable_until for wanted in owed.to_choose]
    return Page(
        "home.html",
        {
            "name": masked_name(session.name),
            "number": session.number_masked,
            "rows": [*_due(owed), *_to_choose(owed)],
            "enrolled": owed.enrolled,
            "deadline": wording.deadline(min(untils), today) if untils else "",
            "waiting": len(waiting),
            "lapses": await lapses_shown(visit, session.person_id),
            "others": visit.channel.pays_for.others,
            "agreements": region.agreement is not None,
            "words": {key: wording.word_here(visit, key) for key in _WORDS},
            "pay_types": visit.channel.offers(Feature.PAY_TYPES),
            "amounts": visit.channel.offers(Feature.AMOUNTS),
            "batch_tier": visit.channel.offers(Feature.BATCH_TIER),
            "offices": visit.channel.offers(Feature.OFFICES),
            "top_up": may_top_up(visit),
            "together": may_pay_together(visit),
            "agencies": agencies(visit),
        },
    )


def agencies(visit: Visit) -> list[Agency]:
    """Whom to ask in this region, each once."""
    found: dict[str, Agency] = {}
    for agency in visit.region.agencies.values():
        found.setdefault(agency.phone, agency)
    return list(found.values())


def _due(owed: Payables) -> list[Mapping[str, Any]]:
    return [
        {
            "name": wording.item_name(due.scheme),
            "line": wording.bill_line(due.bill),
            "amount": due.bill.amount,
            "choose": "",
            "href": "/items",
        }
        for due in owed.due
    ]


def _to_choose(owed: Payables) -> list[Mapping[str, Any]]:
    rows: list[Mapping[str, Any]] = []
    for wanted in owed.to_choose:
        choose, last = wording.choose_words(wanted)
        line = f"{wanted.periods[0].label} · {last}"
        rows.append(
            {
                "name": wording.item_name(wanted.scheme),
                "line": line,
                "amount": None,
                "choose": choose,
                "href": f"/choose/{wanted.enrolment.id}",
            }
        )
    return rows
