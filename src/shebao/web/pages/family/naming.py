"""Naming (帮其他人缴): the form for somebody new, and the code to their telephone where asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from shebao.core.entrance.way import Feature
from shebao.core.identity import IdType
from shebao.core.person import masked_phone, parse_phone
from shebao.core.policy.region import PaysFor
from shebao.core.refusals import Refusal
from shebao.operations.codes import CODE_LIVES
from shebao.operations.family.naming import (
    Naming,
    OnlyForOneself,
    begin_naming,
    finish_naming,
    name_payee,
)
from shebao.operations.sign_in import Claim
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.cookies import NAMING, Cookie, forget
from shebao.web.fields import path_with
from shebao.web.keeping import found, kept
from shebao.web.pages.entrance.arriving import ID_TYPES, claim_of
from shebao.web.visit import Visit

_WAITS: Final = CODE_LIVES * 3


@dataclass(eq=False)
class NamingBegunElsewhere(Refusal):
    """The naming this code belongs to is not this browser's, or is too old."""


async def show(visit: Visit) -> Answer:
    """The form for somebody new. Raises OnlyForOneself where one pays only for oneself."""
    if not visit.channel.pays_for.others:
        raise OnlyForOneself(visit.channel.id)
    there = visit.form.all("person") or visit.query.all("person")
    typed = found(visit, NAMING) or {}
    return Page(
        "for-whom-other.html",
        {
            "id_types": ID_TYPES,
            "name": visit.typed("name", typed.get("name", "")),
            "id_type": visit.typed("id_type", typed.get("id_type", IdType.RESIDENT)),
            "number": visit.typed("number", typed.get("number", "")),
            "phone": visit.typed("phone", typed.get("phone", "")),
            "guardian": bool(visit.form.one("guardian") or typed.get("guardian")),
            "by_code": _by_code(visit),
            "there": there,
            "back": path_with("/for-whom", person=there),
        },
    )


async def name(visit: Visit) -> Answer:
    """Take a name and a number, and go on: with the code, or with what that person owes."""
    if not visit.channel.pays_for.others:
        raise OnlyForOneself(visit.channel.id)
    session, form = visit.signed_in, visit.form
    if _by_code(visit):
        claim = claim_of(visit, lambda: parse_phone(form.one("phone")))
        typed = {
            "name": claim.name,
            "id_type": claim.id_type,
            "number": claim.number,
            "phone": form.one("phone"),
            "guardian": form.one("guardian"),
            "there": list(form.all("person")),
        }
        return await _send(visit, typed)
    person = await name_payee(
        visit.world,
        region_code=session.region_code,
        entry_channel=visit.channel.id,
        payer_id=session.person_id,
        claim=claim_of(visit),
        guardian=bool(form.one("guardian")),
    )
    return SeeOther(onward(visit, [*form.all("person"), person.id]))


async def code(visit: Visit) -> Answer:
    """The form for the code that the other telephone was sent."""
    typed = found(visit, NAMING)
    if typed is None:
        return SeeOther("/for-whom/other")
    shows = {"phone": masked_phone(typed["phone"]), "inbox_url": visit.site.inbox_url}
    return Page("family/code.html", {**shows, "again": "again" in visit.query})


async def bring_code(visit: Visit) -> Answer:
    """Take the code, and go on with what that person owes; or send another."""
    typed = found(visit, NAMING)
    if typed is None:
        raise NamingBegunElsewhere
    if visit.form.one("act") == "again":
        return await _send(visit, typed)
    person = await finish_naming(
        visit.world,
        _naming(visit, typed),
        code_id=typed["code_id"],
        code=visit.form.one("code"),
    )
    there = onward(visit, [*typed["there"], person.id])
    return SeeOther(there, (forget(NAMING),))


def onward(visit: Visit, people: Sequence[str]) -> str:
    """What comes after naming: one person's insurances, where that is the way here; else all."""
    alone = len(people) == 1 and visit.channel.offers(Feature.PAY_TYPES)
    return path_with("/insured" if alone else "/items", person=people)


def _by_code(visit: Visit) -> bool:
    return visit.channel.pays_for is PaysFor.OTHERS_BY_PHONE_CODE


async def _send(visit: Visit, typed: Mapping[str, Any]) -> SeeOther:
    phone = parse_phone(typed["phone"])
    code_id = await begin_naming(visit.world, _naming(visit, typed), phone=phone)
    cookie = _keep(visit, {**typed, "phone": phone, "code_id": code_id})
    again = "?again=1" if visit.form.one("act") == "again" else ""
    return SeeOther(f"/for-whom/other/code{again}", (cookie,))


def _keep(visit: Visit, typed: Mapping[str, Any]) -> Cookie:
    return kept(visit, NAMING, typed, lives=_WAITS)


def _naming(visit: Visit, typed: Mapping[str, Any]) -> Naming:
    session = visit.signed_in
    return Naming(
        region_code=session.region_code,
        entry_channel=visit.channel.id,
        payer_id=session.person_id,
        claim=Claim(typed["name"], IdType(typed["id_type"]), typed["number"]),
        guardian=bool(typed["guardian"]),
    )
