"""Every promise asked of the books finds a breach of itself, and says nothing when all is well.

A breach is written by hand, past all that would refuse it, in a transaction that is undone.
"""

from contextlib import asynccontextmanager

import pytest

from shebao.store import promises

BEIJING = "110000"


class Undone(Exception):  # noqa: N818
    """Ends a transaction whose writing must not stay."""


@pytest.fixture
def breaking(world):
    """The books with something wrong in them, for as long as the block lasts."""

    @asynccontextmanager
    async def opened(*statements):
        with pytest.raises(Undone):
            async with world.db.transaction() as tx:
                await tx.script("SET LOCAL session_replication_role = replica")  # No triggers.
                await tx.script(";".join(statements))
                yield await promises.broken(tx)
                raise Undone

    return opened


@pytest.fixture
async def paid(household, tell):
    """What one paid bill of 1200 yuan left behind: words to write a breach with."""
    [bill] = await household.owes("1200.00")
    order_id = await household.order(bill)
    attempt_id = await household.attempt(order_id)
    await tell(attempt_id, "1200.00")
    return {
        "bill": bill.id,
        "order": order_id,
        "attempt": attempt_id,
        "money": f"4200{attempt_id[3:]}",
    }


@pytest.fixture
async def set_aside(household, tell):
    """A sum that did not fit: its number."""
    owed = await household.owes("960.00", document="odd")
    order_id = await household.order(*(bill for bill in owed if bill.state == "payable"))
    attempt_id = await household.attempt(order_id)
    await tell(attempt_id, "1.00")
    return {"order": order_id, "money": f"4200{attempt_id[3:]}"}


async def broken(world):
    async with world.db.reading() as tx:
        return {name: rows for name, rows in (await promises.broken(tx)).items() if rows}


async def test_books_in_order_break_no_promise(world, paid, set_aside):
    assert paid["order"] != set_aside["order"]
    assert await broken(world) == {}


BREACHES = [
    (
        "entries_sum_to_zero",
        "a line of another amount",
        (
            "UPDATE lines SET amount_fen = amount_fen + 1"
            " WHERE reference = 'payment:wechat:{money}' AND line = 1"
        ),
    ),
    (
        "entries_sum_to_zero",
        "a line that is gone",
        "DELETE FROM lines WHERE reference = 'payment:wechat:{money}' AND line = 1",
    ),
    (
        "entries_sum_to_zero",
        "an entry without lines",
        "INSERT INTO entries VALUES ('110000', 'bare', now(), 2)",
    ),
    (
        "entries_sum_to_zero",
        "lines without an entry",
        "INSERT INTO lines VALUES ('110000', 'stray', 1, 'a:1', 5), ('110000', 'stray', 2, 'a:2', -5)",
    ),
    (
        "bills_are_paid_once",
        "a paid bill whose receipt was voided",
        "UPDATE receipts SET state = 'voided' WHERE bill_id = '{bill}'",
    ),
    (
        "bills_are_paid_once",
        "a bill with two receipts",
        (
            "DROP INDEX receipts_that_count;"
            "INSERT INTO receipts SELECT region_code, 'another', bill_id, order_id, amount_fen, issued_at,"
            " state FROM receipts WHERE bill_id = '{bill}'"
        ),
    ),
    (
        "reserved_bills_are_held",
        "a bill reserved for an order that is over",
        "UPDATE bills SET state = 'reserved' WHERE id = '{bill}'",
    ),
    (
        "reserved_bills_are_held",
        "a bill reserved for nobody",
        "UPDATE bills SET state = 'reserved', held_by = NULL WHERE id = '{bill}'",
    ),
    (
        "money_told_is_in_the_journal",
        "money that is in no entry",
        (
            "DELETE FROM lines WHERE reference = 'payment:wechat:{money}';"
            "DELETE FROM entries WHERE reference = 'payment:wechat:{money}'"
        ),
    ),
    (
        "money_told_is_in_the_journal",
        "money that is in the journal with a fen less",
        (
            "UPDATE lines SET amount_fen = amount_fen - 1"
            " WHERE reference = 'payment:wechat:{money}' AND amount_fen > 0;"
            "UPDATE lines SET amount_fen = amount_fen + 1"
            " WHERE reference = 'payment:wechat:{money}' AND amount_fen < 0"
        ),
    ),
    (
        "told_twice_is_told_once",
        "an order paid by two sums",
        (
            "DROP INDEX payments_applied_once;"
            "INSERT INTO payments SELECT region_code, method, 'another', attempt_id, order_id, amount_fen,"
            " state, version, misfit, happened_at, judged_at FROM payments WHERE reference = '{money}'"
        ),
    ),
    (
        "told_twice_is_told_once",
        "a paid order no money paid",
        "DELETE FROM payments WHERE reference = '{money}'",
    ),
    (
        "told_twice_is_told_once",
        "money applied to an order that is not paid",
        "UPDATE orders SET state = 'expired' WHERE id = '{order}'",
    ),
    (
        "told_twice_is_told_once",
        "money applied to nothing",
        "UPDATE payments SET order_id = NULL WHERE reference = '{money}'",
    ),
    (
        "paid_orders_have_receipts",
        "a paid order without its receipt",
        "DELETE FROM receipts WHERE order_id = '{order}'",
    ),
    (
        "paid_orders_have_receipts",
        "a bill that two orders paid",
        (
            "INSERT INTO orders SELECT region_code, 'second', payer_id, entry_channel, state, version,"
            " amount_fen, attempt_id, opened_at, expires_at FROM orders WHERE id = '{order}';"
            "INSERT INTO order_lines SELECT region_code, 'second', bill_id, amount_fen"
            " FROM order_lines WHERE order_id = '{order}'"
        ),
    ),
    (
        "amounts_cite_their_policy",
        "a bill without a source",
        "UPDATE bills SET source = '' WHERE id = '{bill}'",
    ),
    (
        "amounts_cite_their_policy",
        "a bill without its policy's version",
        "UPDATE bills SET policy_version = '' WHERE id = '{bill}'",
    ),
    (
        "amounts_cite_their_policy",
        "a bill without its arithmetic",
        "UPDATE bills SET arithmetic = ARRAY[]::text[] WHERE id = '{bill}'",
    ),
    (
        "states_have_events",
        "a bill that became paid without an event",
        "UPDATE bills SET state = 'settled' WHERE id = '{bill}'",
    ),
    (
        "states_have_events",
        "an order whose last event is gone",
        (
            "DELETE FROM events WHERE subject_id = '{order}'"
            " AND version = (SELECT max(version) FROM events WHERE subject_id = '{order}')"
        ),
    ),
    (
        "states_have_events",
        "an attempt with a step missing on the way",
        "DELETE FROM events WHERE subject_id = '{attempt}' AND version = 1",
    ),
    (
        "states_have_events",
        "a step that happened to a version nobody has",
        "UPDATE attempts SET version = version + 1 WHERE id = '{attempt}'",
    ),
]


@pytest.mark.parametrize(
    ("promise", "breach"),
    [(promise, breach) for promise, _, breach in BREACHES],
    ids=[what for _, what, _ in BREACHES],
)
async def test_a_breach_is_found_by_its_promise(paid, breaking, promise, breach):
    async with breaking(breach.format(**paid)) as found:
        assert found[promise] != []


@pytest.mark.parametrize(
    "breach",
    [
        "UPDATE payments SET misfit = '' WHERE reference = '{money}'",
        "UPDATE payments SET state = 'refunded' WHERE reference = '{money}'",
        "DELETE FROM payments WHERE reference = '{money}'",
        (
            "UPDATE lines SET account = 'suspense:lost'"
            " WHERE reference = 'payment:wechat:{money}' AND amount_fen < 0"
        ),
    ],
    ids=[
        "without a reason",
        "back, but still there",
        "without a name",
        "in an account of nobody's",
    ],
)
async def test_suspense_is_the_money_set_aside_and_nothing_else(set_aside, breaking, breach):
    async with breaking(breach.format(**set_aside)) as found:
        assert found["suspense_has_names"] == [BEIJING]


@pytest.mark.parametrize(
    ("table", "thing"),
    [
        ("bills", "stray"),
        ("orders", "stray"),
        ("attempts", "stray"),
        ("refunds", "stray"),
        ("payments", "wechat:r"),
        ("elections", "stray"),
        ("enrolments", "stray"),
        ("differences", "stray"),
        ("repairs", "stray"),
        ("settlements", "settlement:wechat:2024-02-06"),
    ],
)
async def test_whatever_has_a_state_is_asked_for_its_event(breaking, table, thing):
    stray = f"INSERT INTO {table} SELECT (jsonb_populate_record(NULL::{table}, $json)).*"
    async with breaking(stray.replace("$json", f"'{STRAY}'::jsonb")) as found:
        assert found["states_have_events"] == [f"990002 {thing}"]


STRAY = (
    '{"region_code": "990002", "id": "stray", "why": "", "state": "somewhere", "version": 3, "amount_fen": 1,'
    ' "paid_fen": 1, "chosen_fen": 1, "person_id": "p", "payer_id": "p", "enrolment_id": "e",'
    ' "scheme": "s", "period": "2024", "kind": "yearly", "document": "", "label": "",'
    ' "policy_version": "v", "source": "s", "arithmetic": ["1"], "shares": [], "withdrawn": "",'
    ' "entry_channel": "c", "method": "wechat", "order_id": "o", "reference": "r", "attempt_id": "a",'
    ' "reason": "r", "made_by": "p", "says": "", "left_over": false, "misfit": "", "subsidised_years": 0,'
    ' "made_at": "2024-02-06T00:00:00Z", "opened_at": "2024-02-06T00:00:00Z",'
    ' "expires_at": "2024-02-06T00:00:00Z", "created_at": "2024-02-06T00:00:00Z",'
    ' "source": "wechat", "day": "2024-02-06", "subject": "payment", "number": "n", "our_id": "",'
    ' "theirs_fen": 0, "ours_fen": 1, "stands": true, "found_at": "2024-02-06T00:00:00Z",'
    ' "seen_at": "2024-02-06T00:00:00Z", "difference_id": "d", "remedy": "r", "proposed_by": "p",'
    ' "proposed_at": "2024-02-06T00:00:00Z", "payments_fen": 1, "refunds_fen": 0, "fees_fen": 0,'
    ' "happened_at": "2024-02-06T00:00:00Z", "judged_at": "2024-02-06T00:00:00Z"}'
)


def test_every_promise_that_can_be_asked_is_proved_here():
    proved = {promise for promise, _, _ in BREACHES} | {"suspense_has_names"}
    proved |= {"slips_have_no_gaps", "cash_is_where_slips_say"}  # In desk/test_cash_promises.py.
    proved |= {"refund_due_has_names", "money_goes_back_once"}  # In test_refund_promises.py.
    proved |= {"statements_agree_or_differ_by_name", "closed_days_stay_closed"}  # In books/.
    assert proved == set(promises.SQL) - {"join_whole_tables"}  # How all of them are asked.
