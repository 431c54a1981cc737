"""Where (钱到哪儿了): the clerk at the hotline finds an order by the code that is read out."""

from __future__ import annotations

from shebao.core.person import masked_name
from shebao.operations.desk.where import where_for_clerk
from shebao.web import wording
from shebao.web.answers import Answer, Page
from shebao.web.telling import where_told
from shebao.web.visit import Visit


async def show(visit: Visit) -> Answer:
    """The form; and the timeline, when something was asked for."""
    asked = visit.query.one("q")
    if not asked:
        return Page("console/where.html", {"asked": "", "told": None, "lines": []})
    where = await where_for_clerk(visit.world, visit.clerk, asked)
    lines = [
        {
            "name": wording.item_name(visit.region.scheme(content.scheme)),
            "person": masked_name(content.name),
            "number": content.number_masked,
            "label": content.label,
            "amount": content.amount,
            "receipt": content.receipt_number,
        }
        for content in where.seen.contents
    ]
    return Page("console/where.html", {"asked": asked, "told": where_told(where), "lines": lines})
