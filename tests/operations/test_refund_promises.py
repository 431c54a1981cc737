"""What the books promise of money on its way back is asked, and a breach of it is found."""

import pytest
from tests.operations.refunding import BEIJING, approving, asking, wanted
from tests.operations.test_promises import breaking

from shebao.core.channel import Method
from shebao.operations.desk.decide import approve
from shebao.operations.desk.requests import ask_for
from shebao.store import orders, promises

assert breaking


@pytest.fixture
async def given_back(world, household, tell):
    """What a request that was agreed to left behind: words to write a breach with."""
    [bill] = await household.owes("1200.00", document="back")
    order_id = await household.order(bill)
    attempt_id = await household.attempt(order_id)
    await tell(attempt_id, "1200.00")
    async with world.db.reading() as tx:
        [content] = await orders.contents(tx, region_code=BEIJING, order_id=order_id)
    request_id = await ask_for(world, wanted(content.receipt_number), await asking(world))
    clerk = await approving(world)
    refund_id = await approve(world, clerk, request_id)
    return {
        "bill": bill.id,
        "receipt": content.receipt_number,
        "request": request_id,
        "refund": refund_id,
        "clerk": clerk.id,
        "money": f"4200{attempt_id[3:]}",
        "method": str(Method.WECHAT),
    }


BREACHES = [
    ("refund_due_has_names", "UPDATE refund_requests SET state = 'done' WHERE id = '{request}'"),
    ("refund_due_has_names", "UPDATE refund_requests SET amount_fen = 1 WHERE id = '{request}'"),
    (
        "refund_due_has_names",
        (
            "UPDATE lines SET account = 'refund:lost' WHERE reference = 'reversal:{request}'"
            " AND account = 'refund:due'"
        ),
    ),
    (
        "money_goes_back_once",
        (
            "INSERT INTO refunds SELECT region_code, 'rfdagain', method, reference, attempt_id,"
            " amount_fen, paid_fen, reason, state, version, created_at, asked_at FROM refunds"
            " WHERE id = '{refund}'"
        ),
    ),
    ("money_goes_back_once", "UPDATE receipts SET state = 'issued' WHERE number = '{receipt}'"),
    ("money_goes_back_once", "UPDATE bills SET state = 'paid' WHERE id = '{bill}'"),
    ("states_have_events", "UPDATE refund_requests SET state = 'done' WHERE id = '{request}'"),
    ("states_have_events", "UPDATE clerks SET state = 'locked' WHERE id = '{clerk}'"),
    (
        "states_have_events",
        "DELETE FROM events WHERE subject_id = '{receipt}' AND event = 'voided'",
    ),
]
PROVED = {promise for promise, _ in BREACHES}


async def test_books_with_money_on_its_way_back_break_no_promise(world, given_back):
    async with world.db.reading() as tx:
        found = {name: rows for name, rows in (await promises.broken(tx)).items() if rows}
    assert found == {}, given_back


@pytest.mark.parametrize(("promise", "breach"), BREACHES)
async def test_a_breach_of_it_is_found(given_back, breaking, promise, breach):
    async with breaking(breach.format(**given_back)) as found:
        assert found[promise] != []
