"""A day is played again from its notices alone; whoever changed a notice or the books is found."""

from datetime import date

import pytest

from shebao.operations.books.replay import replay_day
from shebao.simulation.day import play
from shebao.simulation.market import Market

DAY = date(2024, 2, 6)
SEEDS = range(1, 60)
PAID = "method = 'wechat' AND outcome = 'paid' AND verdict = 'applied' AND headers <> ''"
ONE = f"(SELECT id FROM notices WHERE {PAID} ORDER BY id LIMIT 1)"
MONEY = f"(SELECT reference FROM notices WHERE {PAID} ORDER BY id LIMIT 1)"


@pytest.fixture(scope="module")
async def seed(ground):
    """A day on which our clock was never set, and a notice of WeChat's paid an order."""
    for seed in SEEDS:
        played = await play(ground, seed)
        async with ground.look.reading() as tx:
            paid = await tx.connection.fetchval(f"SELECT count(*) FROM notices WHERE {PAID}")
        if paid and not any("本机时钟" in event for event in played.events):
            return seed
    raise AssertionError("the dice have become too unkind")


@pytest.fixture
async def again(ground, seed):
    """A day that was played, and what its notices say when it is replayed."""
    assert (await play(ground, seed)).kept
    market = Market(ground, seed)

    async def again():
        world = market.calm_world()
        return [await replay_day(world, region_code=code, day=DAY) for code in world.regions]

    yield again
    await market.outside.close()


@pytest.fixture
async def tamper(ground):
    """Change the books past everything that would refuse it."""

    async def tamper(statement):
        async with ground.look.transaction() as tx:
            await tx.script(f"SET LOCAL session_replication_role = replica; {statement}")

    return tamper


async def test_the_entries_of_a_day_follow_from_its_notices(again):
    regions = await again()
    assert sum(one.verified for one in regions) > 0
    assert sum(one.entries for one in regions) > 0
    assert [doubt for one in regions for doubt in one.doubts] == []


@pytest.mark.parametrize(
    ("statement", "doubt"),
    [
        (f"UPDATE notices SET body = body || '\\x20' WHERE id = {ONE}", "验不过签名"),
        (f"UPDATE notices SET amount_fen = amount_fen + 1 WHERE id = {ONE}", "读出的不一样"),
        (f"UPDATE notices SET verdict = 'too_late' WHERE id = {ONE}", "应判 applied"),
        (
            f"UPDATE lines SET amount_fen = 2 * amount_fen WHERE reference LIKE '%' || {MONEY}",
            "分录不同",
        ),
        (
            "DELETE FROM events WHERE event LIKE 'paid%' AND subject_id LIKE 'ord%'",
            "步骤不同",
        ),
        (f"DELETE FROM notices WHERE id = {ONE}", "没有哪份通知说过"),
    ],
    ids=["the notice", "its reading", "the verdict", "the entry", "a step", "no notice at all"],
)
async def test_what_does_not_follow_from_the_notices_is_found(again, tamper, statement, doubt):
    await tamper(statement)
    doubts = "\n".join(doubt for one in await again() for doubt in one.doubts)
    assert doubt in doubts
