"""A card charged over the counter is money of the acquirer, under the number its file has too."""

from dataclasses import replace

import pytest

from shebao.core.channel import Method
from shebao.core.desk.card import (
    CardAmountDiffers,
    CardReferenceWrong,
    CardSlip,
    CardSlipUsed,
    TerminalWrong,
    TraceWrong,
    card_reference_of,
    terminal_of,
    trace_of,
)
from shebao.core.journal import SUSPENSE, clearing
from shebao.core.money import Money
from shebao.core.order import OrderState
from shebao.gateways.counter.files import ACQUIRER
from shebao.operations.desk.charge_card import Charged, charge_card
from shebao.operations.desk.look_at_till import look_at_till

CHANGZHOU = "320400"


@pytest.fixture
def card(bank):
    """Let a terminal charge a card; its slip as a clerk types it in."""

    async def charged(amount="930", terminal="CZ000001"):
        fen = Money.yuan(amount).fen
        said = (await bank.post(f"/terminals/{terminal}/charge", json={"fen": fen})).json()
        return CardSlip(said["terminal"], said["trace"], said["reference"], Money(fen))

    return charged


async def test_a_card_payment_pays_the_bill_and_the_acquirer_holds_the_money(
    world, office, comer, card, state_of
):
    before = await office.holds(clearing(Method.POS))
    order_id = await comer.order(office.clerk, Method.POS)
    await charge_card(world, office.clerk, Charged(order_id, await card()))
    assert await state_of(order_id) is OrderState.PAID
    assert await office.holds(clearing(Method.POS)) - before == Money.yuan("930")
    [taken] = (await look_at_till(world, office.clerk)).cards
    assert taken.order_id == order_id


async def test_the_same_card_slip_typed_twice_is_one_payment(world, office, comer, card):
    before = await office.holds(clearing(Method.POS))
    slip = await card()
    charged = Charged(await comer.order(office.clerk, Method.POS), slip)
    assert await charge_card(world, office.clerk, charged) == slip.money
    assert await charge_card(world, office.clerk, charged) == slip.money
    assert await office.holds(clearing(Method.POS)) - before == Money.yuan("930")


async def test_a_card_slip_of_another_order_is_refused(world, office, comes, card):
    slip = await card()
    one, other = [await (await comes()).order(office.clerk, Method.POS) for _ in range(2)]
    await charge_card(world, office.clerk, Charged(one, slip))
    with pytest.raises(CardSlipUsed):
        await charge_card(world, office.clerk, Charged(other, slip))


async def test_another_amount_is_taken_only_when_the_clerk_says_it_is_so(
    world, office, comer, card, state_of
):
    order_id = await comer.order(office.clerk, Method.POS)
    charged = Charged(order_id, await card("93"))
    with pytest.raises(CardAmountDiffers):
        await charge_card(world, office.clerk, charged)
    before = await office.holds(SUSPENSE)
    await charge_card(world, office.clerk, replace(charged, differs=True))
    assert await office.holds(SUSPENSE) - before == -Money.yuan("93")
    assert await state_of(order_id) is OrderState.PAYING


@pytest.mark.parametrize(
    ("read", "text", "refused"),
    [
        (terminal_of, "cz00001", TerminalWrong),
        (trace_of, "12345", TraceWrong),
        (card_reference_of, "12345678901x", CardReferenceWrong),
    ],
)
def test_a_number_of_another_form_is_asked_for_again(read, text, refused):
    with pytest.raises(refused):
        read(text)


def test_numbers_are_read_as_people_type_them():
    assert terminal_of("cz00 0001") == "CZ000001"
    assert trace_of(" 123456 ") == "123456"
    assert card_reference_of("1234 5678 9012") == "123456789012"


async def test_the_acquirers_file_names_every_card_under_our_number(
    world, office, comer, card, files, dropped
):
    slip = await card()
    await charge_card(
        world, office.clerk, Charged(await comer.order(office.clerk, Method.POS), slip)
    )
    lines = [*files(ACQUIRER).read_statement(await dropped("acquirer"))]
    [line] = [line for line in lines if line.reference == slip.money]
    assert (line.amount, line.fee) == (Money.yuan("930"), Money.yuan("5.58"))
