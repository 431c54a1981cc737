"""Whatever happens to a payment for several cities, each city's part is paid once or goes back."""

import asyncio
from dataclasses import replace

import pytest
from tests.operations.whole.conftest import hear_together

from shebao.core.channel import Method, Outcome
from shebao.core.money import Money
from shebao.core.refusals import Unanswered
from shebao.operations.collect import judge_waiting, shelve
from shebao.operations.expire import expire_due
from shebao.operations.inquire import inquire_due
from shebao.operations.refund import advance_refunds, refund_set_aside
from shebao.operations.whole.open import open_whole
from shebao.operations.whole.pay import pay_whole
from shebao.store import promises, wholes
from shebao.store.notices import Notice
from shebao.worker.sweep import sweep

NINGBO, CHANGZHOU, WUXI = "330200", "320400", "320200"
CITIES = (CHANGZHOU, NINGBO, WUXI)


async def everywhere(world, operation):
    """Do what a worker does in each city."""
    for code in CITIES:
        await operation(world, code)


async def swept(world, clock):
    """Let some minutes pass, with the worker at its rounds."""
    for _ in range(4):
        clock.passes(seconds=70)
        await sweep(world)


@pytest.fixture(autouse=True)
async def promises_are_kept(world):
    """Whatever a test did, every promise that can be asked of the books holds."""
    yield
    async with world.db.reading() as tx:
        assert not any((await promises.broken(tx)).values())


async def test_told_twice_or_at_the_same_time_is_told_once(world, family, cashier):
    whole, tried = await family.at_the_cashier()
    await cashier.does(tried.id, "pay", "notice_never")
    heard = await family.told(tried)
    await asyncio.gather(*(hear_together(world, heard) for _ in range(3)))
    await family.hear(tried, number="2")
    assert await family.states(whole) == ["paid"] * 3
    assert [len(of) for of in (await family.money(whole)).values()] == [1, 1, 1]


async def test_a_notice_that_never_comes_is_made_good_in_every_city_by_asking(
    world, family, cashier, clock
):
    whole, tried = await family.at_the_cashier()
    await cashier.does(tried.id, "pay", "notice_never")
    clock.passes(seconds=6)
    await everywhere(world, inquire_due)
    assert await family.states(whole) == ["paid"] * 3


async def test_an_end_between_two_cities_is_healed_by_asking(world, family, cashier, clock):
    whole, tried = await family.at_the_cashier()
    await cashier.does(tried.id, "pay", "notice_never")
    heard = await family.told(tried)
    await hear_together(world, replace(heard, told=heard.told[:1]))  # And here it was killed.
    assert sorted(await family.states(whole)) == ["paid", "paying", "paying"]
    clock.passes(seconds=6)
    await sweep(world)
    assert await family.states(whole) == ["paid"] * 3


async def test_an_end_before_the_channel_heard_of_a_try_lets_everything_go(world, family, clock):
    whole = await family.opened()
    silent = replace(world, together={Method.WECHAT: NeverReached()})
    with pytest.raises(KilledError):
        await pay_whole(silent, family.wish(whole))
    assert await family.states(whole) == ["paying"] * 3
    await swept(world, clock)
    assert await family.states(whole) == ["expired"] * 3
    assert await family.bill_states() == ["payable"] * 3


async def test_an_end_while_opening_leaves_orders_that_end_by_themselves(world, family, clock):
    basket = family.basket()
    wish = replace(basket, cities=basket.cities)
    whole = await open_whole(world, wish)
    clock.passes(minutes=31)
    await sweep(world)
    assert await family.states(whole) == ["expired"] * 3
    assert await family.bill_states() == ["payable"] * 3


async def test_money_found_while_expiring_pays_every_city(world, family, cashier, clock):
    whole, tried = await family.at_the_cashier()
    await cashier.does(tried.id, "pay", "notice_never")
    clock.passes(minutes=31)
    await everywhere(world, expire_due)
    assert await family.states(whole) == ["paid"] * 3


async def test_nobody_can_pay_any_part_after_the_time_is_over(world, family, clock):
    whole, tried = await family.at_the_cashier()
    clock.passes(minutes=31)
    await expire_due(world, WUXI)  # One city is enough to close it at the channel.
    parts = [attempt_id for _, attempt_id in tried.parts]
    told = await world.together[Method.WECHAT].inquire(tried.id, parts)
    assert {one.outcome.value for one in told} == {"closed"}
    await everywhere(world, expire_due)
    assert await family.states(whole) == ["expired"] * 3


async def test_an_answer_that_never_came_is_unknown_until_it_is_asked_about(
    world, family, cashier, clock
):
    whole = await family.opened()
    await cashier.fault("answer_lost", on="prepay")
    with pytest.raises(Unanswered):
        await pay_whole(world, family.wish(whole))
    tried = await family.tried(whole)
    assert {one.state.value for one in await family.attempts(tried)} == {"unknown"}
    await cashier.well_again()
    clock.passes(minutes=31)
    await swept(world, clock)
    assert await family.states(whole) == ["expired"] * 3


async def test_a_wrong_sum_for_one_city_goes_back_and_the_others_are_paid(
    world, family, cashier, clock
):
    whole, tried = await family.at_the_cashier()
    await cashier.does(tried.id, "pay", "notice_never")
    wrong = dict(tried.parts)[WUXI]

    def change(told):
        return replace(told, amount=Money.yuan("1.00")) if told.attempt_id == wrong else told

    await family.hear(tried, change=change)
    states = {code: order.state.value for code, order in (await family.orders(whole)).items()}
    assert states == {CHANGZHOU: "paid", NINGBO: "paid", WUXI: "paying"}
    [money] = (await family.money(whole))[WUXI]
    assert money.misfit == "wrong_amount"


async def test_late_money_pays_the_cities_that_still_wait_and_goes_back_elsewhere(
    world, family, cashier, clock
):
    whole, tried = await family.at_the_cashier()
    await cashier.does(tried.id, "pay", "notice_never")
    heard = await family.told(tried)
    clock.passes(minutes=31)
    says_closed = {Method.WECHAT: SaysClosed(world.together[Method.WECHAT])}
    await everywhere(replace(world, together=says_closed), expire_due)
    again = await family.opened(NINGBO, WUXI)  # Changzhou's bill waits; the others are taken.
    await hear_together(world, heard)
    first = {code: order.state.value for code, order in (await family.orders(whole)).items()}
    assert first == {CHANGZHOU: "paid", NINGBO: "expired", WUXI: "expired"}
    assert await family.states(again) == ["open"] * 2
    await everywhere(world, refund_set_aside)
    await everywhere(world, advance_refunds)
    money = await family.money(whole)
    came_to = {code: [(one.misfit, one.state.value) for one in of] for code, of in money.items()}
    assert came_to == {
        CHANGZHOU: [("", "applied")],
        NINGBO: [("too_late", "refunding")],
        WUXI: [("too_late", "refunding")],
    }


async def test_a_part_nobody_knows_is_set_aside_where_the_whole_was_paid(world, family, cashier):
    whole, tried = await family.at_the_cashier(NINGBO, WUXI)
    await cashier.does(tried.id, "pay", "notice_never")
    heard = await family.told(tried)
    stray = replace(
        heard.told[0],
        attempt_id=world.mint("prt"),
        reference=f"4200{world.mint('try')}",
        notice_id=f"EV-{world.mint('try')}",
    )
    await hear_together(world, replace(heard, told=[stray]))
    async with world.db.reading() as tx:
        assert (
            await wholes.regions_of(tx, region_codes=CITIES, attempt_ids=[stray.attempt_id]) == {}
        )
    assert await family.states(whole) == ["paying"] * 2
    await family.hear(tried)


class KilledError(Exception):
    """The program ends here."""


class NeverReached:
    """Where a program ends that was about to ask."""

    async def begin(self, *_):
        raise KilledError


class SaysClosed:
    """A channel that takes everything for closed."""

    def __init__(self, real):
        self._real = real

    async def inquire(self, number, attempt_ids):
        told = await self._real.inquire(number, attempt_ids)
        return [replace(one, outcome=Outcome.CLOSED, reference=None) for one in told]


async def test_a_part_on_the_shelf_is_judged_by_the_worker_of_its_city(world, family, cashier):
    whole, tried = await family.at_the_cashier()
    await cashier.does(tried.id, "pay", "notice_never")
    heard = await family.told(tried)
    cities = {attempt_id: code for code, attempt_id in tried.parts}
    await shelve(
        world,
        [
            Notice(cities[one.attempt_id], Method.WECHAT, world.now(), "", b"{}", one)
            for one in heard.told
        ],
    )
    await everywhere(world, judge_waiting)
    assert await family.states(whole) == ["paid"] * 3
