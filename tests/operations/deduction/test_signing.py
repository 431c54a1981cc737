"""A mandate is active once the bank says so, and a person has one for each fund."""

import asyncio
from dataclasses import replace

import asyncpg
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from shebao.core.channel import Forged, Method
from shebao.core.deduction.mandate import MandateState
from shebao.core.policy.fund import Fund
from shebao.core.refusals import NotYours, StepNotAllowed, Unanswered
from shebao.operations.deduction.confirm import advance_mandates, ask_about
from shebao.operations.deduction.end import cancel_mandate, resume_mandate, suspend_mandate
from shebao.operations.deduction.sign import (
    AgreementNotOffered,
    FundNotYours,
    mandate_of,
    sign_mandate,
)
from shebao.store.deduction import mandates

BEIJING = "110000"


async def all_of(world, signer):
    async with world.db.reading() as tx:
        return await mandates.of_person(
            tx, region_code=signer.region_code, person_id=signer.person_id
        )


async def test_the_owner_is_sent_to_the_banks_own_page(pending, outside):
    assert pending.state is MandateState.PENDING_BANK
    assert pending.sign_url.startswith(f"{outside.url}/bank/sign?token=")


async def test_asking_again_goes_on_with_the_same_signing(world, signer, pending):
    again = await sign_mandate(world, signer)
    assert (again.id, again.sign_url) == (pending.id, pending.sign_url)


async def test_told_twice_is_one_mandate_and_one_step(world, pending, letters, hear, standing, db):
    letter = letters.agreed(pending)
    await hear(letter, pending)
    await hear(letter, pending)
    await hear(letters.agreed(pending), pending)
    assert await standing(pending) is MandateState.ACTIVE
    async with db.reading() as tx:
        events = await tx.connection.fetch(
            "SELECT event FROM events WHERE subject_id = $1 ORDER BY version", pending.id
        )
    assert [row["event"] for row in events] == ["drafted", "submitted", "confirmed"]


async def test_a_forged_word_of_the_bank_is_refused(world, pending, letters, hear, standing):
    stranger = generate_private_key(65537, 2048)
    _, body = letters.agreed(pending)
    forged = letters.letter("SB9001", {"sign_no": pending.id, "sign_status": "1"}, key=stranger)
    with pytest.raises(Forged):
        await hear(forged, pending)
    with pytest.raises(Forged):
        await hear((forged[0], body), pending)
    assert await standing(pending) is MandateState.PENDING_BANK


async def test_an_old_word_of_the_bank_is_refused(world, pending, letters, hear, clock):
    letter = letters.agreed(pending)
    clock.passes(minutes=6)
    with pytest.raises(Forged):
        await hear(letter, pending)


async def test_a_signature_the_bank_did_not_tell_us_of_is_found_by_asking(
    world, pending, teller, clock, standing
):
    await teller.signs(pending, faults=["notice_never"])
    clock.passes(seconds=11)
    await advance_mandates(world, BEIJING)
    assert await standing(pending) is MandateState.ACTIVE


async def test_what_the_owner_does_not_sign_is_refused_with_the_banks_words(
    world, pending, teller, signer
):
    await teller.refuses(pending)
    found = await ask_about(world, region_code=BEIJING, mandate_id=pending.id)
    assert found.state is MandateState.REFUSED
    assert found.says == "客户未同意签约"
    assert (await sign_mandate(world, signer)).id != pending.id


async def test_what_nobody_signs_in_time_lapses_once_the_bank_says_so(
    world, pending, clock, standing, teller
):
    clock.passes(minutes=31)
    await teller.goes_wrong("unavailable", on="sign", count=100)
    await advance_mandates(world, BEIJING)
    assert await standing(pending) is MandateState.PENDING_BANK
    await teller.well_again()
    clock.passes(seconds=11)
    await ask_about(world, region_code=BEIJING, mandate_id=pending.id)
    assert await standing(pending) is MandateState.LAPSED


async def test_a_signature_that_comes_after_its_time_still_counts(
    world, pending, clock, letters, hear, standing
):
    clock.passes(minutes=31)
    await ask_about(world, region_code=BEIJING, mandate_id=pending.id)
    assert await standing(pending) is MandateState.LAPSED
    await hear(letters.letter("SB9001", _valid(letters, pending), at=world.now()), pending)
    assert await standing(pending) is MandateState.ACTIVE


async def test_a_late_signature_beside_another_mandate_is_ended_at_the_bank(
    world, signer, pending, clock, letters, hear, standing, teller
):
    clock.passes(minutes=31)
    await ask_about(world, region_code=BEIJING, mandate_id=pending.id)
    newer = await sign_mandate(world, signer)
    await hear(letters.letter("SB9001", _valid(letters, newer), at=world.now()), newer)
    late = letters.letter("SB9001", _valid(letters, pending, "5678"), at=world.now())
    await hear(late, pending)
    assert await standing(newer) is MandateState.ACTIVE
    assert await standing(pending) is MandateState.CANCELLING


def _valid(letters, mandate, ending="1234"):
    return {
        "sign_no": mandate.id,
        "sign_status": "0",
        "protocol_no": f"999100000018202505120000{ending}",
        "account_cipher": letters.sealed(f"622999000000{ending}"),
        "account_kind": "bank_card",
        "bank_name": "演练银行",
        "sign_time": "20250512103000",
    }


async def test_another_account_is_signed_before_the_old_one_ends(
    world, signer, active, teller, standing
):
    newer = await sign_mandate(world, signer)
    assert await standing(active) is MandateState.ACTIVE
    await teller.signs(newer)
    await ask_about(world, region_code=BEIJING, mandate_id=newer.id)
    assert await standing(newer) is MandateState.ACTIVE
    assert await standing(active) is MandateState.CANCELLING
    await ask_about(world, region_code=BEIJING, mandate_id=active.id)
    assert await standing(active) is MandateState.CANCELLED


async def test_two_signings_at_once_are_one(world, signer):
    both = await asyncio.gather(
        sign_mandate(world, signer), sign_mandate(world, signer), return_exceptions=True
    )
    being_signed = [one for one in await all_of(world, signer) if one.state.being_signed]
    assert len(being_signed) == 1
    assert {one.id for one in both if not isinstance(one, Exception)} == {being_signed[0].id}


async def test_the_books_themselves_refuse_a_second_mandate_in_force(db, active):
    with pytest.raises(asyncpg.UniqueViolationError):
        async with db.transaction() as tx:
            await tx.connection.execute(
                "INSERT INTO mandates (region_code, id, person_id, fund, method, state, version,"
                " created_at, expires_at, agreement, account_sealed)"
                " SELECT region_code, 'man2', person_id, fund, method, 'suspended', 1,"
                " created_at, expires_at, agreement, account_sealed FROM mandates WHERE id = $1",
                active.id,
            )


async def test_a_mandate_is_suspended_and_taken_up_again(world, active, standing):
    whose = {"region_code": BEIJING, "person_id": active.person_id, "mandate_id": active.id}
    await suspend_mandate(world, **whose)
    assert await standing(active) is MandateState.SUSPENDED
    with pytest.raises(StepNotAllowed):
        await suspend_mandate(world, **whose)
    await resume_mandate(world, **whose)
    assert await standing(active) is MandateState.ACTIVE


async def test_an_ended_mandate_has_ended_at_the_bank_too(world, active):
    state = await cancel_mandate(
        world, region_code=BEIJING, person_id=active.person_id, mandate_id=active.id
    )
    assert state is MandateState.CANCELLED
    told = await world.agreement(Method.AGREEMENT).inquire_agreement(active.id)
    assert told.standing == "ended"


async def test_while_the_bank_is_silent_an_ended_mandate_collects_nothing_and_is_asked_about(
    world, active, teller, clock, standing
):
    await teller.goes_wrong("unavailable", on="sign", count=2)
    state = await cancel_mandate(
        world, region_code=BEIJING, person_id=active.person_id, mandate_id=active.id
    )
    assert state is MandateState.CANCELLING
    async with world.db.reading() as tx:
        left = await mandates.eligible(tx, region_code=BEIJING, fund=Fund.PENSION, most=10_000)
    assert active.id not in {one.id for one in left}
    await teller.well_again()
    clock.passes(seconds=11)
    await advance_mandates(world, BEIJING)
    assert await standing(active) is MandateState.CANCELLED


async def test_what_its_owner_ended_at_the_bank_ends_here(world, active, teller, standing):
    await teller.ends(active)
    await ask_about(world, region_code=BEIJING, mandate_id=active.id)
    assert await standing(active) is MandateState.CANCELLED


async def test_nobody_reaches_the_mandate_of_another(world, active, stranger):
    theirs = {"person_id": stranger.person.id, "mandate_id": active.id}
    with pytest.raises(NotYours):
        await cancel_mandate(world, region_code=BEIJING, **theirs)
    with pytest.raises(NotYours):
        await mandate_of(world, region_code=BEIJING, **theirs)


async def test_only_what_one_owes_to_can_be_agreed_to(world, signer):
    with pytest.raises(FundNotYours):
        await sign_mandate(world, replace(signer, fund=Fund.MEDICAL))


async def test_one_agrees_only_where_the_region_collects_by_agreement(world, signer):
    with pytest.raises(AgreementNotOffered):
        await sign_mandate(world, replace(signer, region_code="320200"))
    with pytest.raises(AgreementNotOffered):
        await sign_mandate(world, replace(signer, method=Method.ENTRUST))


async def test_a_bank_that_did_not_answer_is_asked_again_for_the_same_signing(
    world, signer, teller
):
    await teller.goes_wrong("answer_lost", on="sign")
    with pytest.raises(Unanswered):
        await sign_mandate(world, signer)
    [draft] = await all_of(world, signer)
    assert draft.state is MandateState.DRAFT
    assert (await sign_mandate(world, signer)).id == draft.id


async def test_eligible_mandates_are_read_in_order_from_behind_the_last(world, active):
    async with world.db.reading() as tx:
        found = await mandates.eligible(tx, region_code=BEIJING, fund=Fund.PENSION, most=10_000)
        people = [one.person_id for one in found]
        behind = await mandates.eligible(
            tx, region_code=BEIJING, fund=Fund.PENSION, after=active.person_id, most=10_000
        )
    assert active.person_id in people
    assert people == sorted(people)
    assert [one.person_id for one in behind] == people[people.index(active.person_id) + 1 :]
    assert {one.state for one in found} == {MandateState.ACTIVE}
