"""Work (工作台): what waits for clerks, and the way to it."""

from __future__ import annotations

from shebao.operations.desk.by_hand import refunds_by_hand
from shebao.operations.desk.decide import queue
from shebao.web.answers import Answer, Page
from shebao.web.visit import Visit


async def show(visit: Visit) -> Answer:
    """How much waits, and since when."""
    code = visit.clerk.region_code
    waiting, _ = await queue(visit.world, code)
    by_hand = await refunds_by_hand(visit.world, code)
    now = visit.world.now()
    return Page(
        "console/work.html",
        {
            "waiting": len(waiting),
            "oldest": (now - waiting[0].request.asked_at).days if waiting else 0,
            "by_hand": len(by_hand),
            "oldest_by_hand": (now - by_hand[0].since).days if by_hand else 0,
            "mine": sum(one.refund.owner_id == visit.clerk.id for one in by_hand),
            "duties": [duty.label for duty in sorted(visit.clerk.duties)],
        },
    )
