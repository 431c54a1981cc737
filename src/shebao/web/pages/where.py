"""Where (钱到哪儿了): an order's money on its way, and the code to ask about it by telephone."""

from __future__ import annotations

from shebao.operations.desk.where import order_of, where_is
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.telling import where_told
from shebao.web.visit import Visit


async def show(visit: Visit) -> Answer:
    """The timeline of one order."""
    session = visit.signed_in
    where = await where_is(
        visit.world,
        region_code=session.region_code,
        order_id=visit.parts["order_id"],
        viewer_id=session.person_id,
    )
    return Page("refunds/where.html", where_told(where))


async def of_receipt(visit: Visit) -> Answer:
    """The timeline of the order a receipt came from."""
    order_id = await order_of(
        visit.world,
        region_code=visit.signed_in.region_code,
        number=visit.parts["number"],
    )
    return SeeOther(f"/orders/{order_id}/where")
