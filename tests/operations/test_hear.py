"""A notice is on the shelf before it is answered; what is plain is judged with it, and only that."""

from dataclasses import replace

from tests.operations.conftest import BEIJING

from shebao.core.order import OrderState
from shebao.core.payment import Misfit
from shebao.operations.collect import hear, judge_waiting
from shebao.store import orders, promises


async def shelved(world, attempt_id):
    """The verdicts of the notices of an attempt; None for one that waits."""
    async with world.db.reading() as tx:
        rows = await tx.connection.fetch(
            "SELECT verdict FROM notices WHERE subject_id = $1 ORDER BY id", attempt_id
        )
    return [row["verdict"] for row in rows]


async def ordered(household):
    order_id = await household.order(*await household.owes("1200.00"))
    return order_id, await household.attempt(order_id)


async def test_money_that_fits_has_paid_when_its_notice_is_on_the_shelf(world, household, tell):
    order_id, attempt_id = await ordered(household)
    assert await hear(world, [tell.notice(attempt_id, "1200.00")]) == [True]
    assert await shelved(world, attempt_id) == ["applied"]
    assert await household.state(order_id) is OrderState.PAID
    async with world.db.reading() as tx:
        assert not any((await promises.broken(tx)).values())


async def test_what_does_not_fit_waits_on_the_shelf_beside_what_does(world, household, tell):
    order_id, attempt_id = await ordered(household)
    nobodys = world.mint("att")
    heard = [
        tell.notice(attempt_id, "1.00", reference=f"A{attempt_id}"),
        tell.notice(attempt_id, "1200.00", reference=f"B{attempt_id}"),
        tell.notice(attempt_id, "1200.00", reference=f"C{attempt_id}"),
        tell.notice(nobodys, "8.70"),
    ]
    assert await hear(world, heard) == [False, True, False, False]
    assert await shelved(world, attempt_id) == [None, "applied", None]
    while await judge_waiting(world, BEIJING):
        pass
    misfits = sorted(money.misfit for money in await household.money(order_id))
    assert misfits == [Misfit.NONE, Misfit.SECOND_PAYMENT, Misfit.WRONG_AMOUNT]
    assert await shelved(world, nobodys) == ["unknown_attempt"]


async def test_a_notice_told_again_after_its_money_waits_and_changes_nothing(
    world, household, tell
):
    order_id, attempt_id = await ordered(household)
    notice = tell.notice(attempt_id, "1200.00")
    again = replace(notice, told=replace(notice.told, notice_id=f"EV-again{attempt_id}"))
    assert await hear(world, [notice]) == [True]
    assert await hear(world, [notice, again]) == [False, False]
    while await judge_waiting(world, BEIJING):
        pass
    assert await shelved(world, attempt_id) == ["applied", "told_before"]
    assert len(await household.money(order_id)) == 1


async def test_a_notice_of_an_order_that_somebody_holds_is_kept_and_answered_at_once(
    world, household, tell
):
    order_id, attempt_id = await ordered(household)
    async with world.db.transaction() as tx:
        await orders.lock(tx, region_code=BEIJING, order_ids=[order_id])
        assert await hear(world, [tell.notice(attempt_id, "1200.00")]) == [False]
    assert await shelved(world, attempt_id) == [None]
    assert await judge_waiting(world, BEIJING) == 1
    assert await household.state(order_id) is OrderState.PAID
