"""Whoever asked for it is told what is near: once, in daytime, and never again once they say so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import count

import httpx
import pytest
from tests.operations.conftest import Household, Telling

from shebao.core.identity import IdType, parse_id
from shebao.core.money import Money
from shebao.core.period import Period
from shebao.core.reminder import Matter
from shebao.gateways.sms import Reply
from shebao.operations.enrol import Membership, register
from shebao.operations.expire import withdraw
from shebao.operations.reminding.choose import NoTelephone, answered, remind_of, reminded_of
from shebao.operations.reminding.look import (
    RECEIPTS_EVERY,
    look_at_days,
    look_at_orders,
    look_at_receipts,
)
from shebao.operations.reminding.tell import AGAIN, remind, tell
from shebao.operations.sign_in import new_person
from shebao.operations.world import SHANGHAI

BEIJING, WUXI = "110000", "320200"
SOON = {BEIJING: date(2025, 12, 5)}  # The window of 2025 ends on 10 December.
PHONES = (f"1366{serial:07d}" for serial in count(1))


@dataclass
class Somebody:
    """A resident with a telephone, and what it was told."""

    world: object
    outside: object
    region: str
    person: object
    enrolments: tuple
    phone: str

    async def wants(self, *matters):
        channel = self.world.region(self.region).default_channel
        await remind_of(
            self.world,
            region_code=self.region,
            person_id=self.person.id,
            entry_channel=channel,
            matters=matters,
        )

    async def wanted(self):
        return await reminded_of(self.world, region_code=self.region, person_id=self.person.id)

    async def told(self):
        async with httpx.AsyncClient(base_url=self.outside.url, trust_env=False) as http:
            inbox = (await http.get("/sms/inbox.json", params={"phone": self.phone})).json()
        return [one for one in inbox if one["template"].startswith("remind_")]


@pytest.fixture
async def lives(world, people, outside):
    """Let somebody with a telephone live in a city, on a day of its rehearsal."""

    async def lives(region, *memberships, on=None):
        own = replace(world, rehearsal={**world.rehearsal, **(on or {})})
        number = parse_id(IdType.RESIDENT, people.number(), on=own.today(region))
        phone = next(PHONES)
        person = new_person(own, name="王小芳", number=number, phone=phone)
        kept, told = await register(own, region_code=region, person=person, memberships=memberships)
        return Somebody(own, outside, region, kept, told, phone)

    return lives


@pytest.fixture
async def late(lives):
    """Somebody of Beijing who has not paid, five days before the window ends."""
    return await lives(BEIJING, Membership(scheme="resident_pension"), on=SOON)


async def test_a_window_about_to_close_is_told_once_however_often_it_is_looked_at(late):
    await late.wants(*Matter)
    while await remind(late.world, BEIJING):
        pass
    later = replace(late.world, rehearsal={BEIJING: date(2025, 12, 7)})
    while await remind(later, BEIJING):
        pass
    [text] = await late.told()
    assert text["template"] == "remind_closes"
    assert text["parameters"]["day"] == "12 月 10 日"
    assert text["parameters"]["where"] == late.world.region(BEIJING).channel().name
    assert not any(late.phone in said or "http" in said for said in text["parameters"].values())


async def test_nobody_is_told_what_they_have_not_asked_for(late):
    await late.wants(Matter.RECEIPT)
    while await remind(late.world, BEIJING):
        pass
    assert await late.told() == []


async def test_nobody_is_disturbed_at_night_and_nothing_is_looked_for_before_morning(late):
    await late.wants(Matter.CLOSES)
    night = datetime(2025, 12, 5, 21, 0, tzinfo=SHANGHAI)
    live = replace(late.world, rehearsal={}, now=lambda: night)
    assert await remind(live, BEIJING) == 0
    morning = replace(live, now=lambda: night + timedelta(hours=12))
    assert await look_at_days(morning, BEIJING) > 0


async def test_a_text_whose_answer_was_lost_arrives_once(late, cashier, clock):
    await late.wants(Matter.CLOSES)
    while await look_at_days(late.world, BEIJING):
        pass
    await cashier.fault("answer_lost", on="sms", count=1)
    await tell(late.world, BEIJING)
    clock.passes(seconds=AGAIN.total_seconds() + 1)
    await tell(late.world, BEIJING)
    assert len(await late.told()) == 1
    assert await tell(late.world, BEIJING) == 0


async def test_an_answer_from_the_telephone_stops_all_of_it(late):
    await late.wants(Matter.CLOSES, Matter.RECEIPT)
    while await remind(late.world, BEIJING):
        pass
    assert await answered(late.world, Reply(late.phone, "好的")) == 0
    assert await late.wanted() == {Matter.CLOSES, Matter.RECEIPT}
    assert await answered(late.world, Reply(late.phone, " t。")) == 1
    assert await late.wanted() == set()


async def test_what_waits_and_is_no_longer_wanted_is_never_told(late):
    await late.wants(Matter.CLOSES)
    while await look_at_days(late.world, BEIJING):
        pass
    await late.wants()
    while await tell(late.world, BEIJING):
        pass
    assert await late.told() == []


async def test_a_break_that_can_still_be_mended_is_told_with_its_last_day(lives):
    broken = Membership(
        scheme="flexible_medical",
        district="320211",
        last_choice=Money.yuan("4494"),
        paid_until=Period(2022, 10),
    )
    one = await lives(WUXI, broken)
    await one.wants(Matter.LAPSE)
    while await remind(one.world, WUXI):
        pass
    [text] = await one.told()
    assert (text["parameters"]["missed"], text["parameters"]["wait"]) == ("3", "6")
    assert text["parameters"]["day"] == "2 月 28 日"


async def test_who_was_paid_for_learns_of_the_receipt(lives, clock):
    one = await lives(BEIJING, Membership(scheme="resident_pension"))
    await one.wants(Matter.RECEIPT)
    home = Household(one.world, one.person, one.enrolments[0])
    order_id = await home.order(*await home.owes("1200.00"))
    await Telling(one.world)(await home.attempt(order_id), "1200.00")
    clock.passes(seconds=RECEIPTS_EVERY.total_seconds() + 1)
    for _ in range(2):
        while await look_at_receipts(one.world, BEIJING):
            pass
        await tell(one.world, BEIJING)
    [text] = await one.told()
    assert (text["parameters"]["amount"], text["parameters"]["count"]) == ("1200.00", "1")


async def test_an_order_nobody_pays_is_told_before_it_ends_and_a_given_up_one_is_not(lives, clock):
    one = await lives(BEIJING, Membership(scheme="resident_pension"))
    await one.wants(Matter.UNPAID)
    home = Household(one.world, one.person, one.enrolments[0])
    owed = sorted(await home.owes("1000.00", "1500.00"), key=lambda bill: bill.amount.fen)
    left, given_up = [await home.order(bill) for bill in owed]
    assert await look_at_orders(one.world, BEIJING) == 0
    await withdraw(one.world, region_code=BEIJING, order_id=given_up, payer_id=one.person.id)
    clock.passes(minutes=20)
    await look_at_orders(one.world, BEIJING)
    await tell(one.world, BEIJING)
    [text] = await one.told()
    assert text["parameters"]["amount"] == "1000.00"
    assert await look_at_orders(one.world, BEIJING) == 0
    await withdraw(one.world, region_code=BEIJING, order_id=left, payer_id=one.person.id)


async def test_without_a_telephone_nothing_can_be_asked_for(world, household):
    with pytest.raises(NoTelephone):
        await remind_of(
            world,
            region_code=BEIJING,
            person_id=household.person.id,
            entry_channel="baidu",
            matters=[Matter.CLOSES],
        )
