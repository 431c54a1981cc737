"""Kin (常用家人、谁看过我): the payer's list, and what the person paid for sees and decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shebao.core.entrance.way import Feature
from shebao.core.family.kin import KinState
from shebao.core.family.plea import NotOfferedHere
from shebao.core.person import masked_name
from shebao.operations.family import kinship
from shebao.operations.family.kinship import Seen
from shebao.operations.past_payments import payees
from shebao.web import wording
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.visit import Visit


async def favourites(visit: Visit) -> Answer:
    """Whom somebody has named to pay for, each to be taken out of the list."""
    _offered(visit)
    session = visit.signed_in
    known = await payees(visit.world, region_code=session.region_code, payer_id=session.person_id)
    mine = await kinship.children(
        visit.world, region_code=session.region_code, parent_id=session.person_id
    )
    people = [
        {**wording.person_shown(person, own=False), "child": person.id in mine} for person in known
    ]
    return Page("family/favourites.html", {"people": people})


async def remove(visit: Visit) -> Answer:
    """Take somebody out of the list."""
    _offered(visit)
    session = visit.signed_in
    await kinship.remove(
        visit.world,
        region_code=session.region_code,
        payer_id=session.person_id,
        person_id=visit.form.one("person"),
    )
    return SeeOther("/family")


async def who_saw(visit: Visit) -> Answer:
    """Who looked at my record, who paid for me, and who shall not."""
    session = visit.signed_in
    seen = await kinship.who_saw(
        visit.world, region_code=session.region_code, person_id=session.person_id
    )
    shows = {
        "payers": _payers(seen, session.person_id),
        "looks": [
            {
                "at": one.at,
                "who": wording.who_looked(
                    masked_name(one.viewer_name) if one.viewer_name else None,
                    own=one.viewer_id == session.person_id,
                    reason=one.reason,
                ),
                "why": wording.why_looked(one.reason),
            }
            for one in seen.looks
        ],
        "paid": [
            {
                "at": one.at,
                "who": one.payer_name,
                "what": wording.item_name(visit.region.scheme(one.scheme)),
                "period": one.period.label,
                "amount": one.amount,
                "href": f"/receipts/{one.number}",
            }
            for one in seen.paid
        ],
    }
    return Page("family/who-saw.html", shows)


async def forbid(visit: Visit) -> Answer:
    """Let somebody neither look nor pay any more."""
    session = visit.signed_in
    await kinship.forbid(
        visit.world,
        region_code=session.region_code,
        person_id=session.person_id,
        payer_id=visit.form.one("payer"),
    )
    return SeeOther("/me/who-saw")


async def allow(visit: Visit) -> Answer:
    """Let somebody name me again who was forbidden to."""
    session = visit.signed_in
    await kinship.allow_again(
        visit.world,
        region_code=session.region_code,
        person_id=session.person_id,
        payer_id=visit.form.one("payer"),
    )
    return SeeOther("/me/who-saw")


def _payers(seen: Seen, own_id: str) -> list[Mapping[str, Any]]:
    """Everybody who has named this person, or only looked by a link."""
    by_link = {
        look.viewer_id: {
            "id": look.viewer_id,
            "name": masked_name(look.viewer_name),
            "forbidden": False,
            "may": False,
            "since": look.at,
        }
        for look in seen.looks
        if look.viewer_name and look.viewer_id != own_id
    }
    named = {
        one.payer_id: {
            "id": one.payer_id,
            "name": masked_name(one.payer_name),
            "forbidden": one.state is KinState.FORBIDDEN,
            "may": one.state is KinState.ALLOWED,
            "since": one.added_at,
        }
        for one in seen.payers
    }
    return list({**by_link, **named}.values())


def _offered(visit: Visit) -> None:
    if not visit.channel.offers(Feature.FAVOURITES):
        raise NotOfferedHere(visit.channel.name)
