"""Up to the limit one clerk decides, above it two do, and every look is kept."""

import asyncio
from dataclasses import replace

import pytest
from tests.operations.refunding import (
    BEIJING,
    EVIDENCE,
    appoint,
    approving,
    wanted,
)

from shebao.core.desk.clerk import Duty
from shebao.core.desk.request import (
    AnotherClerkNeeded,
    CheckNeededFirst,
    RejectionUnexplained,
    RequestState,
)
from shebao.core.money import Money
from shebao.core.receipt import ReceiptState
from shebao.operations.desk.decide import approve, check, preview, queue, reject
from shebao.operations.desk.requests import (
    ReceiptNotFound,
    ask,
    ask_for,
    askable_for,
)


async def test_above_the_limit_somebody_checks_before_another_approves(
    world, asked, clerk_a, clerk_b
):
    both = await appoint(world, Duty.REFUND_ASK, Duty.REFUND_APPROVE)
    with pytest.raises(CheckNeededFirst):
        await approve(world, clerk_b, asked)
    await check(world, both, asked)
    with pytest.raises(AnotherClerkNeeded):
        await approve(world, both, asked)
    await approve(world, clerk_b, asked)


async def test_who_asked_for_somebody_does_not_approve_it(world, number, clerk_b):
    both = await appoint(world, Duty.REFUND_ASK, Duty.REFUND_APPROVE)
    request_id = await ask_for(world, wanted(number), both)
    with pytest.raises(AnotherClerkNeeded):
        await approve(world, both, request_id)
    await approve(world, clerk_b, request_id)


async def test_up_to_the_limit_one_clerk_is_enough(world, paid):
    both = await appoint(world, Duty.REFUND_ASK, Duty.REFUND_APPROVE)
    request_id = await ask_for(world, wanted(await paid.number("300.00")), both)
    await approve(world, both, request_id)
    assert (await paid.request(request_id)).state is RequestState.APPROVED


async def test_the_limit_is_the_regions(world, paid, number):
    region = replace(world.region(BEIJING), four_eyes_above=Money.yuan("1200"))
    loose = replace(world, regions={**world.regions, BEIJING: region})
    both = await appoint(loose, Duty.REFUND_ASK, Duty.REFUND_APPROVE)
    request_id = await ask_for(loose, wanted(number), both)
    await approve(loose, both, request_id)
    assert (await paid.request(request_id)).decided_by == both.id


async def test_two_clerks_who_approve_at_once_give_back_once(world, asked, clerk_a, clerk_b):
    await check(world, clerk_a, asked)
    other = await approving(world)
    told = await asyncio.gather(
        approve(world, clerk_b, asked), approve(world, other, asked), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in told) == ["StepNotAllowed", "str"]


async def test_who_says_no_says_why_and_nothing_changes(world, paid, number, asked, clerk_b):
    with pytest.raises(RejectionUnexplained):
        await reject(world, clerk_b, asked, "  ")
    await reject(world, clerk_b, asked, "没有另一份凭证")
    request = await paid.request(asked)
    assert (request.state, request.said) == (RequestState.REJECTED, "没有另一份凭证")
    assert (await paid.receipt(number)).state is ReceiptState.ISSUED
    assert await ask(world, wanted(number), payer_id=paid.payer_id) != asked


async def test_a_clerk_sees_the_entry_before_it_is_written(world, asked, clerk_b):
    seen = await preview(world, clerk_b, asked)
    lines = {str(line.account): line.amount.fen for line in seen.entry.lines}
    assert lines == {"fund:pension": 120000, "refund:due": -120000}
    assert seen.by_channel
    assert seen.seen.request.evidence == EVIDENCE
    waiting, _ = await queue(world, BEIJING)
    assert asked in {row.request.id for row in waiting}


async def test_a_look_of_a_clerk_is_written_down(world, paid, number, clerk_a):
    await askable_for(world, clerk_a, number)
    async with world.db.reading() as tx:
        rows = await tx.connection.fetch(
            "SELECT reason FROM looks WHERE viewer_id = $1 AND person_id = $2",
            clerk_a.id,
            paid.payer_id,
        )
    assert [row["reason"] for row in rows] == ["refund"]
    with pytest.raises(ReceiptNotFound):
        await askable_for(world, clerk_a, "110000" + "0" * 14)
