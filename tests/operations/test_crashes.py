"""A program that dies between two commits leaves everything where the next one finds it."""

import pytest

from shebao.core.channel import Method, Outcome, Told
from shebao.core.money import Money
from shebao.core.order import OrderEvent, OrderState
from shebao.operations.collect import judge_waiting, shelve
from shebao.store import attempts, notices, orders
from shebao.store.notices import Notice
from shebao.worker.sweep import sweep

BEIJING = "110000"


class PulledPlugError(Exception):
    """The program ends here."""


@pytest.fixture
async def order(household):
    order_id = await household.order(*await household.owes("1200.00"))
    return order_id, await household.attempt(order_id)


def told(world, attempt_id):
    return Notice(
        BEIJING,
        Method.WECHAT,
        world.now(),
        "",
        b"{}",
        Told(
            attempt_id=attempt_id,
            outcome=Outcome.PAID,
            amount=Money.yuan("1200.00"),
            reference=f"4200{attempt_id[3:]}",
            happened_at=world.now(),
            notice_id=f"EV-{attempt_id}",
        ),
    )


async def test_a_notice_shelved_before_the_end_is_judged_by_the_worker(world, household, order):
    order_id, attempt_id = order
    await shelve(world, [told(world, attempt_id)])
    await sweep(world)
    assert await household.state(order_id) is OrderState.PAID


async def test_an_end_in_the_middle_of_judging_leaves_the_notice_waiting(world, household, order):
    order_id, attempt_id = order
    await shelve(world, [told(world, attempt_id)])
    with pytest.raises(PulledPlugError):
        async with world.db.transaction() as tx:
            await notices.lock_payments(tx, region_code=BEIJING, most=10)
            raise PulledPlugError
    assert await judge_waiting(world, BEIJING) == 1
    assert await household.state(order_id) is OrderState.PAID


async def test_an_end_after_the_attempt_was_written_leaves_something_to_ask_about(
    world, household, clock
):
    order_id = await household.order(*await household.owes("1200.00"))
    attempt_id = await household.attempt(order_id)  # The channel never heard of it.
    clock.passes(minutes=2)
    for _ in range(3):
        clock.passes(seconds=10)
        await sweep(world)
    async with world.db.reading() as tx:
        attempt = await attempts.by_id(tx, region_code=BEIJING, attempt_id=attempt_id)
    assert attempt.state == "closed"
    assert await household.state(order_id) is OrderState.PAYING


async def test_an_end_while_expiring_is_taken_up_where_it_stopped(world, household, order, clock):
    order_id, _ = order
    clock.passes(minutes=31)
    async with world.db.transaction() as tx:
        locked = await orders.lock(tx, region_code=BEIJING, order_ids=[order_id])
        await orders.step(
            tx,
            region_code=BEIJING,
            moves=[(locked[order_id], OrderEvent.TIME_RAN_OUT)],
            at=world.now(),
        )
    assert await household.state(order_id) is OrderState.EXPIRING
    while await household.state(order_id) is not OrderState.EXPIRED:
        await sweep(world)


async def test_two_workers_at_once_judge_each_notice_once(world, household, order):
    order_id, attempt_id = order
    await shelve(world, [told(world, attempt_id)])
    await sweep_twice(world)
    assert len(await household.money(order_id)) == 1


async def sweep_twice(world):
    async with world.db.transaction() as tx:
        held = await notices.lock_payments(tx, region_code=BEIJING, most=10)
        assert len(held) == 1
        assert await judge_waiting(world, BEIJING) == 0
    assert await judge_waiting(world, BEIJING) == 1
