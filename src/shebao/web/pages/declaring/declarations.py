"""Declarations (申报记录查询): what was submitted, of every channel; going on with it, or void."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from shebao.core.bill import BillState
from shebao.core.declaration import UNBILLED, Declaration, DeclarationState
from shebao.core.deduction.batch import ENTRY as BATCH_ENTRY
from shebao.core.whole import ENTRY as TOGETHER_ENTRY
from shebao.operations.declaring.declarations import declared_between, void_declaration
from shebao.operations.world import SHANGHAI
from shebao.web import wording
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.fields import path_with
from shebao.web.visit import Visit

_MONTHS_BACK: Final = timedelta(days=365)
_COLOURS: Final[Mapping[DeclarationState, str]] = {
    DeclarationState.PROCESSING: "b",
    DeclarationState.ACCEPTED: "ok",
    DeclarationState.REJECTED: "bd",
    DeclarationState.VOIDED: "",
}
_PAID: Final[Mapping[BillState, str]] = {
    BillState.PAYABLE: "还没有缴费",
    BillState.RESERVED: "正在缴费",
    BillState.PAID: "已缴费",
    BillState.SETTLED: "已缴费",
    BillState.REMITTED: "已缴费，已入库",
    BillState.REVERSING: "正在退费",
    BillState.REVERSED: "已退费",
}
_SAYS: Final = {UNBILLED: "那一年的标准公布以后，这个金额没有生成缴费信息，请重新设置"}


async def show(visit: Visit) -> Answer:
    """What was declared between two days, newest first; the last year, if no days were named."""
    session = visit.signed_in
    today = visit.world.now().astimezone(SHANGHAI).date()
    first = _day(visit.query.one("from"), today - _MONTHS_BACK)
    last = _day(visit.query.one("to"), today)
    backwards = last < first
    found = (
        []
        if backwards
        else await declared_between(
            visit.world,
            region_code=session.region_code,
            person_id=session.person_id,
            first=first,
            last=last,
        )
    )
    return Page(
        "declaring/declarations.html",
        {
            "title": wording.city_word(visit.region, "declarations"),
            "first": first,
            "last": last,
            "backwards": backwards,
            "rows": [_row(visit, one) for one in found],
        },
    )


async def void_it(visit: Visit) -> Answer:
    """Take one back."""
    session = visit.signed_in
    await void_declaration(
        visit.world,
        region_code=session.region_code,
        declaration_id=visit.parts["declaration_id"],
        payer_id=session.person_id,
    )
    return SeeOther("/declarations")


def _day(text: str, default: date) -> date:
    try:
        return date.fromisoformat(text) if text else default
    except ValueError:
        return default


def _row(visit: Visit, one: Declaration) -> Mapping[str, Any]:
    scheme = visit.region.scheme(one.scheme)
    kind = wording.kind_name(visit.region, one.kind)
    processing = one.state is DeclarationState.PROCESSING
    accepted = one.state is DeclarationState.ACCEPTED
    collected = one.held_through == BATCH_ENTRY
    mine = one.held_by is None or one.holder_id == visit.signed_in.person_id
    return {
        "id": one.id,
        "name": wording.item_name(scheme),
        "line": f"{one.period.label} · {kind}",
        "at": one.declared_at,
        "channel": _channel(visit, one.entry_channel),
        "amount": one.amount,
        "said": one.state.label,
        "colour": _COLOURS[one.state],
        "paid": _PAID.get(one.bill_state, "") if accepted and one.bill_state else "",
        "why": _SAYS.get(one.says, ""),
        "waits": processing,
        "go_on": _go_on(one) if one.unpaid and mine and not collected else "",
        "can_void": (one.unpaid and mine and not collected) or processing,
        "collected": collected and one.unpaid,
    }


def _go_on(one: Declaration) -> str:
    if one.bill_state is BillState.RESERVED:
        return f"/orders/{one.held_by}/pay"
    return path_with("/confirm", bill=one.bill_id or "", person=one.person_id)


def _channel(visit: Visit, entry: str) -> str:
    """Through which channel something was declared, as people know it."""
    if entry == BATCH_ENTRY:
        return "批量扣款"
    if entry == TOGETHER_ENTRY:
        return "家庭合并缴费"
    channel = visit.region.channels.get(entry)
    return channel.name if channel else "其他渠道"
