"""A receipt shows its reader what is theirs to see, and proves itself to anybody."""

import pytest

from shebao.core.refusals import NotYours
from shebao.gateways.documents.seal import Verdict
from shebao.operations.issue_receipts import ReceiptUnknown, check_receipt, receipt_paper
from shebao.operations.open_order import open_orders
from shebao.store import receipts
from shebao.store.family import kin

BEIJING = "110000"


@pytest.fixture
async def paid_by_another(world, household, stranger, tell):
    """A bill of the household that somebody else paid: the receipt's number."""
    async with world.db.transaction() as tx:
        await kin.insert(
            tx,
            region_code=BEIJING,
            payer_id=stranger.person.id,
            person_id=household.person.id,
            at=world.now(),
        )
    owed = await household.owes("1200.00")
    [order_id] = await open_orders(world, [stranger.basket(*owed)])
    await tell(await stranger.attempt(order_id), "1200.00")
    async with world.db.reading() as tx:
        [record] = await receipts.of_person(tx, region_code=BEIJING, person_id=household.person.id)
    return record.number


def reading(world, number, reader):
    return receipt_paper(
        world, region_code=BEIJING, number=number, viewer_id=reader.person.id, whole=True
    )


async def test_the_payer_sees_both_numbers_whole(world, paid_by_another, stranger):
    paper = await reading(world, paid_by_another, stranger)
    assert "*" not in paper.number_of(paper.payer) + paper.number_of(paper.insured)


async def test_who_was_paid_for_sees_their_own_number_and_not_the_payers(
    world, paid_by_another, household
):
    paper = await reading(world, paid_by_another, household)
    assert "*" not in paper.number_of(paper.insured)
    assert "*" in paper.number_of(paper.payer)
    assert "*" in paper.name_of(paper.payer)


async def test_nobody_else_sees_it(world, paid_by_another, people):
    with pytest.raises(NotYours):
        await receipt_paper(
            world,
            region_code=BEIJING,
            number=paid_by_another,
            viewer_id="per-nobody",
            whole=False,
        )


async def test_number_and_code_prove_it_to_anybody_masked(world, paid_by_another, household):
    paper = await reading(world, paid_by_another, household)
    checked = await check_receipt(world, number=paper.number, code=paper.verify_code.lower())
    assert (checked.total, checked.whole) == (paper.total, False)


@pytest.mark.parametrize("change", ["code", "number", "region"])
async def test_a_number_without_its_code_opens_nothing(world, paid_by_another, household, change):
    paper = await reading(world, paid_by_another, household)
    asked = {
        "code": (paper.number, "0000-0000"),
        "number": (paper.number[:-1] + str((int(paper.number[-1]) + 1) % 10), paper.verify_code),
        "region": ("999999" + paper.number[6:], paper.verify_code),
    }
    with pytest.raises(ReceiptUnknown):
        await check_receipt(world, number=asked[change][0], code=asked[change][1])


async def test_the_signed_file_says_the_same_number_and_a_changed_one_is_caught(
    world, paid_by_another, household
):
    file = await world.documents.issue(await reading(world, paid_by_another, household))
    judged = await world.documents.judge(file)
    assert (judged.verdict, judged.number) == (Verdict.VALID, paid_by_another)
    at = file.index(b"/MediaBox")
    changed = await world.documents.judge(file[:at] + b"/MediaFox" + file[at + 9 :])
    assert changed.verdict is Verdict.CHANGED
