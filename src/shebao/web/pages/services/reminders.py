"""Reminders (短信提醒): what somebody is told of by text: chosen here, and switched off here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from shebao.core.reminder import Matter
from shebao.operations.reminding.choose import remind_of, reminded_of
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.visit import Visit

_NAMES: Final[Mapping[Matter, tuple[str, str]]] = {
    Matter.OPENS: ("快开始缴费", "缴费期开始的前一天"),
    Matter.CLOSES: ("快截止还没有缴", "截止前 7 天"),
    Matter.DEDUCTION: ("银行快扣款", "扣款前 3 天，写明金额"),
    Matter.UNPAID: ("下了单还没有付", "缴费单关闭前 15 分钟"),
    Matter.LAPSE: ("快要中断", "再不缴就要重新等待遇的时候"),
    Matter.RECEIPT: ("缴费成功，凭证可以看", "不管是谁帮您缴的"),
}


async def show(visit: Visit) -> Answer:
    """The matters there are, and which of them somebody is told of."""
    session = visit.signed_in
    chosen = await reminded_of(
        visit.world, region_code=session.region_code, person_id=session.person_id
    )
    gaps = any(scheme.gap for scheme in visit.region.schemes.values())
    offered = [matter for matter in Matter if gaps or matter is not Matter.LAPSE]
    shows = {
        "phone": session.phone_masked or "",
        "matters": [
            {"id": one.value, "name": _NAMES[one][0], "when": _NAMES[one][1], "on": one in chosen}
            for one in offered
            if visit.region.agreement is not None or one is not Matter.DEDUCTION
        ],
        "any": bool(chosen),
        "kept": visit.query.one("kept"),
    }
    return Page("services/reminders.html", shows)


async def choose(visit: Visit) -> Answer:
    """Keep what was ticked; nothing ticked switches all of it off."""
    session = visit.signed_in
    ticked = set(visit.form.all("matter")) if "off" not in visit.form else set()
    matters = {matter for matter in Matter if matter.value in ticked}
    await remind_of(
        visit.world,
        region_code=session.region_code,
        person_id=session.person_id,
        entry_channel=session.entry_channel,
        matters=matters,
    )
    return SeeOther(f"/me/reminders?kept={'on' if matters else 'off'}")
