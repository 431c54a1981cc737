"""Our wire and the sandbox's bank, which share no code, understand each other in everything."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

import pytest
from tests.gateways.rehearsal import clock

from shebao.core.account import AccountKind
from shebao.core.agreement import SigningWish, Standing
from shebao.core.books.statement import BadLine, LineKind, StatementNotReady, StatementUnreadable
from shebao.core.channel import ChannelRefused, Charge, Outcome, RefundOutcome, Return, Scene
from shebao.core.money import Money
from shebao.core.refusals import Unanswered
from shebao.gateways.bank.account import read_account
from shebao.gateways.bank.pay import Bank
from shebao.gateways.bank.seal import BEIJING

NOTIFY = "http://127.0.0.1:1/notify/agreement/110000"
AMOUNT = Money.yuan("380.50")


@pytest.fixture
def bank(town, transport):
    account = read_account(town.credentials, base_url=town.url)
    return Bank(account, transport, clock, secrets.token_bytes)


def new(prefix):
    return f"{prefix}{secrets.token_hex(13).upper()}"


def wish(mandate_id, **more):
    facts = {
        "mandate_id": mandate_id,
        "fund": "pension",
        "name": "王小芳",
        "id_type": "201",
        "id_number": f"3302831949{secrets.randbelow(10**8):08}",
        "kinds": (AccountKind.BANK_CARD, AccountKind.SOCIAL_CARD),
        "notify_url": NOTIFY,
        "return_url": "http://127.0.0.1:1/agreements/1",
        "expires_at": clock() + timedelta(minutes=30),
    }
    return SigningWish(**(facts | more))


@pytest.fixture
def charge_for():
    def charge_for(agreement, **more):
        facts = {
            "attempt_id": new("att"),
            "amount": AMOUNT,
            "description": "北京市社会保险费",
            "expires_at": clock() + timedelta(minutes=5),
            "scene": Scene.H5,
            "notify_url": NOTIFY,
            "payer_ip": "127.0.0.1",
            "agreement": agreement,
        }
        return Charge(**(facts | more))

    return charge_for


@pytest.fixture
async def signed(bank, town):
    """An agreement signed at the bank."""
    mandate_id = new("man")
    await bank.begin_signing(wish(mandate_id))
    await town.pull(f"bank/agreements/{mandate_id}/sign")
    return await bank.inquire_agreement(mandate_id)


async def test_an_agreement_is_asked_for_signed_asked_about_and_ended(bank, town):
    mandate_id = new("man")
    asked = wish(mandate_id)
    place = await bank.begin_signing(asked)
    assert place == await bank.begin_signing(asked)
    assert (await bank.inquire_agreement(mandate_id)).standing is Standing.WAITING
    await town.pull(f"bank/agreements/{mandate_id}/sign")
    told = await bank.inquire_agreement(mandate_id)
    assert (told.standing, told.kind) == (Standing.VALID, AccountKind.BANK_CARD)
    assert told.account.startswith("622999")
    assert (await bank.end_agreement(mandate_id)).standing is Standing.ENDED
    assert (await bank.end_agreement(mandate_id)).standing is Standing.ENDED


async def test_an_agreement_nobody_asked_for_is_unheard_of(bank):
    assert (await bank.inquire_agreement(new("man"))).standing is Standing.UNHEARD_OF
    assert (await bank.end_agreement(new("man"))).standing is Standing.UNHEARD_OF


async def test_what_is_not_signed_in_time_is_refused(bank):
    mandate_id = new("man")
    await bank.begin_signing(wish(mandate_id, expires_at=clock() - timedelta(seconds=1)))
    assert (await bank.inquire_agreement(mandate_id)).standing is Standing.REFUSED


async def test_money_is_taken_at_once_and_known_afterwards(bank, signed, charge_for):
    charge = charge_for(signed.number)
    told = await bank.begin(charge)
    assert (told.outcome, told.amount) == (Outcome.PAID, AMOUNT)
    assert await bank.begin(charge) == told
    assert await bank.inquire(charge.attempt_id) == told
    assert await bank.close(charge.attempt_id) is Outcome.PAID


async def test_what_the_bank_never_saw_is_unheard_of_until_it_is_voided(bank, signed, charge_for):
    charge = charge_for(signed.number)
    assert (await bank.inquire(charge.attempt_id)).outcome is Outcome.UNHEARD_OF
    assert await bank.close(charge.attempt_id) is Outcome.CLOSED
    assert (await bank.inquire(charge.attempt_id)).outcome is Outcome.CLOSED
    with pytest.raises(ChannelRefused):
        await bank.begin(charge)


@pytest.mark.parametrize(
    ("fault", "says"), [("insufficient_funds", "余额不足"), ("account_frozen", "冻结")]
)
async def test_a_no_is_told_in_the_banks_words(bank, town, signed, charge_for, fault, says):
    await town.pull("bank/next", {"faults": [fault]})
    charge = charge_for(signed.number)
    told = await bank.begin(charge)
    assert told.outcome is Outcome.FAILED
    assert says in told.says
    assert (await bank.inquire(charge.attempt_id)).outcome is Outcome.FAILED
    assert await bank.close(charge.attempt_id) is Outcome.CLOSED


async def test_an_account_without_enough_in_it_is_left_as_it_is(bank, town, charge_for):
    mandate_id, asked = new("man"), wish(new("man"))
    account = {"number": f"6229{secrets.randbelow(10**12):012}", "holder": "王小芳"}
    account |= {"id_number": asked.id_number, "phone": "13900000000", "balance_fen": 100}
    await town.pull("bank/accounts", account)
    await bank.begin_signing(wish(mandate_id, id_number=asked.id_number))
    await town.pull(f"bank/agreements/{mandate_id}/sign")
    agreement = await bank.inquire_agreement(mandate_id)
    assert (await bank.begin(charge_for(agreement.number))).outcome is Outcome.FAILED
    found = await town.ask("GET", f"/sandbox/bank/accounts/{asked.id_number}")
    assert [one["balance_fen"] for one in found["accounts"]] == [100]


async def test_what_the_bank_does_not_know_is_unanswered_and_found_out(
    bank, town, signed, charge_for
):
    await town.pull("bank/next", {"faults": ["unknown_then_paid"]})
    charge = charge_for(signed.number)
    with pytest.raises(Unanswered):
        await bank.begin(charge)
    assert (await bank.inquire(charge.attempt_id)).outcome is Outcome.WAITING
    assert await bank.close(charge.attempt_id) is Outcome.WAITING


async def test_money_goes_back_once_a_number_and_never_more_than_came(bank, signed, charge_for):
    charge = charge_for(signed.number)
    await bank.begin(charge)
    asked = Return(new("rfd"), charge.attempt_id, Money.yuan("80.50"), AMOUNT, "重复缴费", NOTIFY)
    told = await bank.give_back(asked)
    assert (told.outcome, told.amount) == (RefundOutcome.SUCCEEDED, asked.amount)
    assert await bank.give_back(asked) == told
    found = await bank.inquire_return(asked.refund_id, attempt_id=charge.attempt_id)
    assert found == told
    too_much = Return(new("rfd"), charge.attempt_id, AMOUNT, AMOUNT, "重复缴费", NOTIFY)
    with pytest.raises(ChannelRefused):
        await bank.give_back(too_much)
    unheard = await bank.inquire_return(too_much.refund_id, attempt_id=charge.attempt_id)
    assert unheard.outcome is RefundOutcome.UNHEARD_OF


@pytest.fixture
async def day(bank, town, signed, charge_for, tmp_path):
    """A day on which money came, went back and was taken back; its file, and what is in it."""
    paid, undone = charge_for(signed.number), charge_for(signed.number)
    for charge in (paid, undone):
        await bank.begin(charge)
    back = Return(new("rfd"), paid.attempt_id, Money.yuan("80.50"), AMOUNT, "重复缴费", NOTIFY)
    await bank.give_back(back)
    await town.pull(f"bank/payments/{undone.attempt_id}/take-back")
    today = datetime.now(BEIJING).date()
    await town.pull(f"bank/days/{today:%Y%m%d}/close")
    file = tmp_path / "bank.txt"
    await bank.fetch_statement(today, file)
    return file, paid, back, undone


async def test_the_banks_file_names_every_movement_of_a_day(bank, day):
    file, paid, back, undone = day
    found = {(line.kind, line.our_id): line.amount for line in bank.read_statement(file)}
    assert found[LineKind.PAYMENT, paid.attempt_id] == AMOUNT
    assert found[LineKind.REFUND, back.refund_id] == Money.yuan("80.50")
    assert found[LineKind.PAYMENT, undone.attempt_id] == AMOUNT
    assert found[LineKind.REFUND, undone.attempt_id] == AMOUNT
    assert "社会保险费" in file.read_bytes().decode("gbk")


async def test_a_day_that_is_not_over_has_no_file(bank, tmp_path):
    tomorrow = datetime.now(BEIJING).date() + timedelta(days=1)
    with pytest.raises(StatementNotReady):
        await bank.fetch_statement(tomorrow, tmp_path / "bank.txt")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("found", "instead"),
    [
        (b"END|", b"END|9"),
        (b"|380.50|0.00|", b"|380.51|0.00|"),
        (b"SBHZ|", b"SBXX|"),
        (b"\r\nEND", b"\r\nEXTRA\r\nEND"),
    ],
    ids=["count", "total", "head", "one line more"],
)
def test_a_file_that_was_changed_is_unreadable(bank, day, found, instead):
    file, *_ = day
    file.write_bytes(file.read_bytes().replace(found, instead, 1))
    with pytest.raises(StatementUnreadable):
        list(bank.read_statement(file))


def test_a_file_that_breaks_off_is_unreadable(bank, day):
    file, *_ = day
    file.write_bytes(file.read_bytes().partition(b"END")[0])
    with pytest.raises(StatementUnreadable):
        list(bank.read_statement(file))


def test_the_file_of_another_merchant_is_unreadable(bank, day):
    file, *_ = day
    head, _, rest = file.read_bytes().partition(b"\r\n")
    fields = head.split(b"|")
    file.write_bytes(b"|".join([*fields[:2], b"SB9999999999", *fields[3:]]) + b"\r\n" + rest)
    with pytest.raises(StatementUnreadable, match="SB9999999999"):
        list(bank.read_statement(file))


@pytest.mark.parametrize(
    ("found", "instead"),
    [(b"\r\n1|", b"\r\n7|"), (b"|380.50|0.00|", b"|x|0.00|"), (b"|0.00|", b"|")],
    ids=["kind", "amount", "columns"],
)
def test_a_line_that_cannot_be_read_is_shown_with_the_reason(bank, day, found, instead):
    file, *_ = day
    file.write_bytes(file.read_bytes().replace(found, instead, 1))
    bad = [line for line in bank.read_statement(file) if isinstance(line, BadLine)]
    assert len(bad) == 1
    assert bad[0].why
