"""Calendar (加到手机日历): the days by which somebody has to pay, and those a bank takes on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from shebao.core.deduction.batch import ENTRY as BATCH_ENTRY
from shebao.core.order import Order
from shebao.operations.batch.look import Forecast, forecasts
from shebao.operations.look_at_order import waiting_orders
from shebao.operations.payables import Ask, Payables
from shebao.web import wording
from shebao.web.answers import Answer, Download
from shebao.web.calendar_file import MEDIA_TYPE, Entry, calendar_file
from shebao.web.visit import Visit

_TAKES: Final = frozenset({"in_batch", "will_be_taken", "waits"})


async def download(visit: Visit) -> Answer:
    """The days of the person who is signed in, as a calendar file."""
    session, world = visit.signed_in, visit.world
    code, person_id = session.region_code, session.person_id
    owed = await visit.site.payables.put(Ask(code, person_id, person_id))
    orders = [
        order
        for order, _ in await waiting_orders(world, region_code=code, payer_id=person_id)
        if order.entry_channel != BATCH_ENTRY
    ]
    coming = await forecasts(world, region_code=code, person_id=person_id)
    entries = [*_ends(owed), *_orders(orders), *_takings(coming)]
    file = calendar_file("社保缴费", entries, now=world.now())
    return Download(file, MEDIA_TYPE, "shebao.ics")


def _ends(owed: Payables) -> Iterator[Entry]:
    for due in owed.due:
        if due.bill.payable_until is not None:
            words = f"{wording.item_name(due.scheme)}缴费截止"
            says = f"{due.bill.period.label}，{due.bill.amount} 元。请在这一天以前缴。"
            yield Entry(f"{due.bill.id}@shebao", due.bill.payable_until, words, says)
    for wanted in owed.to_choose:
        uid = f"{wanted.enrolment.id}-{wanted.periods[0]}@shebao"
        words = f"{wording.item_name(wanted.scheme)}缴费截止"
        says = f"{wanted.periods[0].label}，还没有选。请在这一天以前选好并缴费。"
        yield Entry(uid, wanted.window.payable_until, words, says)


def _orders(orders: Sequence[Order]) -> Iterator[Entry]:
    for order in orders:
        says = "过了这个时间，订单会关闭，要重新下单。"
        yield Entry(f"{order.id}@shebao", order.expires_at, "社保缴费订单支付截止", says)


def _takings(coming: Sequence[Forecast]) -> Iterator[Entry]:
    for one in coming:
        if one.word in _TAKES and one.day is not None:
            uid = f"{one.enrolment_id}-{one.day:%Y%m%d}-batch@shebao"
            sure = "" if one.sure else "节假日安排还没有公布，日子可能变。"
            says = f"请在前一天存够 {one.amount} 元。{sure}"
            yield Entry(uid, one.day, f"{wording.item_name(one.scheme)}批量扣款", says)
