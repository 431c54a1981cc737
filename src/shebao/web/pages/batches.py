"""Batches (批量扣款): what the bank will take, when, from which account; and how not to have it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from shebao.core.deduction.line import LineState, Reason
from shebao.core.policy.batch_days import Retry
from shebao.operations.batch.look import Forecast, forecasts
from shebao.operations.batch.sign import release_line, skip_next, unskip
from shebao.store.batch.outcomes import LineSeen
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.visit import Visit
from shebao.web.wording import account_words, city_word

_SAID: Final = {
    "no_mandate": ("没有签约，不会扣款", ""),
    "suspended": ("协议已暂停，不会扣款", "wn"),
    "nothing_due": ("现在没有要扣的", ""),
    "to_choose": ("还没有定，不会扣款", "wn"),
    "paying": ("不会扣款：正在自己缴", "wn"),
    "paid": ("不会扣款：已经缴过", "ok"),
    "skipped": ("下一次不扣，按您的要求", "wn"),
    "stopped": ("批扣已停，请自己缴", "bd"),
    "waits": ("上一次没有扣成，等下一次", "wn"),
    "in_batch": ("已经列入扣款", "b"),
    "will_be_taken": ("将要扣款", "b"),
}
_LINES: Final = {
    LineState.QUEUED: ("等待扣款", "b"),
    LineState.SENT: ("已送银行，等结果", "b"),
    LineState.SUCCEEDED: ("扣款成功", "ok"),
    LineState.FAILED: ("没有扣成", "bd"),
    LineState.UNKNOWN: ("银行还在核对", "wn"),
    LineState.RELEASED: ("没有扣", ""),
    LineState.REVERSED: ("银行已冲正", "bd"),
}
_CHOOSES: Final = frozenset({"to_choose", "will_be_taken", "waits", "skipped", "stopped"})
_TAKES: Final = frozenset({"in_batch", "will_be_taken", "waits", "skipped", "suspended"})


async def show(visit: Visit) -> Answer:
    """What may be expected of the next batch, for each scheme, and how the last one ended."""
    session = visit.signed_in
    found = await forecasts(
        visit.world, region_code=session.region_code, person_id=session.person_id
    )
    return Page(
        "batches.html",
        {
            "schemes": [_shown(one) for one in found],
            "tier_word": city_word(visit.region, "batch_tier"),
            "void_word": city_word(visit.region, "amount_voiding"),
        },
    )


async def release(visit: Visit) -> Answer:
    """Take a line out that was not sent yet, to pay by oneself now."""
    session, form = visit.signed_in, visit.form
    await release_line(
        visit.world,
        region_code=session.region_code,
        person_id=session.person_id,
        batch_id=form.one("batch"),
        serial=int(form.one("serial") or "0"),
    )
    return SeeOther("/items")


async def skip(visit: Visit) -> Answer:
    """Be left out of the next batch, or not after all."""
    session, form = visit.signed_in, visit.form
    act = unskip if form.one("undo") else skip_next
    await act(
        visit.world,
        region_code=session.region_code,
        person_id=session.person_id,
        scheme=visit.region.scheme(form.one("scheme")).id,
    )
    return SeeOther("/batches")


def _shown(one: Forecast) -> Mapping[str, Any]:
    said, colour = _SAID[one.word]
    held = one.mandate
    waiting = one.line if one.line is not None and one.word == "in_batch" else None
    return {
        "id": one.scheme.id,
        "name": one.scheme.name,
        "said": said,
        "colour": colour,
        "word": one.word,
        "takes": one.word in _TAKES,
        "amount": one.amount,
        "day": one.day,
        "sure": one.sure,
        "account": account_words(held.account) if held and held.account else "",
        "agreement": held.id if held else "",
        "tier": f"/batches/tier/{one.enrolment_id}" if _may_choose(one) else "",
        "hour": one.scheme.deduction.cutoff_hour,
        "miss": one.miss,
        "line": _line(waiting) if waiting else None,
        "last": _line(one.line) if one.line and not waiting else None,
        "again": one.scheme.deduction.retry is not Retry.NONE,
    }


def _may_choose(one: Forecast) -> bool:
    """Whether an amount can be set: an agreement is in force, and nothing is under way."""
    return one.chosen and one.mandate is not None and one.word in _CHOOSES


def _line(seen: LineSeen) -> Mapping[str, Any]:
    said, colour = _LINES[seen.line.state]
    return {
        "batch": seen.line.batch_id,
        "serial": seen.line.serial,
        "day": seen.line.day,
        "amount": seen.line.amount,
        "said": said,
        "colour": colour,
        "why": Reason(seen.line.reason).label if seen.line.reason else "",
        "can_release": seen.line.state is LineState.QUEUED,
    }
