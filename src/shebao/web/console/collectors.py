"""Collectors (代收单位) and applications (参保登记): who may collect what, and who was enrolled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shebao.core.person import masked_name
from shebao.core.policy.window import open_periods
from shebao.core.refusals import Refusal
from shebao.core.roster.collector import Collector, CollectorKind, CollectorState, Scope
from shebao.core.roster.judging import categories_of
from shebao.operations.roster.applications import applications, decide_application
from shebao.operations.roster.collectors import (
    NewCollector,
    add_collector,
    close_collector,
    collectors_of,
    open_collector,
)
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.visit import Visit


async def show(visit: Visit) -> Answer:
    """The collectors of the region, and the form for another."""
    found = await collectors_of(visit.world, visit.region.code)
    ticked = set(visit.form.all("scope"))
    return Page(
        "console/collectors.html",
        {
            "collectors": [_shown(visit, one) for one in found],
            "kinds": [
                {"id": str(kind), "name": kind.label, "on": str(kind) == visit.typed("kind")}
                for kind in CollectorKind
            ],
            "scopes": [{**one, "on": one["value"] in ticked} for one in _offered(visit)],
            "districts": list(visit.region.districts.items()),
            "district": visit.typed("district"),
            "office": visit.typed("office"),
            "name": visit.typed("name"),
        },
    )


async def add(visit: Visit) -> Answer:
    """Add a collector."""
    form = visit.form
    kind, district = form.one("kind"), form.one("district") or None
    scopes = []
    for value in form.all("scope"):
        scheme, _, category = value.partition("/")
        scopes.append(Scope(scheme, category or None, district))
    new = NewCollector(
        office=form.one("office"),
        name=form.one("name"),
        kind=CollectorKind(kind) if kind in set(CollectorKind) else CollectorKind.SCHOOL,
        scopes=tuple(scopes),
    )
    await add_collector(visit.world, region_code=visit.region.code, new=new)
    return SeeOther("/console/collectors")


async def turn(visit: Visit) -> Answer:
    """Let a collector collect no more, or again."""
    turned = open_collector if visit.form.one("on") == "1" else close_collector
    await turned(visit.world, region_code=visit.region.code, office=visit.form.one("office"))
    return SeeOther("/console/collectors")


async def waiting(visit: Visit) -> Answer:
    """Who was listed and waits to be enrolled."""
    found = await applications(visit.world, visit.clerk)
    return Page(
        "console/applications.html",
        {
            "rows": [
                {
                    "id": one.enrolment.id,
                    "name": masked_name(one.name),
                    "number": one.number_masked,
                    "scheme": visit.region.scheme(one.enrolment.scheme).name,
                    "category": _category(visit, one.enrolment.scheme, one.enrolment.category),
                    "district": visit.region.districts.get(one.enrolment.district or "", ""),
                }
                for one in found
            ]
        },
    )


async def decide(visit: Visit) -> Answer:
    """Write down what the agency has decided."""
    await decide_application(
        visit.world,
        visit.clerk,
        visit.parts["enrolment_id"],
        admitted=visit.form.one("admitted") == "1",
    )
    return SeeOther("/console/applications")


def _shown(visit: Visit, one: Collector) -> Mapping[str, Any]:
    return {
        "office": one.office,
        "name": one.name,
        "kind": one.kind.label,
        "active": one.state is CollectorState.ACTIVE,
        "scopes": [
            "，".join(
                filter(
                    None,
                    (
                        visit.region.scheme(scope.scheme).name,
                        _category(visit, scope.scheme, scope.category),
                        visit.region.districts.get(scope.district or "", ""),
                    ),
                )
            )
            for scope in one.scopes
        ],
    }


def _offered(visit: Visit) -> list[dict[str, str]]:
    """What can be given: each yearly scheme that is open, whole or one category of it."""
    offered = []
    today = visit.world.today(visit.region.code)
    for scheme in visit.region.schemes.values():
        periods = open_periods(scheme, on=today)
        if not periods or periods[0].month is not None:
            continue
        offered.append({"value": f"{scheme.id}/", "name": f"{scheme.name}，所有类别"})
        kinds = {kind.id: kind.name for kind in _table(visit, scheme.id).values()}
        offered += [
            {"value": f"{scheme.id}/{id_}", "name": f"{scheme.name}，只收{name}"}
            for id_, name in kinds.items()
        ]
    return offered


def _category(visit: Visit, scheme: str, category: str | None) -> str:
    found = _table(visit, scheme).get(category or "")
    return found.name if found else ""


def _table(visit: Visit, scheme_id: str) -> Mapping[str, Any]:
    scheme = visit.region.scheme(scheme_id)
    today = visit.world.today(visit.region.code)
    periods = open_periods(scheme, on=today)
    try:
        return categories_of(scheme, periods[0], as_of=today) if periods else {}
    except Refusal:
        return {}
