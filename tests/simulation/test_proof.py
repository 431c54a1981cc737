"""The proof after a day finds what is lost or left over, and says nothing when all is well."""

import pytest

from shebao.sandbox import clock as channel_clock
from shebao.simulation.cast import move_in
from shebao.simulation.market import Market
from shebao.simulation.mischief import Mischief
from shebao.simulation.people import People
from shebao.simulation.proof import lost


@pytest.fixture
async def market(ground):
    """The morning of a day."""
    await ground.clear()
    market = Market(ground, 1)
    with channel_clock.told_by(market.clock.nanoseconds):
        market.cast = await move_in(market.world_of(ground.world), market.dice, 1)
        yield market
        await market.loom.cut()
        await market.outside.close()


async def test_a_day_on_which_nothing_happens_loses_nothing(market):
    assert await lost(market) == []


async def test_money_the_channel_holds_and_nobody_wrote_down_is_found(market):
    with channel_clock.told_by(market.clock.nanoseconds):
        await Mischief(market).stray_money_comes()
    books, money = await lost(market)
    assert "持有" in books
    assert books.endswith("账上 0.00 元")
    assert money.endswith("记了 0 次")


async def test_an_order_nobody_finished_is_found_with_the_bills_it_holds(market):
    await People(market).opens()
    await market.weave()
    held = "\n".join(await lost(market))
    assert "还停在 open" in held
    assert "还停在 reserved" in held


async def test_what_fails_in_the_program_is_no_part_of_the_game(market):
    async def fails():
        raise AssertionError("the program is wrong")

    market.begin("出错的事", fails())
    await market.weave()
    [wrong] = market.wrong
    assert "the program is wrong" in wrong
