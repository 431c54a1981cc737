"""Money that was rightly taken goes back when it is asked for and agreed to, leg by leg."""

from dataclasses import replace

import pytest
from tests.operations.refunding import (
    BEIJING,
    WECHAT,
    broken,
    legs,
    refund_ends,
    wanted,
)

from shebao.core.bill import BillEvent, BillState
from shebao.core.desk.request import (
    EvidenceNeeded,
    RequestState,
)
from shebao.core.policy.returning import Ground, GroundNotOffered
from shebao.core.receipt import ReceiptState
from shebao.core.refund import RefundState
from shebao.core.refusals import NotYours, StepNotAllowed
from shebao.operations.desk.decide import approve
from shebao.operations.desk.requests import (
    NothingToGiveBack,
    RefundAskedBefore,
    RequestUnknown,
    ask,
    ask_for,
    askable,
    look_at_request,
    requests_of,
    take_back,
)
from shebao.operations.issue_receipts import receipt_paper
from shebao.store import bills


async def test_asking_changes_neither_the_bill_nor_the_receipt(paid, number, asked):
    assert (await paid.request(asked)).state is RequestState.ASKED
    assert (await paid.bill(number)).state is BillState.PAID
    assert (await paid.receipt(number)).state is ReceiptState.ISSUED


async def test_one_bill_of_an_order_goes_back_and_the_other_stays_paid(
    world, paid, number, agreed, clock
):
    other = await paid.number("300.00")
    await refund_ends(world, paid, agreed, clock)
    assert (await paid.request(agreed)).state is RequestState.DONE
    assert (await paid.bill(number)).state is BillState.REVERSED
    assert (await paid.bill(other)).state is BillState.PAID
    assert (await paid.refund(agreed)).state is RefundState.SUCCEEDED
    told = await world.channel(WECHAT).inquire_return(
        (await paid.refund(agreed)).id, attempt_id=paid.attempt_id
    )
    assert told.outcome == "succeeded"
    assert await broken(world) == {}


async def test_both_bills_of_an_order_can_go_back_one_after_the_other(
    world, paid, agreed, clerk_a, clerk_b, clock
):
    other = await paid.number("300.00")
    second = await ask_for(world, wanted(other), clerk_a)
    await approve(world, clerk_b, second)
    await refund_ends(world, paid, agreed, clock)
    await refund_ends(world, paid, second, clock)
    states = [(await paid.refund(one)).state for one in (agreed, second)]
    assert states == [RefundState.SUCCEEDED] * 2
    assert await broken(world) == {}


async def test_every_leg_of_a_bill_leaves_the_funds_and_is_due_until_it_is_back(
    world, paid, agreed, clock
):
    assert await legs(world, f"reversal:{agreed}") == {
        "fund:pension": 120000,
        "refund:due": -120000,
    }
    await refund_ends(world, paid, agreed, clock)
    assert await legs(world, f"refund:{(await paid.refund(agreed)).id}") == {
        "refund:due": 120000,
        "clearing:wechat": -120000,
    }


async def test_the_receipt_is_void_from_the_moment_somebody_agrees_and_says_why(
    world, paid, number, agreed, clock
):
    paper = await receipt_paper(
        world, region_code=BEIJING, number=number, viewer_id=paid.payer_id, whole=False
    )
    assert (paper.voided, paper.void_reason, paper.gone_back) == (True, "重复缴费", False)
    await refund_ends(world, paid, agreed, clock)
    paper = await receipt_paper(
        world, region_code=BEIJING, number=number, viewer_id=paid.payer_id, whole=False
    )
    assert paper.gone_back
    assert paper.voided_at.startswith("20")


async def test_told_twice_is_one_request(world, paid, number, asked):
    assert await ask(world, wanted(number), payer_id=paid.payer_id) == asked
    [only] = await requests_of(world, region_code=BEIJING, payer_id=paid.payer_id)
    assert only.id == asked


async def test_a_bill_has_one_request_whoever_asks(world, number, asked, clerk_a):
    with pytest.raises(RefundAskedBefore) as refused:
        await ask_for(world, wanted(number), clerk_a)
    assert refused.value.request_id == asked


async def test_what_was_taken_back_can_be_asked_for_again(world, paid, number, asked):
    await take_back(world, region_code=BEIJING, request_id=asked, payer_id=paid.payer_id)
    again = await ask(world, wanted(number), payer_id=paid.payer_id)
    assert again != asked
    assert (await paid.request(asked)).state is RequestState.WITHDRAWN


async def test_what_was_agreed_to_cannot_be_taken_back(world, paid, agreed):
    with pytest.raises(StepNotAllowed):
        await take_back(world, region_code=BEIJING, request_id=agreed, payer_id=paid.payer_id)


async def test_who_did_not_pay_gets_nothing_and_sees_nothing(world, number, asked, stranger):
    with pytest.raises(NotYours):
        await ask(world, wanted(number), payer_id=stranger.person.id)
    with pytest.raises(NotYours):
        await askable(world, region_code=BEIJING, number=number, viewer_id=stranger.person.id)
    with pytest.raises(RequestUnknown):
        await look_at_request(
            world, region_code=BEIJING, request_id=asked, viewer_id=stranger.person.id
        )
    with pytest.raises(RequestUnknown):
        await take_back(world, region_code=BEIJING, request_id=asked, payer_id=stranger.person.id)


async def test_money_that_has_gone_back_is_not_asked_for_twice(world, paid, number, agreed, clock):
    await refund_ends(world, paid, agreed, clock)
    with pytest.raises(RefundAskedBefore):
        await ask(world, wanted(number, Ground.MISTAKEN), payer_id=paid.payer_id)


@pytest.mark.parametrize("evidence", ["", "没有", "长" * 501])
async def test_a_request_says_what_can_be_shown_for_it(world, paid, number, evidence):
    with pytest.raises(EvidenceNeeded):
        await ask(world, wanted(number, evidence=evidence), payer_id=paid.payer_id)


async def test_a_ground_nobody_has_a_rule_for_is_not_offered(world, paid, number):
    region = replace(world.region(BEIJING), return_rules=())
    strict = replace(world, regions={**world.regions, BEIJING: region})
    with pytest.raises(GroundNotOffered):
        await ask(strict, wanted(number), payer_id=paid.payer_id)
    found = await askable(strict, region_code=BEIJING, number=number, viewer_id=paid.payer_id)
    assert found.rules == ()


async def test_a_bill_on_its_way_back_is_nothing_to_ask_for(world, paid, number, asked):
    bill = await paid.bill(number)
    await take_back(world, region_code=BEIJING, request_id=asked, payer_id=paid.payer_id)
    async with world.db.transaction() as tx:
        held = await bills.lock(tx, region_code=BEIJING, bill_ids=[bill.id])
        moves = [(held[bill.id], BillEvent.REVERSAL_BEGUN, bill.held_by)]
        await bills.step(tx, region_code=BEIJING, moves=moves, at=world.now())
    with pytest.raises(NothingToGiveBack):
        await ask(world, wanted(number), payer_id=paid.payer_id)
