"""A slip that is missing, or cash that is somewhere else than its slip says, is found.

A breach is written by hand, past all that would refuse it, in a transaction that is undone.
"""

from contextlib import asynccontextmanager

import pytest

from shebao.operations.desk.hand_in_cash import receive_hand_in
from shebao.store import promises


class Undone(Exception):  # noqa: N818
    """Ends a transaction whose writing must not stay."""


@pytest.fixture
def breaking(world):
    @asynccontextmanager
    async def opened(statement):
        with pytest.raises(Undone):
            async with world.db.transaction() as tx:
                await tx.script("SET LOCAL session_replication_role = replica")  # No triggers.
                await tx.script(statement)
                yield await promises.broken(tx)
                raise Undone

    return opened


@pytest.fixture
async def slip(office, comer):
    return await office.collects(comer)


@pytest.mark.parametrize(
    "breach",
    [
        "DELETE FROM slips WHERE id = '{slip}'",
        "UPDATE slip_books SET last_serial = 2 WHERE office = '{office}'",
        "UPDATE slips SET serial = 7 WHERE id = '{slip}'",
    ],
    ids=["a slip that is gone", "a number that was torn out", "a number that jumped"],
)
async def test_a_number_that_is_missing_is_found(office, slip, breaking, breach):
    async with breaking(breach.format(slip=slip.id, office=office.name)) as found:
        assert f"320400 {office.name} 1" in found["slips_have_no_gaps"]


@pytest.mark.parametrize(
    "breach",
    [
        "UPDATE slips SET amount_fen = amount_fen - 1 WHERE id = '{slip}'",
        "UPDATE slips SET state = 'handed_in' WHERE id = '{slip}'",
        "UPDATE lines SET amount_fen = amount_fen - 1 WHERE account = 'cash:{office}:{clerk}'",
        "UPDATE lines SET account = 'cash:elsewhere' WHERE account = 'cash:{office}:{clerk}'",
    ],
    ids=["a fen less on the slip", "handed in to nobody", "a fen less in the till", "elsewhere"],
)
async def test_cash_that_is_not_where_its_slip_says_is_found(office, slip, breaking, breach):
    facts = {"slip": slip.id, "office": office.name, "clerk": office.clerk.id}
    async with breaking(breach.format(**facts)) as found:
        assert f"320400 cash:{office.name}:{office.clerk.id}" in found["cash_is_where_slips_say"]


async def test_counted_cash_that_is_missing_from_the_office_is_found(world, office, slip, breaking):
    hand_in = await office.hands_in(slip)
    await receive_hand_in(world, office.cashier, hand_in_id=hand_in.id, counted=hand_in.amount)
    gone = f"UPDATE hand_ins SET amount_fen = 1 WHERE id = '{hand_in.id}'"
    async with breaking(gone) as found:
        assert found["cash_is_where_slips_say"] == [f"320400 cash:{office.name}"]


@pytest.mark.parametrize("table", ["slips", "hand_ins", "deposits"])
async def test_whatever_has_a_state_at_the_counter_is_asked_for_its_event(breaking, table):
    stray = f"INSERT INTO {table} SELECT (jsonb_populate_record(NULL::{table}, '{STRAY}')).*"
    async with breaking(stray) as found:
        assert "990002 stray" in found["states_have_events"]


STRAY = (
    '{"region_code": "990002", "id": "stray", "number": "n", "office": "o", "clerk_id": "c",'
    ' "serial": 1, "order_id": "o", "attempt_id": "a", "reference": "r", "amount_fen": 1,'
    ' "received_fen": 1, "taken_at": "2024-02-06T00:00:00Z", "due_on": "2024-02-06",'
    ' "state": "somewhere", "version": 3, "reason": "", "slips": 1, "cashier_id": "d",'
    ' "submitted_at": "2024-02-06T00:00:00Z", "bank_serial": "s",'
    ' "made_at": "2024-02-06T00:00:00Z"}'
)
