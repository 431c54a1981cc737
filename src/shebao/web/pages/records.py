"""Records (缴费记录): what was paid for oneself, and what one paid for others, year by year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from shebao.core.bill import BillState
from shebao.core.certificate import PeriodsBackwards, stretch, touches
from shebao.core.money import total
from shebao.core.person import masked_name
from shebao.core.policy.region import Region
from shebao.core.receipt import ReceiptState
from shebao.operations.issue_receipts import METHOD_NAMES
from shebao.operations.past_payments import paid_for_me, paid_for_others
from shebao.store.receipts import Record
from shebao.web import wording
from shebao.web.answers import Answer, Page
from shebao.web.fields import path_with
from shebao.web.pages.basket.cities import elsewhere
from shebao.web.visit import Visit

_EARLIEST: Final = "1900-01"
_LATEST: Final = "9999-12"


async def show(visit: Visit) -> Answer:
    """The records of one tab, all years or one."""
    session, code = visit.signed_in, visit.signed_in.region_code
    others = visit.query.one("tab") == "others"
    if others:
        found = await paid_for_others(visit.world, region_code=code, payer_id=session.person_id)
    else:
        found = await paid_for_me(visit.world, region_code=code, person_id=session.person_id)
    found, asked = _narrowed(visit, found)
    years = sorted({record.period.year for record in found}, reverse=True)
    wanted = visit.query.one("year")
    tab = "others" if others else ""
    return Page(
        "records.html",
        {
            "title": wording.word_here(visit, "records"),
            "others": others,
            "objections": visit.region.objection_days,
            "elsewhere": await elsewhere(visit, path_with("/records", tab=tab)),
            **asked,
            "years": [
                {
                    "label": f"{year} 年",
                    "href": path_with("/records", tab=tab, year=str(year)),
                    "on": str(year) == wanted,
                }
                for year in years
            ],
            "all_href": path_with("/records", tab=tab),
            "all_on": wanted not in {str(year) for year in years},
            "groups": [
                _group(visit, year, [one for one in found if one.period.year == year])
                for year in years
                if wanted in {"", str(year)} or wanted not in map(str, years)
            ],
        },
    )


def _narrowed(visit: Visit, found: list[Record]) -> tuple[list[Record], Mapping[str, Any]]:
    """Those whose period touches the months that were asked for, and what the page says of it."""
    first, last = visit.query.one("from"), visit.query.one("to")
    backwards = False
    try:
        begins, ends = stretch(first or _EARLIEST, last or _LATEST)
        found = [record for record in found if touches(record.period, begins, ends)]
    except PeriodsBackwards:
        backwards, found = True, []
    more = ("more", "certificate_ask", "declarations")
    return found, {
        "first": first,
        "last": last,
        "backwards": backwards,
        "words": {key: wording.city_word(visit.region, key) for key in more},
        "ask_href": path_with("/certificates/new", **{"from": first, "to": last}),
    }


def _group(visit: Visit, year: int, records: Sequence[Record]) -> Mapping[str, Any]:
    valid = [record for record in records if tag_of(visit.region, record)[1] == "ok"]
    return {
        "year": year,
        "sum": total(record.amount for record in valid),
        "rows": _rows(visit, records),
    }


def _rows(visit: Visit, records: Sequence[Record]) -> list[Mapping[str, Any]]:
    """The rows of a year; the last of those paid together leads to what the payment is made of."""
    last = {record.order_id: record.number for record in records}
    return [
        {
            **_row(visit, record),
            "merged": record.order_id
            if record.parts > 1
            and last[record.order_id] == record.number
            and record.payer_id == visit.signed_in.person_id
            else "",
            "parts": record.parts,
        }
        for record in records
    ]


def _row(visit: Visit, record: Record) -> Mapping[str, Any]:
    said, colour = tag_of(visit.region, record)
    own_payer = record.payer_id == visit.signed_in.person_id
    return {
        "number": record.number,
        "name": wording.item_name(visit.region.scheme(record.scheme)),
        "person": masked_name(record.insured_name),
        "period": record.period.label,
        "label": record.label,
        "paid_at": record.issued_at,
        "method": METHOD_NAMES[record.method],
        "by": "" if own_payer else "家人代缴",
        "amount": record.amount,
        "tag": said,
        "colour": colour,
    }


def tag_of(region: Region, record: Record) -> tuple[str, str]:
    """How a payment stands, in the city's words, and the colour of that."""
    if record.bill_state == BillState.REVERSING:
        return "退费中", "b"
    if record.state is ReceiptState.VOIDED or record.bill_state == BillState.REVERSED:
        return "已退费", ""
    return wording.city_word(region, "paid"), "ok"
