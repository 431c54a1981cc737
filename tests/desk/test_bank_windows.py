"""A notice taken to a bank's window is paid once, and believed when the bank says so."""

import pytest

from shebao.core.channel import Forged, Method
from shebao.core.desk.payment_notice import in_groups, is_notice_number
from shebao.core.order import OrderGone, OrderState
from shebao.core.refusals import NotYours
from shebao.gateways.counter.files import WINDOW
from shebao.operations.desk.hear_bank import hear_of_window
from shebao.operations.desk.open_at_counter import give_up
from shebao.operations.desk.print_notice import (
    BankSaysOtherwise,
    believe_bank_slip,
    notice_of,
    print_notice,
)
from shebao.worker.sweep import sweep

CHANGZHOU = "320400"


@pytest.fixture
async def notice(world, office, comer):
    """A notice the bank knows of."""
    return await print_notice(world, office.clerk, await comer.order(office.clerk, Method.COUNTER))


async def test_a_notice_has_a_number_a_person_can_type_and_is_printed_again_the_same(
    world, office, notice
):
    assert is_notice_number(notice.number)
    assert len(in_groups(notice.number).split()) == 5
    assert await print_notice(world, office.clerk, notice.order_id) == notice
    assert await notice_of(world, office.clerk, notice.order_id) == notice


@pytest.mark.parametrize("place", range(20))
def test_one_wrong_digit_of_a_notice_is_noticed(place):
    number = "32040081719915100759"
    assert is_notice_number(number)
    wrong = str((int(number[place]) + 1) % 10)
    assert not is_notice_number(number[:place] + wrong + number[place + 1 :])


async def test_the_bank_is_asked_when_its_notice_does_not_come(
    world, office, notice, bank, state_of, clock
):
    await bank.post(f"/windows/{notice.number}/pay", json={"faults": ["notice_never"]})
    clock.passes(minutes=11)
    await sweep(world)
    assert await state_of(notice.order_id) is OrderState.PAID


async def test_a_paper_notice_is_not_asked_about_every_few_seconds(world, notice, clock):
    clock.passes(minutes=1)
    await sweep(world)
    async with world.db.reading() as tx:
        row = await tx.connection.fetchrow(
            "SELECT asked_at FROM attempts WHERE id = $1", notice.attempt_id
        )
    assert row["asked_at"] is None


async def test_a_notice_outlives_the_minute_that_changzhou_gives_a_cashier(
    world, office, notice, clock, state_of
):
    clock.passes(minutes=30)
    await sweep(world)
    assert await state_of(notice.order_id) is OrderState.PAYING
    clock.passes(days=3)
    await sweep(world)
    await sweep(world)
    assert await state_of(notice.order_id) is OrderState.EXPIRED


async def test_a_bank_slip_is_believed_when_the_bank_says_the_same(
    world, office, notice, bank, state_of
):
    with pytest.raises(BankSaysOtherwise) as refused:
        await believe_bank_slip(world, office.clerk, number=notice.number, serial="231105000001")
    assert refused.value.says == "not_paid"
    paid = await bank.post(f"/windows/{notice.number}/pay", json={"faults": ["notice_never"]})
    serial = paid.json()["serial"]
    await believe_bank_slip(world, office.clerk, number=notice.number, serial=serial)
    assert await state_of(notice.order_id) is OrderState.PAID


async def test_a_bank_slip_of_another_serial_is_said_to_be_another(world, office, notice, bank):
    await bank.post(f"/windows/{notice.number}/pay", json={"faults": ["notice_never"]})
    with pytest.raises(BankSaysOtherwise) as refused:
        await believe_bank_slip(world, office.clerk, number=notice.number, serial="231105000001")
    assert refused.value.says == "another_serial"


async def test_a_number_we_never_printed_is_nobodys(world, office):
    with pytest.raises(NotYours):
        await believe_bank_slip(
            world, office.clerk, number="32040081719915100759", serial="231105000001"
        )


async def test_the_windows_file_tells_what_no_notice_told_once(
    world, office, notice, bank, files, dropped, state_of
):
    await bank.post(f"/windows/{notice.number}/pay", json={"faults": ["notice_never"]})
    told = {"region_code": CHANGZHOU, "reader": files(WINDOW), "file": await dropped("window")}
    heard = await hear_of_window(world, **told)
    assert (heard.bad, heard.news > 0) == ((), True)
    assert await state_of(notice.order_id) is OrderState.PAID
    assert (await hear_of_window(world, **told)).news == 0


async def test_an_order_given_up_at_the_counter_is_closed_at_the_bank(
    world, office, comer, notice, bank, state_of
):
    await give_up(world, office.clerk, order_id=notice.order_id, person_id=comer.person.id)
    assert await state_of(notice.order_id) is OrderState.EXPIRED
    refused = await bank.post(f"/windows/{notice.number}/pay", json={})
    assert refused.status_code == 409
    with pytest.raises(OrderGone):
        await print_notice(world, office.clerk, notice.order_id)


async def test_nobody_may_tell_us_by_a_message_what_our_clerks_hold(world):
    for_cash = world.channels[Method.CASH]
    with pytest.raises(Forged):
        for_cash.open_notice({}, b"{}", now=world.now())
