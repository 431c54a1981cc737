"""Batches (批量扣款): the runs, one run with its files and its failures, and who signs.

Building, holding and sending are the worker's; a page only begins them, and a second clerk signs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from shebao.core.deduction.batch import Batch, BatchState
from shebao.core.deduction.line import LineState, Reason
from shebao.core.desk.clerk import Duty
from shebao.core.person import masked_name
from shebao.core.policy.batch_days import Retry
from shebao.core.refusals import NotYours, Refusal
from shebao.operations.batch.build import begin_batch, build_on, cancel_batch, day_to_build
from shebao.operations.batch.carry import bring_answer, carry_file
from shebao.operations.batch.look import (
    MOST,
    BatchSeen,
    ended_lines,
    look_at_batch,
    past_batches,
)
from shebao.operations.batch.post import post_on
from shebao.operations.batch.run import goes_out
from shebao.operations.batch.sign import sign_batch
from shebao.operations.desk.clerks import clerks_of
from shebao.store.batch.outcomes import Ended
from shebao.web import wording
from shebao.web.answers import Answer, Download, Page, SeeOther
from shebao.web.console.batch_shown import (
    ends_shown,
    flow_shown,
    packet_shown,
    reasons_shown,
    share,
)
from shebao.web.visit import Visit

_LIST: Final = "/console/batches"
_AT_ONCE: Final = 2  # Steps of building that a page waits for; the worker does the others.
_COLOURS: Final[Mapping[BatchState, str]] = {
    BatchState.BUILT: "wn",
    BatchState.CLOSED: "ok",
    BatchState.CANCELLED: "",
}
_WITH_BANK: Final = frozenset({BatchState.SENT, BatchState.ACKED})
_NEXT: Final[Mapping[Retry, str]] = {
    Retry.NEXT_DAY: "下一个批扣日再扣，已发短信",
    Retry.NEXT_MONTH: "并入下月再扣，已发短信",
    Retry.NONE: "不再扣，已发短信请本人自己缴",
}


@dataclass(eq=False)
class AnswerNeeded(Refusal):
    """No file was chosen."""


async def show(visit: Visit) -> Answer:
    """The runs there were, and the days that come next."""
    code = visit.clerk.region_code
    found = await past_batches(visit.world, code)
    return Page(
        "console/batches.html",
        {
            "runs": [_run(visit, one) for one in found],
            "coming": _coming(visit, found),
            "may_build": visit.clerk.may(Duty.BATCH_BUILD),
        },
    )


async def build(visit: Visit) -> Answer:
    """Begin the run of a day; what takes longer than a page the worker goes on with."""
    scheme, day = visit.region.scheme(visit.form.one("scheme")), _day(visit.form.one("day"))
    batch = await begin_batch(visit.world, visit.clerk, scheme=scheme.id, day=day)
    async with aclosing(build_on(visit.world, batch)) as going:
        steps = 0
        async for _ in going:
            steps += 1
            if steps == _AT_ONCE:
                break
    return SeeOther(f"{_LIST}/{batch.id}")


async def one(visit: Visit) -> Answer:
    """One run: how far it is, its files, and how its lines ended."""
    seen = await look_at_batch(visit.world, visit.clerk.region_code, visit.parts["batch_id"])
    names = {
        row.clerk.id: masked_name(row.clerk.name)
        for row in await clerks_of(visit.world, seen.batch.region_code)
    }
    return Page("console/batch.html", _shown(visit, seen, names))


async def sign(visit: Visit) -> Answer:
    """Sign what somebody else has built."""
    batch_id = visit.parts["batch_id"]
    await sign_batch(visit.world, visit.clerk, batch_id)
    return SeeOther(f"{_LIST}/{batch_id}")


async def cancel(visit: Visit) -> Answer:
    """Cancel a run of which nothing was sent."""
    batch_id = visit.parts["batch_id"]
    await cancel_batch(visit.world, visit.clerk, batch_id)
    return SeeOther(f"{_LIST}/{batch_id}")


async def carry(visit: Visit) -> Answer:
    """The file of a packet, for whoever carries it to the bank; who took it is written down."""
    packet = int(visit.parts["packet"]) if visit.parts["packet"].isdigit() else 0
    file = await carry_file(visit.world, visit.clerk, visit.parts["batch_id"], packet)
    return Download(file.read_bytes(), "text/plain", file.name)


async def bring(visit: Visit) -> Answer:
    """Take in the answer a clerk brought from a bank, and post what is not much."""
    batch_id = visit.parts["batch_id"]
    if not visit.form.files:
        raise AnswerNeeded
    await bring_answer(visit.world, visit.clerk, batch_id, visit.form.files[0].content)
    seen = await look_at_batch(visit.world, visit.clerk.region_code, batch_id)
    async with aclosing(post_on(visit.world, seen.batch)) as going:
        steps = 0
        async for _ in going:
            steps += 1
            if steps == _AT_ONCE:
                break
    return SeeOther(f"{_LIST}/{batch_id}")


async def ended(visit: Visit) -> Answer:
    """Whose lines ended for one reason, fifty at a time."""
    word, text = visit.parts["reason"], visit.query.one("after")
    if word not in set(Reason):
        raise NotYours(word)
    after = int(text) if text.isascii() and text.isdigit() else 0
    batch, found = await ended_lines(
        visit.world,
        visit.clerk.region_code,
        visit.parts["batch_id"],
        reason=Reason(word),
        after=after,
    )
    return Page(
        "console/batch-lines.html",
        {
            "batch": batch,
            "name": _name(visit, batch),
            "reason": Reason(word).label,
            "rows": [_line(line) for line in found],
            "more": f"?after={found[-1].serial}" if len(found) == MOST else "",
        },
    )


def _coming(visit: Visit, found: Sequence[Batch]) -> list[Mapping[str, Any]]:
    """For each scheme the banks collect: the next day, and whether there is a run for it."""
    region, world = visit.region, visit.world
    if region.agreement is None:
        return []
    built = {(one.scheme, one.day) for one in found if one.state is not BatchState.CANCELLED}
    days = {one.id: day_to_build(world, region.code, one.id) for one in region.schemes.values()}
    return [
        {
            "id": one.id,
            "name": wording.item_name(one),
            "day": days[one.id],
            "planned": bool(one.deduction.days),
            "sure": world.work_days.sure_of(days[one.id]),
            "hour": one.deduction.cutoff_hour,
            "built": (one.id, days[one.id]) in built,
        }
        for one in region.schemes.values()
    ]


def _run(visit: Visit, batch: Batch) -> Mapping[str, Any]:
    return {
        "batch": batch,
        "name": _name(visit, batch),
        "said": batch.state.label,
        "colour": _COLOURS.get(batch.state, "b"),
    }


def _shown(visit: Visit, seen: BatchSeen, names: Mapping[str, str]) -> Mapping[str, Any]:
    batch, clerk = seen.batch, visit.clerk
    terms = visit.region.scheme(batch.scheme).deduction
    posted = sum(answer.posted for answer in seen.answers)
    own, built = batch.built_by == clerk.id, batch.state is BatchState.BUILT
    waits = built or (batch.state is BatchState.SIGNED and not batch.marked_to)
    return {
        **_run(visit, batch),
        "flow": flow_shown(seen, names, posted),
        "packets": [packet_shown(seen, one) for one in seen.packets if one.lines],
        "bad": reasons_shown(seen.counts, LineState.FAILED, _NEXT[terms.retry]),
        "let_go": reasons_shown(seen.counts, LineState.RELEASED, ""),
        "ends": ends_shown(seen.counts),
        "held": share(batch.held_to, batch.lines),
        "posted": share(posted, batch.sent),
        "holding": batch.state is BatchState.SIGNED,
        "hour": terms.cutoff_hour,
        "due": goes_out(visit.world, batch),
        "may_sign": built and clerk.may(Duty.BATCH_SIGN) and not own,
        "own": built and own,
        "may_cancel": waits and clerk.may(Duty.BATCH_BUILD),
        "may_carry": clerk.may(Duty.BATCH_SIGN),
        "may_bring": clerk.may(Duty.BATCH_SIGN) and batch.state in _WITH_BANK,
    }


def _line(line: Ended) -> Mapping[str, Any]:
    return {
        "line": line,
        "person": masked_name(line.name),
        "said": line.state.label,
    }


def _name(visit: Visit, batch: Batch) -> str:
    return wording.item_name(visit.region.scheme(batch.scheme))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotYours(text) from None
