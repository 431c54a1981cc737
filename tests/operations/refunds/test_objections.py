"""An objection is raised in time by whom it concerns, with sealed evidence, and answered once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.operations.refunding import BEIJING, appoint

from shebao.core.desk.clerk import Duty, DutyMissing
from shebao.core.desk.objection import (
    FILE_BYTES_MOST,
    AnswerUnexplained,
    EvidenceTooLarge,
    FileKindUnknown,
    MatterNeeded,
    ObjectionEvent,
    ObjectionTooLate,
    ObjectionUnexplained,
    TooManyFiles,
)
from shebao.core.refusals import NotYours, StepNotAllowed
from shebao.operations.desk.objections import (
    Brought,
    Complaint,
    ObjectedBefore,
    ObjectionNotOffered,
    ObjectionUnknown,
    answer,
    look_at_objection,
    object_to,
    objectable,
    paper_for_clerk,
    paper_of,
    queue,
)

PDF = b"%PDF-1.7 " + bytes(range(256))
SAYS = "我选的是 3,000 元，凭证上写的是 2,000 元。"


@pytest.fixture
def world(world):
    """A world in which Beijing lets people object for thirty days."""
    region = replace(world.region(BEIJING), objection_days=30)
    return replace(world, regions={**world.regions, BEIJING: region})


@pytest.fixture
async def complaint(paid):
    """What somebody would say of the receipt they have just got."""
    return Complaint(
        region_code=BEIJING,
        number=await paid.number("1200.00"),
        viewer_id=paid.payer_id,
        matter="amount",
        says=SAYS,
        files=(Brought("C:\\我的文件\\选择.PDF", PDF),),
    )


async def seen(world, complaint, objection_id):
    return await look_at_objection(
        world, region_code=BEIJING, objection_id=objection_id, viewer_id=complaint.viewer_id
    )


async def test_it_is_raised_with_its_evidence_and_told_twice_is_told_once(world, complaint):
    objection_id = await object_to(world, complaint)
    assert await object_to(world, complaint) == objection_id
    with pytest.raises(ObjectedBefore):
        await object_to(world, replace(complaint, says="金额不对，请再核对一次。"))
    found = await seen(world, complaint, objection_id)
    [paper] = found.papers
    assert (paper.media_type, paper.size) == ("application/pdf", len(PDF))
    evidence, content = await paper_of(
        world,
        region_code=BEIJING,
        objection_id=objection_id,
        viewer_id=complaint.viewer_id,
        number=1,
    )
    assert (evidence.name.endswith(".pdf"), content) == (True, PDF)


async def test_evidence_rests_sealed_like_a_personal_number(world, complaint):
    objection_id = await object_to(world, complaint)
    async with world.db.reading() as tx:
        sealed = await tx.connection.fetchval(
            "SELECT sealed FROM objection_papers WHERE objection_id = $1", objection_id
        )
    assert b"%PDF" not in sealed
    assert world.vault.open_bytes(sealed) == PDF


async def test_after_the_days_are_over_nobody_objects_any_more(world, clock, complaint):
    clock.passes(days=30)
    assert (await look(world, complaint)).in_time
    clock.passes(days=1)
    assert not (await look(world, complaint)).in_time
    with pytest.raises(ObjectionTooLate):
        await object_to(world, complaint)


async def look(world, complaint):
    return await objectable(
        world, region_code=BEIJING, number=complaint.number, viewer_id=complaint.viewer_id
    )


async def test_a_stranger_neither_objects_nor_reads_nor_opens_the_evidence(
    world, complaint, stranger
):
    theirs = replace(complaint, viewer_id=stranger.person.id)
    with pytest.raises(NotYours):
        await object_to(world, theirs)
    objection_id = await object_to(world, complaint)
    with pytest.raises(ObjectionUnknown):
        await seen(world, theirs, objection_id)
    with pytest.raises(ObjectionUnknown):
        await paper_of(
            world,
            region_code=BEIJING,
            objection_id=objection_id,
            viewer_id=stranger.person.id,
            number=1,
        )


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"matter": ""}, MatterNeeded),
        ({"says": "不对"}, ObjectionUnexplained),
        ({"files": (Brought("a.png", b"GIF89a"),)}, FileKindUnknown),
        ({"files": (Brought("a.pdf", b"%PDF-" + bytes(FILE_BYTES_MOST)),)}, EvidenceTooLarge),
        ({"files": (Brought("a.pdf", PDF),) * 4}, TooManyFiles),
    ],
    ids=["no matter", "no words", "no picture", "too large", "too many"],
)
async def test_what_is_missing_or_too_much_is_refused(world, complaint, change, refusal):
    with pytest.raises(refusal):
        await object_to(world, replace(complaint, **change))


async def test_a_clerk_with_the_duty_answers_once_and_the_look_is_written_down(world, complaint):
    objection_id = await object_to(world, complaint)
    reader = await appoint(world, Duty.READ)
    clerk = await appoint(world, Duty.READ, Duty.OBJECTIONS, name="周建国")
    with pytest.raises(DutyMissing):
        await answer(world, reader, objection_id, event=ObjectionEvent.UPHELD, says=SAYS)
    with pytest.raises(AnswerUnexplained):
        await answer(world, clerk, objection_id, event=ObjectionEvent.UPHELD, says="对")
    assert (await paper_for_clerk(world, clerk, objection_id, 1))[1] == PDF
    words = "核对过，应当是 3,000 元，请申请退费后重新缴。"
    for _ in range(2):
        await answer(world, clerk, objection_id, event=ObjectionEvent.UPHELD, says=words)
    with pytest.raises(StepNotAllowed):
        await answer(world, clerk, objection_id, event=ObjectionEvent.DISMISSED, says=SAYS)
    found = await seen(world, complaint, objection_id)
    assert (found.objection.state, found.objection.answer) == ("upheld", words)
    waiting, answered = await queue(world, clerk)
    assert objection_id not in {one.id for one in waiting}
    assert objection_id in {one.id for one in answered}
    async with world.db.reading() as tx:
        looked = await tx.connection.fetchval(
            "SELECT count(*) FROM looks WHERE viewer_id = $1 AND reason = 'objection'", clerk.id
        )
    assert looked == 1


async def test_what_was_dismissed_may_be_raised_again_with_new_evidence(world, complaint):
    first = await object_to(world, complaint)
    clerk = await appoint(world, Duty.READ, Duty.OBJECTIONS)
    await answer(world, clerk, first, event=ObjectionEvent.DISMISSED, says="与选择的一致。")
    second = await object_to(world, complaint)
    assert second != first
    assert [one.id for one in (await look(world, complaint)).before] == [second, first]


async def test_a_region_without_the_service_says_so(world, complaint):
    plain = replace(
        world,
        regions={**world.regions, BEIJING: replace(world.region(BEIJING), objection_days=None)},
    )
    with pytest.raises(ObjectionNotOffered):
        await object_to(plain, complaint)
