"""A certificate proves what was paid over a time, stays as issued, and is revoked for a reason."""

import hashlib
import json

import pytest

from shebao.core.certificate import (
    CertificateUnknown,
    NothingToProve,
    PeriodsBackwards,
    ReasonNeeded,
    stretch,
    touches,
)
from shebao.core.desk.clerk import Clerk, Duty, DutyMissing
from shebao.core.paper import verify_code
from shebao.core.period import Period
from shebao.core.refusals import NotYours
from shebao.operations.change_key import seal_again
from shebao.operations.proofs.certify import Proof, certify, my_certificates, provable, twin
from shebao.operations.proofs.revoke import revoke_certificate
from shebao.operations.proofs.show import certificate_paper, check_certificate

BEIJING = "110000"


def proof(household, first="2024", last="2024", **more):
    begins, ends = stretch(first, last)
    return Proof(
        region_code=BEIJING, person_id=household.person.id, first=begins, last=ends, **more
    )


@pytest.fixture
async def paid(household, tell):
    """Somebody who has paid two bills for 2024."""
    order_id = await household.order(*await household.owes("1000.00", "2000.00"))
    await tell(await household.attempt(order_id), "3000.00")
    return household


@pytest.fixture
async def number(world, paid):
    return await certify(world, proof(paid))


def clerk(*duties):
    return Clerk(BEIJING, "clk1", "陈", "便民服务中心", frozenset(duties))


async def code_of(world, number):
    return verify_code(number, world.vault.hash("receipt codes"))


async def read(world, number):
    return await check_certificate(world, number=number, code=await code_of(world, number))


async def test_it_lists_what_was_paid_in_that_time_to_the_fen(world, paid, number):
    paper = await certificate_paper(
        world, region_code=BEIJING, number=number, viewer_id=paid.person.id, whole=True
    )
    assert sorted(str(line.amount) for line in paper.lines) == ["1000.00", "2000.00"]
    assert (str(paper.total), paper.name, paper.revoked) == ("3000.00", "王小芳", False)
    assert [one.number for one in await my_certificates(
        world, region_code=BEIJING, person_id=paid.person.id
    )] == [number]  # fmt: skip


async def test_its_twin_is_bound_to_it_and_seen_only_by_its_owner(world, paid, number, stranger):
    facts = await twin(world, region_code=BEIJING, number=number, viewer_id=paid.person.id)
    assert hashlib.sha256(facts).hexdigest() == (await read(world, number)).digest
    assert json.loads(facts)["total_fen"] == 300000
    with pytest.raises(NotYours):
        await twin(world, region_code=BEIJING, number=number, viewer_id=stranger.person.id)


@pytest.mark.parametrize(("first", "last"), [("2023", "2023"), ("2025-01", "2026-12")])
async def test_where_nothing_was_paid_there_is_nothing_to_prove(world, paid, first, last):
    with pytest.raises(NothingToProve):
        await certify(world, proof(paid, first, last))


async def test_only_the_insurances_that_were_asked_for_are_listed(world, paid):
    assert await provable(world, proof(paid, schemes=frozenset({"resident_medical"}))) == []
    assert len(await provable(world, proof(paid, schemes=frozenset({"resident_pension"})))) == 2


async def test_who_checks_it_sees_it_masked_and_a_wrong_code_sees_nothing(world, number):
    assert (await read(world, number)).name == "王*芳"
    with pytest.raises(CertificateUnknown):
        await check_certificate(world, number=number, code="0000-0000")
    with pytest.raises(CertificateUnknown):
        await read(world, number[:-8] + "99999999")


async def test_what_was_given_back_since_is_seen_beside_it(world, number, by_hand):
    before = await read(world, number)
    await by_hand("receipts", "state", "voided", number=before.lines[0].receipt)
    assert (await read(world, number)).given_back == (before.lines[0].receipt,)


async def test_it_is_revoked_once_with_a_reason_by_who_may(world, number):
    with pytest.raises(DutyMissing):
        await revoke_certificate(world, clerk(Duty.READ), number=number, reason="开错了")
    with pytest.raises(ReasonNeeded):
        await revoke_certificate(world, clerk(Duty.PROOFS), number=number, reason=" ")
    with pytest.raises(CertificateUnknown):
        await revoke_certificate(world, clerk(Duty.PROOFS), number="Z1", reason="开错了")
    await revoke_certificate(world, clerk(Duty.PROOFS), number=number, reason="开错了")
    await revoke_certificate(world, clerk(Duty.PROOFS), number=number, reason="再来一次")
    paper = await read(world, number)
    assert (paper.revoked, paper.revoke_reason) == (True, "开错了")


async def test_its_paper_is_signed_and_carries_the_twin_to_the_byte(world, paid, number):
    paper = await certificate_paper(
        world, region_code=BEIJING, number=number, viewer_id=paid.person.id, whole=True
    )
    facts = await twin(world, region_code=BEIJING, number=number, viewer_id=paid.person.id)
    judged = await world.documents.judge(await world.documents.certify(paper, facts))
    assert (judged.verdict, judged.number, judged.digest) == ("valid", number, paper.digest)


@pytest.mark.parametrize(("first", "last"), [("2025", "2024"), ("", "2024"), ("2024-13", "2025")])
def test_a_time_that_ends_before_it_begins_is_refused(first, last):
    with pytest.raises(PeriodsBackwards):
        stretch(first, last)


def test_a_period_is_listed_when_it_has_a_day_in_the_time():
    assert touches(Period(2024), *stretch("2024-12", "2025-01"))
    assert not touches(Period(2024), *stretch("2025-01", "2025-12"))


async def test_nothing_is_left_to_seal_again_with_the_key_in_use(world, number):
    assert await seal_again(world, BEIJING) == 0
