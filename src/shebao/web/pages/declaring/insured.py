"""Insured (参保信息选择): what somebody belongs to, to choose what to pay for; or whom to ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shebao.core.enrolment import Enrolment, EnrolmentState
from shebao.core.entrance.way import Feature
from shebao.core.period import Period
from shebao.operations.belongings import Belonging, belongings
from shebao.web import wording
from shebao.web.answers import Answer, Page
from shebao.web.pages.home import agencies
from shebao.web.visit import Visit

_STATES = {
    EnrolmentState.ACTIVE: ("正常参保", "ok"),
    EnrolmentState.SUSPENDED: ("暂停参保", "wn"),
}


async def show(visit: Visit) -> Answer:
    """The insurances of one person, those in force ticked."""
    found = await belonging_of(visit)
    own = found.person.id == visit.signed_in.person_id
    rows = [_row(visit, one) for one in found.enrolments]
    return Page(
        "declaring/insured.html",
        {
            "title": wording.word_here(visit, "insured"),
            "person": wording.person_shown(found.person, own=own),
            "rows": rows,
            "any_active": any(row["active"] for row in rows),
            "agencies": agencies(visit),
            "no_enrolment": wording.city_word(visit.region, "no_enrolment"),
            "amounts": visit.channel.offers(Feature.AMOUNTS),
            "amount_setting": wording.city_word(visit.region, "amount_setting"),
        },
    )


async def belonging_of(visit: Visit) -> Belonging:
    """The person the address names, or oneself, and what they belong to. Raises NotYours."""
    session = visit.signed_in
    asked = visit.form.one("person") or visit.query.one("person") or session.person_id
    return await belongings(
        visit.world, region_code=session.region_code, viewer_id=session.person_id, person_id=asked
    )


def _row(visit: Visit, one: Enrolment) -> Mapping[str, Any]:
    region = visit.region
    scheme = region.scheme(one.scheme)
    said, colour = _STATES.get(one.state, ("已终止", ""))
    district = region.districts.get(one.district or "", "")
    year = Period(visit.world.today(region.code).year)
    category = wording.category_name(scheme, one.category, year)
    return {
        "id": one.id,
        "name": wording.item_name(scheme),
        "line": " · ".join(part for part in (region.name, district, category) if part),
        "said": said,
        "colour": colour,
        "active": one.state is EnrolmentState.ACTIVE,
    }
