"""A top-up goes into one account and no other fund, keeps to its limits, and lives with its order."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest
from tests.operations.refunding import appoint

from shebao.core.bill import BillState
from shebao.core.channel import Method, Outcome, Told
from shebao.core.desk.clerk import Duty
from shebao.core.identity import IdType, parse_id
from shebao.core.money import Money
from shebao.core.order import OrderDiffers, OrderState
from shebao.core.policy.choice import AmountOutOfRange
from shebao.core.policy.returning import Ground
from shebao.core.refusals import NotYours
from shebao.core.topup import (
    CardUnknown,
    CardUnreadable,
    TopUpNotOffered,
    TopUpYearFull,
    read_card,
)
from shebao.operations.change_key import seal_again
from shebao.operations.collect import judge_waiting, shelve
from shebao.operations.desk.decide import approve
from shebao.operations.desk.requests import Ask as AskBack
from shebao.operations.desk.requests import ask
from shebao.operations.enrol import Membership, register
from shebao.operations.expire import expire_due, withdraw
from shebao.operations.payables import Ask, payables
from shebao.operations.sign_in import new_person
from shebao.operations.top_up import Visitor, find_account, look_at_top_up, open_top_up
from shebao.store import attempts, bills, orders, payments
from shebao.store.notices import Notice

WUXI = "320200"
_CARDS = (f"BA88{serial:05d}" for serial in count(1))


class Holder:
    """Somebody with a card, and short ways to top it up and to look at what came of it."""

    def __init__(self, world, person, card):
        self.world, self.person, self.card = world, person, card
        self.visitor = Visitor(region_code=WUXI, payer_id=person.id, entry_channel="wuxi_app")

    async def tops_up(self, amount, *, order_id=None, whose=None):
        return await open_top_up(
            self.world,
            self.visitor,
            order_id=order_id or self.world.mint("ord"),
            person_id=(whose or self).person.id,
            amount=amount,
        )

    async def bill(self, order_id):
        async with self.world.db.reading() as tx:
            [content] = await orders.contents(tx, region_code=WUXI, order_id=order_id)
            [bill] = await bills.by_ids(tx, region_code=WUXI, bill_ids=[content.bill_id])
        return bill

    async def order(self, order_id):
        async with self.world.db.reading() as tx:
            return await orders.by_id(tx, region_code=WUXI, order_id=order_id)

    async def goes_to_cashier(self, order_id):
        """An attempt that is at the channel, as the channel would know it."""
        at, attempt_id = self.world.now(), self.world.mint("att")
        async with self.world.db.transaction() as tx:
            order = (await orders.lock(tx, region_code=WUXI, order_ids=[order_id]))[order_id]
            await attempts.begin(tx, order, attempt_id=attempt_id, method=Method.WECHAT, at=at)
            await orders.step(tx, region_code=WUXI, moves=[(order, "submitted")], at=at)
            until = order.expires_at
            await orders.point_at_attempt(tx, order, attempt_id=attempt_id, expires_at=until)
        return attempt_id

    async def money_comes(self, attempt_id, amount):
        told = Told(
            attempt_id=attempt_id,
            outcome=Outcome.PAID,
            amount=Money.yuan(amount),
            reference=f"4200{attempt_id[3:]}",
            happened_at=self.world.now(),
            notice_id=f"EV-{attempt_id}",
        )
        at = self.world.now()
        notice = Notice(WUXI, Method.WECHAT, at, "wechatpay-serial: test", b"{}", told)
        await shelve(self.world, [notice])
        while await judge_waiting(self.world, WUXI):
            pass


@pytest.fixture
def move_in(world, people):
    """Let somebody with a card live in Wuxi."""

    async def moved_in():
        card = next(_CARDS)
        number = parse_id(IdType.RESIDENT, people.number(), on=world.today(WUXI))
        member = Membership(
            scheme="flexible_medical", district="320211", last_choice=Money.yuan("4494"), card=card
        )
        person, _ = await register(
            world,
            region_code=WUXI,
            person=new_person(world, name="钱阿明", number=number),
            memberships=[member],
        )
        return Holder(world, person, card)

    return moved_in


@pytest.fixture
async def holder(move_in):
    return await move_in()


async def test_the_money_goes_into_the_personal_account_and_into_no_other_fund(world, holder):
    before = await balances(world)
    order_id = await holder.tops_up("100")
    await holder.money_comes(await holder.goes_to_cashier(order_id), "100")
    assert (await holder.order(order_id)).state is OrderState.PAID
    after = await balances(world)
    moved = {name: sum_ - before.get(name, 0) for name, sum_ in after.items()}
    assert {name: fen for name, fen in moved.items() if fen} == {
        "clearing:wechat": 10_000,
        "fund:medical_account": -10_000,
    }


async def balances(world):
    async with world.db.reading() as tx:
        rows = await tx.connection.fetch(
            "SELECT account, sum(amount_fen) AS fen FROM lines WHERE region_code = $1 GROUP BY 1",
            WUXI,
        )
    return {row["account"]: int(row["fen"]) for row in rows}


async def test_the_same_form_opens_one_order_and_another_amount_is_refused(holder):
    order_id = holder.world.mint("ord")
    assert await holder.tops_up("60", order_id=order_id) == order_id
    assert await holder.tops_up("60.00", order_id=order_id) == order_id
    with pytest.raises(OrderDiffers):
        await holder.tops_up("70", order_id=order_id)


async def test_more_than_the_year_allows_is_refused_until_something_goes_back(world, holder):
    orders_made = [await holder.tops_up("2000"), await holder.tops_up("2000")]
    with pytest.raises(TopUpYearFull) as full:
        await holder.tops_up("1001")
    assert full.value.left == Money.yuan("1000")
    with pytest.raises(AmountOutOfRange):
        await holder.tops_up("2001")
    payer_id = holder.person.id
    await withdraw(world, region_code=WUXI, order_id=orders_made[0], payer_id=payer_id)
    assert await holder.tops_up("1001")


async def test_an_order_given_up_leaves_no_bill_and_what_is_owed_never_shows_it(world, holder):
    order_id = await holder.tops_up("30")
    [owed] = await payables(world, [Ask(WUXI, holder.person.id, holder.person.id)])
    assert "medical_account" not in {due.scheme.id for due in owed.due}
    assert "medical_account" not in {one.scheme.id for one in owed.not_now}
    await withdraw(world, region_code=WUXI, order_id=order_id, payer_id=holder.person.id)
    assert (await holder.bill(order_id)).state is BillState.VOID


async def test_money_that_comes_after_its_time_finds_nothing_to_pay(world, clock, holder):
    order_id = await holder.tops_up("40")
    attempt_id = await holder.goes_to_cashier(order_id)
    async with world.db.transaction() as tx:  # The channel said it could not collect.
        attempt = await attempts.by_id(tx, region_code=WUXI, attempt_id=attempt_id)
        moves = [(attempt, "refused")]
        await attempts.step(tx, region_code=WUXI, moves=moves, at=world.now())
    clock.passes(minutes=31)
    await expire_due(world, WUXI)
    assert (await holder.bill(order_id)).state is BillState.VOID
    await holder.money_comes(attempt_id, "40")
    async with world.db.reading() as tx:
        [money] = await payments.of_order(tx, region_code=WUXI, order_id=order_id)
    assert money.misfit == "too_late", "it is set aside, and goes back by itself"


async def test_a_card_is_found_however_it_is_typed_by_whom_may_pay_for_its_holder(move_in, holder):
    found = await find_account(
        holder.world, holder.visitor, f" {holder.card.lower()[:4]}-{holder.card[4:]}"
    )
    assert found.person_id == holder.person.id
    stranger = await move_in()
    with pytest.raises(CardUnknown):
        await find_account(holder.world, holder.visitor, stranger.card)
    with pytest.raises(CardUnknown):
        await holder.tops_up("50", whose=stranger)
    with pytest.raises(CardUnreadable):
        read_card("12")


async def test_nobody_opens_an_order_under_anothers_number(move_in, holder):
    order_id = await holder.tops_up("50")
    stranger = await move_in()
    with pytest.raises(NotYours):
        await stranger.tops_up("50", order_id=order_id)


async def test_a_pack_switches_it_off_and_a_channel_may_not_offer_it(world, holder):
    elsewhere = replace(holder.visitor, entry_channel="bank_app")
    with pytest.raises(TopUpNotOffered):
        await look_at_top_up(world, elsewhere, person_id=holder.person.id, amount="50")
    region = world.region(WUXI)
    scheme = region.schemes["medical_account"]
    off = replace(scheme, top_up=replace(scheme.top_up, channels=frozenset()))
    without = replace(region, schemes={**region.schemes, scheme.id: off})
    closed = replace(world, regions={**world.regions, WUXI: without})
    with pytest.raises(TopUpNotOffered):
        await look_at_top_up(closed, holder.visitor, person_id=holder.person.id, amount="50")


async def test_the_number_of_a_card_rests_sealed_and_is_sealed_again(world, holder):
    async with world.db.reading() as tx:
        sealed = await tx.connection.fetchval(
            "SELECT card_sealed FROM medical_accounts WHERE region_code = $1 AND person_id = $2",
            WUXI,
            holder.person.id,
        )
    assert holder.card.encode() not in sealed
    assert world.vault.open(sealed) == holder.card
    assert await seal_again(world, WUXI) == 0


async def test_what_was_put_in_by_mistake_goes_back_out_of_the_account(world, holder):
    order_id = await holder.tops_up("80")
    await holder.money_comes(await holder.goes_to_cashier(order_id), "80")
    before = await balances(world)
    async with world.db.reading() as tx:
        [content] = await orders.contents(tx, region_code=WUXI, order_id=order_id)
    wanted = AskBack(WUXI, content.receipt_number, Ground.MISTAKEN, "卡号填错了，充到了别的卡上。")
    request_id = await ask(world, wanted, payer_id=holder.person.id)
    clerk = await appoint(world, Duty.READ, Duty.REFUND_APPROVE, region=WUXI)
    await approve(world, clerk, request_id)
    after = await balances(world)
    assert after["fund:medical_account"] - before["fund:medical_account"] == 8_000
    assert (await holder.bill(order_id)).state is BillState.REVERSING
    assert await holder.tops_up("2000"), "there is room for it again"
