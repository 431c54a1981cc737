"""Payment list (缴费清单): what was paid for oneself, year by year, as a table one can print.

It lists what stands in the records, for one's own use; a receipt or a certificate is what proves
something to others.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shebao.core.money import total
from shebao.core.person import masked_name
from shebao.operations.issue_receipts import METHOD_NAMES
from shebao.operations.past_payments import paid_for_me
from shebao.store.receipts import Record
from shebao.web import wording
from shebao.web.answers import Answer, Page
from shebao.web.fields import path_with
from shebao.web.pages.records import tag_of
from shebao.web.visit import Visit


async def show(visit: Visit) -> Answer:
    """The list of one year of contributions, or of all."""
    session = visit.signed_in
    found = await paid_for_me(
        visit.world, region_code=session.region_code, person_id=session.person_id
    )
    years = sorted({record.period.year for record in found}, reverse=True)
    asked = visit.query.one("year")
    wanted = asked if asked in {str(year) for year in years} else ""
    chosen = [record for record in found if wanted in {"", str(record.period.year)}]
    chosen.sort(key=lambda record: (str(record.period), record.scheme, record.number))
    tagged = [(record, *tag_of(visit.region, record)) for record in chosen]
    return Page(
        "services/payment-list.html",
        {
            "name": masked_name(session.name),
            "number": session.number_masked,
            "years": [
                {
                    "label": f"{year} 年",
                    "href": path_with("/records/list", year=str(year)),
                    "on": str(year) == wanted,
                }
                for year in years
            ],
            "all_on": not wanted,
            "span": f"{wanted} 年" if wanted else "全部年度",
            "rows": [_row(visit, record, said) for record, said, _ in tagged],
            "sum": total(record.amount for record, _, colour in tagged if colour == "ok"),
            "at": visit.world.now(),
        },
    )


def _row(visit: Visit, record: Record, said: str) -> Mapping[str, Any]:
    return {
        "name": wording.item_name(visit.region.scheme(record.scheme)),
        "period": record.period.label,
        "label": record.label,
        "amount": record.amount,
        "paid_at": record.issued_at,
        "method": METHOD_NAMES[record.method],
        "number": record.number,
        "said": said,
    }
