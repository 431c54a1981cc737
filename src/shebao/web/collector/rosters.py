"""Rosters (名册): the list of them, sending a file, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from shebao.core.period import Period
from shebao.core.policy.scheme import PeriodKind, Scheme
from shebao.core.policy.window import open_periods
from shebao.core.roster.collector import Collector
from shebao.core.roster.line import LineState
from shebao.core.roster.roster import LINES_MOST, RosterEmpty, RosterState
from shebao.operations.roster.check import Upload, keep_file
from shebao.operations.roster.collectors import who_collects
from shebao.operations.roster.look import (
    Progress,
    file_with_reasons,
    look_at_lines,
    look_at_roster,
    rosters_of,
)
from shebao.operations.roster.take_in import close_roster, discard, take_in
from shebao.operations.roster.template import template_of
from shebao.web.answers import Answer, Download, Page, SeeOther
from shebao.web.collector.progress import progress_page
from shebao.web.collector.wording import ROSTERS, periods_of, reason_of
from shebao.web.visit import Visit

_EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NAME_MOST: Final = 120
_YEARS: Final = ("1", "2", "3", "4", "5")


async def show(visit: Visit) -> Answer:
    """The rosters of a collector, and the form to send another."""
    collector, found = await rosters_of(visit.world, visit.clerk)
    schemes = _schemes(visit, collector)
    chosen = visit.typed("what")
    return Page(
        "collector/rosters.html",
        {
            "collector": collector.name,
            "kind": collector.kind.label,
            "rosters": [
                {
                    "id": one.id,
                    "title": one.title,
                    "scheme": visit.region.scheme(one.scheme).name,
                    "periods": periods_of(one),
                    "lines": one.lines,
                    "made_at": one.made_at,
                    "said": ROSTERS[one.state],
                }
                for one in found
            ],
            "what": [
                {
                    "value": f"{scheme.id}/{period}",
                    "name": f"{scheme.name}，{period.label}",
                    "on": f"{scheme.id}/{period}" == chosen,
                }
                for scheme in schemes
                for period in open_periods(scheme, on=visit.world.today(visit.region.code))
            ],
            "schemes": [{"id": one.id, "name": one.name} for one in schemes],
            "years": _YEARS if any(one.prepaid for one in schemes) else (),
            "title": visit.typed("title"),
            "most": LINES_MOST,
        },
    )


async def send(visit: Visit) -> Answer:
    """Take a file, and judge it."""
    if not visit.form.files:
        raise RosterEmpty
    sent = visit.form.files[0]
    scheme, _, period = visit.form.one("what").partition("/")
    years = visit.form.one("years", "1")
    try:
        first = Period.parse(period)
    except ValueError:
        raise RosterEmpty from None
    upload = Upload(
        scheme=scheme,
        first=first,
        years=int(years) if years in _YEARS and first.month is None else 1,
        title=visit.form.one("title"),
        file_name=sent.name[-_NAME_MOST:],
        content=sent.content,
    )
    checked = await keep_file(visit.world, visit.clerk, upload, says=reason_of)
    return SeeOther(f"/collector/rosters/{checked.roster.id}")


async def template(visit: Visit) -> Answer:
    """The template of a scheme, as an Excel file."""
    collector = await who_collects(visit.world, visit.clerk)
    scheme = visit.region.scheme(visit.query.one("scheme"))
    content = template_of(visit.world, collector, scheme.id)
    return Download(content, _EXCEL, f"名册模板-{scheme.name}.xlsx")


async def one(visit: Visit) -> Answer:
    """A roster: what is wrong with the file, or once it was taken in how far it has come."""
    seen = await look_at_roster(visit.world, visit.clerk, visit.parts["roster_id"])
    if seen.roster.state is not RosterState.CHECKED:
        return progress_page(visit, seen)
    return await _checked(visit, seen)


async def file(visit: Visit) -> Answer:
    """The file as it came, with what is wrong beside each line."""
    back = await file_with_reasons(
        visit.world,
        visit.clerk,
        visit.parts["roster_id"],
        only=visit.query.one("only") == "1",
    )
    return Download(back.content, _EXCEL if back.name.endswith("xlsx") else "text/csv", back.name)


async def accept(visit: Visit) -> Answer:
    """Let the good lines go on."""
    roster = await take_in(visit.world, visit.clerk, visit.parts["roster_id"])
    return SeeOther(f"/collector/rosters/{roster.id}")


async def let_be(visit: Visit) -> Answer:
    """Let a file be, and send another."""
    await discard(visit.world, visit.clerk, visit.parts["roster_id"])
    return SeeOther("/collector")


async def close(visit: Visit) -> Answer:
    """The collecting is over."""
    roster_id = visit.parts["roster_id"]
    await close_roster(visit.world, visit.clerk, roster_id)
    return SeeOther(f"/collector/rosters/{roster_id}")


async def _checked(visit: Visit, seen: Progress) -> Page:
    wrong = await look_at_lines(
        visit.world, visit.clerk, seen.roster.id, standings=("refused", "exempt")
    )
    counts = {
        state: sum(one.lines for one in seen.judged if one.state is state) for state in LineState
    }
    return Page(
        "collector/checked.html",
        {
            "roster": seen.roster,
            "periods": periods_of(seen.roster),
            "good": counts[LineState.LISTED] + counts[LineState.APPLYING],
            "applying": counts[LineState.APPLYING],
            "exempt": counts[LineState.EXEMPT],
            "repeated": counts[LineState.REPEATED],
            "refused": counts[LineState.REFUSED],
            "wrong": [_line(one.line, one.group, one.says) for one in wrong],
        },
    )


def _line(line: int, group: str, says: str) -> Mapping[str, Any]:
    return {"line": line, "group": group, "says": says}


def _schemes(visit: Visit, collector: Collector) -> list[Scheme]:
    """What may be collected here for whom there is nothing to choose first, each once."""
    ids = dict.fromkeys(scope.scheme for scope in collector.scopes)
    found = [visit.region.scheme(id_) for id_ in ids]
    return [one for one in found if one.kind is PeriodKind.YEAR]
