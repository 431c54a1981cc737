"""A payer with paid bills, clerks, and a request as far as a test wants it."""

from dataclasses import replace

import pytest
from tests.operations.at_the_cashier import attempt_of
from tests.operations.refunding import (
    BEIJING,
    Paid,
    approving,
    asking,
    wanted,
)

from shebao.operations.desk.decide import approve, check
from shebao.operations.desk.requests import (
    ask,
)
from shebao.operations.inquire import ASK_EVERY, inquire_due
from shebao.operations.pay import pay


@pytest.fixture
async def paid(world, household, cashier, wish, clock):
    """An order of two bills, 1,200 and 300 yuan, that WeChat holds the money of."""
    order_id = await household.order(*await household.owes("1200.00", "300.00"))
    await pay(world, replace(wish, order_id=order_id))
    attempt = await attempt_of(world, order_id)
    await cashier.does(attempt.id, "pay", "notice_never")
    clock.passes(seconds=ASK_EVERY.seconds + 1)
    await inquire_due(world, BEIJING)
    return Paid(world, household, order_id, attempt.id)


@pytest.fixture
def order_id():
    return "none yet"


@pytest.fixture
async def number(paid):
    return await paid.number("1200.00")


@pytest.fixture
async def asked(world, paid, number):
    return await ask(world, wanted(number), payer_id=paid.payer_id)


@pytest.fixture
async def clerk_a(world):
    return await asking(world)


@pytest.fixture
async def clerk_b(world):
    return await approving(world)


@pytest.fixture
async def agreed(world, asked, clerk_a, clerk_b):
    await check(world, clerk_a, asked)
    await approve(world, clerk_b, asked)
    return asked
