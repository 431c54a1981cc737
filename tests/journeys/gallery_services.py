"""Gallery of services: what Wuxi and Changzhou offer besides collecting, each before somebody."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from tests.journeys.gallery import Cast, Picture, at
from tests.journeys.payer import Payer
from tests.journeys.town import WUXI, Resident, Town

from shebao.cli.demo_clerks import SECOND
from shebao.core.desk.objection import ObjectionEvent
from shebao.core.money import Money
from shebao.core.period import Period
from shebao.operations.desk.clerks import add_clerk, clerks_of
from shebao.operations.desk.objections import Brought, Complaint, answer, object_to
from shebao.operations.enrol import Membership
from shebao.operations.past_payments import paid_for_me
from shebao.operations.top_up import Visitor, open_top_up

SAYS = "我选的是 7,490 元的基数，凭证上写的是 4,494 元。"
WITH_CARD = Membership(
    scheme="flexible_medical",
    district="320211",
    last_choice=Money.yuan("4494"),
    paid_until=Period(2022, 10),
    card="BA9900001",
)


async def assemble_services(town: Town, cast: Cast) -> None:
    """Somebody with a card whose payment has a break, and objections with and without an answer."""
    one = cast.holder = await town.sign_in(await town.insured(WUXI, WITH_CARD))
    topped, again = await _tops_up(town, one, "100"), await _tops_up(town, one, "20")
    for order_id in (topped, again):
        await town.plays(await town.cashier(one, order_id))
    merged = await town.order(one, *(bill.id for bill in await town.bills_of(one)))
    mine, other = await _receipts(town, one.person_id, 2)
    [theirs, *_] = await _receipts(town, cast.months.person_id, 1)
    cast.paths |= {
        "top_up_check": f"/top-up/check?person={one.person_id}&amount=50",
        "parts": f"/orders/{merged}/parts",
        "topped_up": f"/result/{topped}",
        "object": f"/receipts/{other}/objection",
        "objection_open": await _objects(town, one.person_id, mine),
        "objection_answered": await _objects(town, cast.months.person_id, theirs),
    }
    await _answered(town, cast.paths["objection_answered"])


async def _tops_up(town: Town, one: Resident, amount: str) -> str:
    return await open_top_up(
        town.world,
        Visitor(region_code=WUXI, payer_id=one.person_id, entry_channel="wuxi_app"),
        order_id=town.world.mint("ord"),
        person_id=one.person_id,
        amount=amount,
    )


async def _receipts(town: Town, person_id: str, count: int) -> list[str]:
    """The numbers of what was paid for somebody, newest first, once there are so many."""
    records = await paid_for_me(town.world, region_code=WUXI, person_id=person_id)
    while len(records) < count:  # The channel's word may still be on its way.
        await asyncio.sleep(0.1)
        records = await paid_for_me(town.world, region_code=WUXI, person_id=person_id)
    return [record.number for record in records]


async def _objects(town: Town, person_id: str, number: str) -> str:
    """Object to what was paid; the page of the objection."""
    complaint = Complaint(
        region_code=WUXI,
        number=number,
        viewer_id=person_id,
        matter="amount",
        says=SAYS,
        files=(Brought("基数截图.png", b"\x89PNG\r\n\x1a\n" + bytes(90_000)),),
    )
    return f"/objections/{await object_to(town.world, complaint)}"


async def _answered(town: Town, path: str) -> None:
    number = "1902"
    await add_clerk(town.world, region_code=WUXI, who=replace(SECOND, number=number))
    known = {row.number: row.clerk for row in await clerks_of(town.world, WUXI)}
    says = "核对过选择记录，应按 7,490 元缴。请申请退费后重新缴。"
    await answer(
        town.world,
        known[number],
        path.rpartition("/")[2],
        event=ObjectionEvent.UPHELD,
        says=says,
    )


async def _top_up_wrong(payer: Payer, _cast: Cast) -> None:
    await payer.open("/top-up")
    await payer.page.fill("#card", "12")
    await payer.page.fill("#choice", "9999")
    await payer.presses("下一步")


async def _receipt(payer: Payer, cast: Cast) -> None:
    await payer.open(cast.paths["topped_up"])
    await payer.presses("看缴费凭证")


async def _kiosk(payer: Payer, _cast: Cast) -> None:
    await payer.open(f"/kiosk?region={WUXI}")


async def _object_wrong(payer: Payer, cast: Cast) -> None:
    await payer.open(cast.paths["object"])
    await payer.presses("提交异议")


SERVICES = (
    at("home_lapse", "holder", "/home", "无锡市社保缴费"),
    at("top_up", "holder", "/top-up", "医保个人账户充值"),
    Picture("top_up_wrong", "holder", _top_up_wrong, "医保个人账户充值"),
    at("top_up_check", "holder", "{top_up_check}", "请核对充值信息"),
    at("topped_up", "holder", "{topped_up}", "充值成功"),
    Picture("receipt_top_up", "holder", _receipt, "医保个人账户充值凭证"),
    at("parts", "holder", "{parts}", "交易组成"),
    at("gaps", "holder", "/gaps", "查漏缴"),
    at("payment_list", "months", "/records/list", "社会保险缴费清单"),
    at("payment_list_none", "family", "/records/list", "社会保险缴费清单"),
    at("rates", "months", "/rates", "无锡市缴费标准"),
    at("rates_changzhou", "family", "/rates?year=2024", "常州市缴费标准"),
    at("object", "holder", "{object}", "提出异议"),
    Picture("object_wrong", "holder", _object_wrong, "提出异议"),
    at("objections", "months", "/objections", "我的异议"),
    at("objections_none", "family", "/objections", "我的异议"),
    at("objection_open", "holder", "{objection_open}", "异议进度"),
    at("objection_answered", "months", "{objection_answered}", "异议进度"),
    Picture("kiosk", "hall", _kiosk, "您要办什么？"),
)
