"""The database itself keeps the journal: entries balance, and what is written stays written."""

from datetime import UTC, datetime

import asyncpg
import pytest

from shebao.core.journal import SUSPENSE, Account, Entry, Line
from shebao.core.money import Money
from shebao.store import journal

REGION = "990001"  # No pack has it: these entries are in nobody's books.
AT = datetime(2024, 2, 6, tzinfo=UTC)
CLEARING = Account("clearing:wechat")


class Undone(Exception):  # noqa: N818
    """Ends a transaction whose writing must not stay."""


@pytest.fixture
def undone(db):
    """Run something in a transaction that is rolled back, and give its answer."""

    async def run(work):
        answer = None
        with pytest.raises(Undone):
            async with db.transaction() as tx:
                answer = await work(tx)
                raise Undone
        return answer

    return run


def an_entry(reference, fen=100):
    lines = (Line(CLEARING, Money(fen)), Line(SUSPENSE, Money(-fen)))
    return Entry(REGION, reference, AT, lines)


async def post(tx, *entries):
    return await journal.post(tx, region_code=REGION, entries=entries, at=AT)


async def wrote(tx, reference, *fens, lines=None, first=1):
    """Write an entry by hand, as a program that knows nothing of ours would."""
    await tx.connection.execute(
        "INSERT INTO entries VALUES ($1, $2, $3, $4)", REGION, reference, AT, lines or len(fens)
    )
    await tx.connection.execute(
        "INSERT INTO lines SELECT $1, $2, $3 + n - 1, 'a:' || n, fen"
        "  FROM unnest($4::bigint[]) WITH ORDINALITY AS l (fen, n)",
        REGION,
        reference,
        first,
        [*fens],
    )


async def test_a_reference_posts_once_and_the_second_time_changes_nothing(undone):
    async def work(tx):
        counts = [await post(tx, an_entry("one")), await post(tx, an_entry("one", fen=999))]
        return counts, await journal.balance(tx, region_code=REGION, account=CLEARING)

    assert await undone(work) == ([2, 0], Money(100))


async def test_a_batch_posts_what_is_new_in_it(undone):
    async def work(tx):
        await post(tx, an_entry("one"))
        new = await post(tx, an_entry("one"), an_entry("two"), an_entry("three"))
        return new, await journal.balance(tx, region_code=REGION, account=SUSPENSE)

    assert await undone(work) == (4, Money(-300))


async def test_the_trial_balance_sums_to_zero_and_names_every_account(undone):
    async def work(tx):
        await post(tx, an_entry("one"), an_entry("two", fen=50))
        return [row for row in await journal.trial_balance(tx) if row[0] == REGION]

    assert await undone(work) == [
        (REGION, CLEARING, Money(150)),
        (REGION, SUSPENSE, Money(-150)),
    ]


async def test_nothing_to_post_posts_nothing(undone):
    assert await undone(post) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"fens": (100, -99)},
        {"fens": (100, 100)},
        {"fens": (100, -100), "lines": 3},
        {"fens": (60, 40, -100), "lines": 2},
        {"fens": (100, -100), "first": 2},
    ],
    ids=["a fen short", "one way only", "a line missing", "a line too many", "misnumbered"],
)
async def test_an_entry_that_does_not_balance_is_refused_by_the_database(undone, wrong):
    fens = wrong.pop("fens")

    async def work(tx):
        with pytest.raises(asyncpg.RaiseError, match="does not balance"):
            await wrote(tx, "odd", *fens, **wrong)

    await undone(work)


async def test_one_wrong_entry_takes_its_whole_batch_with_it(undone):
    async def work(tx):
        await tx.connection.execute(
            "INSERT INTO entries VALUES ($1, 'good', $2, 2), ($1, 'odd', $2, 2)", REGION, AT
        )
        with pytest.raises(asyncpg.RaiseError, match="entry odd does not balance"):
            await tx.connection.execute(
                "INSERT INTO lines VALUES ($1, 'good', 1, 'a:1', 5), ($1, 'good', 2, 'a:2', -5),"
                "                         ($1, 'odd', 1, 'a:1', 5), ($1, 'odd', 2, 'a:2', -4)",
                REGION,
            )

    await undone(work)


@pytest.mark.parametrize("fen", [0, None], ids=["nothing", "not even a number"])
async def test_a_line_moves_something(undone, fen):
    async def work(tx):
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            await wrote(tx, "idle", 100, -100, fen)

    await undone(work)


@pytest.mark.parametrize("lines", [0, 1])
async def test_an_entry_has_two_sides(undone, lines):
    async def work(tx):
        with pytest.raises(asyncpg.CheckViolationError):
            await tx.connection.execute(
                "INSERT INTO entries VALUES ($1, 'lonely', $2, $3)", REGION, AT, lines
            )

    await undone(work)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO lines VALUES ($1, 'kept', 3, 'a:3', 7), ($1, 'kept', 4, 'a:4', -7)",
        "INSERT INTO lines VALUES ($1, 'kept', 1, 'a:3', 7), ($1, 'kept', 2, 'a:4', -7)",
        "INSERT INTO lines VALUES ($1, 'of nothing', 1, 'a:3', 7), ($1, 'of nothing', 2, 'a:4', -7)",
    ],
    ids=["more lines", "the same lines", "of no entry"],
)
async def test_a_line_added_later_is_refused(undone, statement):
    async def work(tx):
        await post(tx, an_entry("kept"))
        with pytest.raises((asyncpg.RaiseError, asyncpg.UniqueViolationError)):
            await tx.connection.execute(statement, REGION)

    await undone(work)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE lines SET amount_fen = amount_fen + 1",
        "UPDATE lines SET account = 'fund:medical'",
        "UPDATE entries SET at = now()",
        "UPDATE entries SET reference = 'other'",
        "DELETE FROM lines",
        "DELETE FROM entries",
        "TRUNCATE lines",
        "TRUNCATE entries",
        "TRUNCATE entries, lines",
    ],
)
async def test_what_is_written_is_neither_changed_nor_removed(undone, statement):
    async def work(tx):
        await post(tx, an_entry("kept"))
        with pytest.raises(asyncpg.RaiseError, match="only ever added to"):
            await tx.connection.execute(statement)

    await undone(work)
