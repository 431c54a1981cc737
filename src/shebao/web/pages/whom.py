"""Whom (为谁缴费): oneself, somebody one has named before, or somebody new."""

from __future__ import annotations

from shebao.core.entrance.way import Feature
from shebao.core.person import masked_name
from shebao.operations.family.kinship import children
from shebao.operations.past_payments import payees
from shebao.web import wording
from shebao.web.answers import Answer, Page
from shebao.web.fields import path_with
from shebao.web.visit import Visit


async def show(visit: Visit) -> Answer:
    """Whom to pay for. `person` in the address are those who are in the basket already."""
    session = visit.signed_in
    there = visit.query.all("person")
    known = await payees(visit.world, region_code=session.region_code, payer_id=session.person_id)
    mine = await children(visit.world, region_code=session.region_code, parent_id=session.person_id)
    return Page(
        "for-whom.html",
        {
            "own": {"id": session.person_id, "number": session.number_masked},
            "own_name": masked_name(session.name),
            "own_there": session.person_id in there,
            "payees": [
                {**wording.person_shown(person, own=False), "child": person.id in mine}
                for person in known
                if person.id not in there
            ],
            "there": there,
            "others": visit.channel.pays_for.others,
            "favourites": visit.channel.offers(Feature.FAVOURITES),
            "channel_name": visit.channel.name,
            "other_href": path_with("/for-whom/other", person=there),
            "onward": "/insured" if _by_insurance(visit, there) else "/items",
            "self_words": wording.city_word(visit.region, "self"),
        },
    )


def _by_insurance(visit: Visit, there: tuple[str, ...]) -> bool:
    """Whether one chooses an insurance next; several people are paid for together instead."""
    return not there and visit.channel.offers(Feature.PAY_TYPES)
