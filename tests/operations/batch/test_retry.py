"""What could not be collected is tried again as the city says, and its payer is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import httpx
import pytest

from shebao.core.policy.batch_days import BatchDay, BatchTerms, Retry
from shebao.core.reminder import Matter
from shebao.operations.batch.look import forecasts
from shebao.operations.batch.run import tell_failed
from shebao.operations.batch.sign import begin_again
from shebao.operations.reminding.choose import remind_of
from shebao.operations.reminding.look import look_at_days
from shebao.store import reminders

REGION, SCHEME = "320400", "resident_medical"
FIRST, SECOND, THIRD = date(2023, 11, 28), date(2023, 11, 29), date(2023, 12, 5)
DAYS = (BatchDay((11,), 28, times=2), BatchDay((12,), 5))


def where(world, **terms):
    """The same world, where the city collects on three days and says what a failure means."""
    region = world.region(REGION)
    scheme = replace(region.scheme(SCHEME), deduction=BatchTerms(days=DAYS, **terms))
    told = replace(region, schemes={**region.schemes, SCHEME: scheme})
    return replace(world, regions={**world.regions, REGION: told})


async def has_telephone(town, phone):
    """The first of the town signed in with a telephone."""
    async with town.world.db.transaction() as tx:
        await tx.connection.execute(
            "UPDATE persons SET phone_sealed = $1, phone_masked = '137****0001' WHERE id = $2",
            town.world.vault.seal(phone), town.person(1),
        )  # fmt: skip


async def fails(town, tmp_path, day, *places):
    """A batch of a day in which only these people cannot be collected from."""
    batch, bank = await town.sent(day)
    rows = await town.asked(
        "SELECT serial, person_id FROM batch_lines WHERE batch_id = $1", batch.id
    )
    serials = {row["person_id"]: row["serial"] for row in rows}
    bank.ends = {serials[town.person(place)]: "short" for place in places}
    await town.answered(bank.answer(tmp_path / f"{day}.txt"))
    return batch


async def expects(town, place):
    [found] = await forecasts(town.world, region_code=REGION, person_id=town.person(place))
    return found.word, found.day, found.miss.next_on if found.miss else None


@pytest.mark.parametrize(("retry", "again"), [(Retry.NEXT_DAY, SECOND), (Retry.NEXT_MONTH, THIRD)])
async def test_it_is_tried_again_on_the_day_the_rule_says(town, tmp_path, retry, again):
    town.world = where(town.world, retry=retry)
    await fails(town, tmp_path, FIRST, 1)
    assert (await expects(town, 1))[2] == again
    assert (await fails(town, tmp_path, again)).lines == 1
    assert await town.bills() == ["paid"] * 5
    assert (await expects(town, 1))[0] == "paid"


async def test_who_is_tried_next_month_is_left_in_peace_until_then(town, tmp_path):
    town.world = where(town.world, retry=Retry.NEXT_MONTH)
    batch = await fails(town, tmp_path, FIRST, 1, 2)
    assert batch.lines == 5
    async with town.world.db.transaction() as tx:  # Somebody has to be in the batch of that day.
        await tx.script(f"DELETE FROM batch_misses WHERE person_id = '{town.person(2)}'")
    assert (await fails(town, tmp_path, SECOND)).lines == 1
    assert (await town.bills())[:2] == ["payable", "paid"]


async def test_after_so_many_months_it_stops_until_somebody_begins_it_again(town, tmp_path):
    town.world = where(town.world, retry=Retry.NEXT_MONTH, stop_after_months=2)
    await fails(town, tmp_path, FIRST, 1)
    await fails(town, tmp_path, THIRD, 1)
    assert await expects(town, 1) == ("stopped", FIRST, None)
    who = {"region_code": REGION, "person_id": town.person(1), "scheme": SCHEME}
    assert await begin_again(town.world, **who)
    assert (await expects(town, 1))[0] == "will_be_taken"


async def test_where_nothing_is_tried_again_next_year_is_collected_all_the_same(town, tmp_path):
    town.world = where(town.world, retry=Retry.NONE)
    await fails(town, tmp_path, FIRST, 1)
    assert (await expects(town, 1))[0] == "stopped"
    async with town.world.db.transaction() as tx:
        await tx.script(f"UPDATE bills SET period = '2025' WHERE id = '{town.bill(1)}'")
    assert (await expects(town, 1))[0] == "will_be_taken"
    assert (await town.built(SECOND)).lines == 1


async def test_who_could_not_be_collected_from_is_told_why_and_where_to_pay(
    town, tmp_path, outside
):
    town.world = where(town.world, retry=Retry.NEXT_DAY)
    phone = "13755550001"
    await has_telephone(town, phone)
    await fails(town, tmp_path, FIRST, 1, 2)
    while await tell_failed(town.world, REGION):
        pass
    async with httpx.AsyncClient(base_url=outside.url, trust_env=False) as http:
        told = (await http.get("/sms/inbox.json", params={"phone": phone})).json()
    [message] = told["messages"] if isinstance(told, dict) else told
    words = message["parameters"]
    assert (words["amount"], words["reason"], words["again"]) == ("930.00", "账户余额不足", "11-29")
    assert not any("http" in said for said in words.values())  # A link would look like fraud.


async def test_whose_account_a_bank_will_take_from_is_told_the_day_and_the_amount(town):
    await has_telephone(town, "13755550002")
    near = replace(where(town.world), rehearsal={REGION: FIRST - timedelta(days=2)})
    await remind_of(
        near,
        region_code=REGION,
        person_id=town.person(1),
        entry_channel="wechat_mini",
        matters=[Matter.DEDUCTION],
    )
    while await look_at_days(near, REGION):
        pass
    async with near.db.reading() as tx:
        found = await reminders.waiting(tx, region_code=REGION, at=near.now(), most=50)
    [told] = [one for one in found if one.person_id == town.person(1)]
    assert (told.words["day"], told.words["amount"]) == ("11 月 28 日", "930.00")
