"""Whom (为谁缴费): oneself, somebody one has named before, or somebody new."""

from __future__ import annotations

from shebao.core.identity import IdType, parse_id
from shebao.core.person import masked_name, parse_name
from shebao.operations.enrol import OnlyForOneself, name_payee
from shebao.operations.past_payments import payees
from shebao.operations.sign_in import Claim
from shebao.web import wording
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.fields import path_with
from shebao.web.mistakes import all_of
from shebao.web.pages.sign_in import ID_TYPES, id_type_of
from shebao.web.visit import Visit


async def show(visit: Visit) -> Answer:
    """Whom to pay for. `person` in the address are those who are in the basket already."""
    session = visit.signed_in
    there = visit.query.all("person")
    known = await payees(visit.world, region_code=session.region_code, payer_id=session.person_id)
    return Page(
        "for-whom.html",
        {
            "own": {"id": session.person_id, "number": session.number_masked},
            "own_name": masked_name(session.name),
            "own_there": session.person_id in there,
            "payees": [
                wording.person_shown(person, own=False)
                for person in known
                if person.id not in there
            ],
            "there": there,
            "others": visit.channel.pays_for.others,
            "channel_name": visit.channel.name,
            "other_href": path_with("/for-whom/other", person=there),
            "self_words": wording.city_word(visit.region, "self"),
        },
    )


async def other(visit: Visit) -> Answer:
    """The form for somebody new. Raises OnlyForOneself where one pays only for oneself."""
    if not visit.channel.pays_for.others:
        raise OnlyForOneself(visit.channel.id)
    there = visit.form.all("person") or visit.query.all("person")
    return Page(
        "for-whom-other.html",
        {
            "id_types": ID_TYPES,
            "name": visit.typed("name"),
            "id_type": visit.typed("id_type", IdType.RESIDENT),
            "number": visit.typed("number"),
            "there": there,
            "back": path_with("/for-whom", person=there),
        },
    )


async def name(visit: Visit) -> Answer:
    """Take a name and a number, and go on with what that person owes."""
    session, form = visit.signed_in, visit.form
    id_type = id_type_of(form.one("id_type"))
    all_of(
        lambda: parse_name(form.one("name")),
        lambda: parse_id(id_type, form.one("number"), on=visit.world.today(session.region_code)),
    )
    person = await name_payee(
        visit.world,
        region_code=session.region_code,
        entry_channel=visit.channel.id,
        payer_id=session.person_id,
        claim=Claim(form.one("name"), id_type, form.one("number")),
    )
    return SeeOther(path_with("/items", person=[*form.all("person"), person.id]))
