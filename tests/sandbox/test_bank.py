"""The sandbox's bank speaks its wire to a merchant who knows nothing but openssl."""

from __future__ import annotations

import json
import re

import pytest
from tests.sandbox.bank_merchant import BankMailbox, BankMerchant, china


@pytest.fixture
def bank(sandbox, http):
    http.delete(f"{sandbox.url}/sandbox/faults")
    return BankMerchant(sandbox.url, sandbox.credentials, http)


@pytest.fixture
def mailbox():
    box = BankMailbox()
    yield box
    box.close()


def heads(letters):
    return [json.loads(letter.body)["head"] for letter in letters]


def bodies(letters):
    return [json.loads(letter.body)["body"] for letter in letters]


def test_an_answer_is_signed_and_repeats_the_serial_of_its_question(bank, tmp_path):
    message = bank.message("SB2002", {"pay_no": "nothing"})
    answer = bank.send(message)
    head = answer.json()["head"]
    assert bank.is_true(answer.content, answer.headers["x-bank-signature"], tmp_path)
    assert not bank.is_true(answer.content + b" ", answer.headers["x-bank-signature"], tmp_path)
    assert head["serial"] == json.loads(message)["head"]["serial"]
    assert (head["retCd"], answer.json()["body"]["reject_code"]) == ("131419", "1006")


def test_a_message_the_merchant_did_not_sign_is_turned_away(bank):
    message = bank.message("SB2002", {"pay_no": "nothing"})
    said = bank.send(message, signature=bank.sign(b"other words")).json()
    assert said["body"]["reject_code"] == "9001"


def test_a_message_sent_twice_is_a_replay(bank):
    message = bank.message("SB2002", {"pay_no": "nothing"})
    bank.send(message)
    assert bank.send(message).json()["body"]["reject_code"] == "9001"


@pytest.mark.parametrize(
    "head",
    [{"time": china(minutes=-6)}, {"merchant_no": "SB0000000000"}, {"time": "now"}],
    ids=["old", "another merchant", "no time"],
)
def test_a_message_that_is_not_in_order_is_turned_away(bank, head):
    said = bank.send(bank.message("SB2002", {"pay_no": "nothing"}, **head)).json()
    assert said["head"]["retCd"] == "131419"


def test_an_account_holder_signs_on_the_banks_page_with_card_name_telephone_and_code(
    bank, http, mailbox, tmp_path
):
    number, page = bank.begins(notify_url=mailbox.url)
    shown = http.get(page).text
    card, phone = re.findall(r"银行卡 (\d{19})，王小芳，手机 (\d{11})", shown)[0]
    token = page.partition("token=")[2]
    there = page.partition("?")[0]
    told = {"token": token, "card": card, "name": "王小芳", "phone": phone}
    http.post(there, data=told | {"action": "code"})
    inbox = http.get(f"{bank.url}/sms/inbox.json", params={"phone": phone}).json()
    [message] = inbox["messages"] if isinstance(inbox, dict) else inbox
    code = message["parameters"]["code"]
    wrong = http.post(there, data={"token": token, "action": "sign", "code": "000000"})
    assert "验证码不对" in wrong.text
    back = http.post(there, data={"token": token, "action": "sign", "code": code})
    assert (back.status_code, back.headers["location"]) == (303, "http://127.0.0.1:1/agreements/1")
    [letter] = mailbox.wait_for(1)
    [head], [body] = heads([letter]), bodies([letter])
    assert bank.is_true(letter.body, letter.headers["X-Bank-Signature"], tmp_path)
    assert (head["trans_code"], body["sign_no"], body["sign_status"]) == ("SB9001", number, "0")
    assert bank.uncovered(body["account_cipher"]) == card
    assert card.encode() not in letter.body


def test_a_page_for_social_cards_takes_no_bank_card(bank, http):
    _, page = bank.begins(account_kinds=["social_card"])
    card, phone = re.findall(r"银行卡 (\d{19})，王小芳，手机 (\d{11})", http.get(page).text)[0]
    told = {"token": page.partition("token=")[2], "card": card, "name": "王小芳", "phone": phone}
    assert "账户类型不符" in http.post(page.partition("?")[0], data=told | {"action": "code"}).text


def test_an_account_beside_another_agreement_must_be_the_same_one(bank, http):
    person = {"id_no_cipher": bank.hidden("110106198001010013")}
    number, _ = bank.begins(**person)
    first = bank.pulls(f"agreements/{number}/sign")
    _, page = bank.begins(**person, beside_protocol_no=first["protocol_no"])
    found = re.findall(r"社会保障卡 (\d{19})，王小芳，手机 (\d{11})", http.get(page).text)[0]
    told = {"token": page.partition("token=")[2], "card": found[0], "phone": found[1]}
    said = http.post(page.partition("?")[0], data=told | {"name": "王小芳", "action": "code"}).text
    assert "请用养老保险签约的那个账户" in said


def test_money_is_taken_and_told_of_and_no_more_than_there_is(bank, mailbox):
    agreement = bank.agreed()
    number, head, body = bank.pays(agreement, notify_url=mailbox.url)
    assert (head["retCd"], body["pay_status"], body["amount"]) == ("00000", "0", "100.00")
    [told] = bodies(mailbox.wait_for(1))
    assert (told["pay_no"], told["bank_serial"]) == (number, body["bank_serial"])
    _, head, body = bank.pays(agreement, amount="99999999.00")
    assert (head["retCd"], body["reject_code"]) == ("131419", "1001")


def test_the_same_number_with_another_amount_is_turned_away(bank):
    agreement = bank.agreed()
    number, *_ = bank.pays(agreement)
    _, head, body = bank.pays(agreement, pay_no=number, amount="1.00")
    assert (head["retCd"], body["reject_code"]) == ("131419", "1005")


@pytest.mark.parametrize(
    "more",
    [
        {"amount": "0.00"},
        {"amount": "1"},
        {"amount": "1.000"},
        {"deadline": china(minutes=-1)},
        {"pay_no": ""},
    ],
    ids=["nothing", "no decimals", "too fine", "too late", "no number"],
)
def test_a_request_that_is_not_in_order_takes_no_money(bank, more):
    _, head, _ = bank.pays(bank.agreed(), **more)
    assert head["retCd"] == "131419"


@pytest.mark.parametrize(
    ("faults", "letters"),
    [
        (["notice_twice"], ["true", "true"]),
        (["notice_forged_first"], ["forged", "true"]),
        (["notice_never"], []),
    ],
    ids=["twice", "forged first", "never"],
)
def test_notices_travel_as_strangely_as_ordered(bank, mailbox, tmp_path, faults, letters):
    agreement = bank.agreed()
    bank.pulls("next", faults=faults)
    bank.pays(agreement, notify_url=mailbox.url)
    found = mailbox.wait_for(len(letters))
    assert mailbox.stays_at(len(letters), seconds=0.1)
    manners = {True: "true", False: "forged"}
    assert [
        manners[bank.is_true(one.body, one.headers["X-Bank-Signature"], tmp_path)] for one in found
    ] == letters


def test_a_notice_is_told_again_until_it_is_accepted(bank, mailbox):
    mailbox.answers = [(500, b""), (200, b"success"), (200, b'{"retCd":"99999"}')]
    bank.pays(bank.agreed(), notify_url=mailbox.url)
    told = heads(mailbox.wait_for(4))
    assert len({head["serial"] for head in told}) == 1
    assert mailbox.stays_at(4, seconds=0.1)


def test_what_the_bank_does_not_know_it_finds_out_and_tells(bank, mailbox):
    agreement = bank.agreed()
    bank.pulls("next", faults=["unknown_then_paid"])
    number, head, body = bank.pays(agreement, notify_url=mailbox.url)
    assert (head["retCd"], body["pay_status"]) == ("00001", "2")
    [told] = bodies(mailbox.wait_for(1))
    assert (told["pay_no"], told["pay_status"]) == (number, "0")


def test_money_taken_back_returns_to_the_account_and_is_told_of(bank, mailbox):
    agreement = bank.agreed()
    bank.pulls("next", faults=["taken_back"])
    number, *_ = bank.pays(agreement, notify_url=mailbox.url)
    paid, back = bodies(mailbox.wait_for(2))
    assert (paid["pay_status"], back["pay_no"]) == ("0", number)
    assert (back["bank_serial"], back["amount"]) == (paid["bank_serial"], "100.00")
    _, refused = bank.ask(
        "SB3001", refund_no="rfd1", pay_no=number, amount="1.00", notify_url=mailbox.url
    )
    assert refused["reject_code"] == "1012"


def test_what_the_bank_holds_is_what_came_less_what_went(bank, http):
    before = _held(bank, http)
    agreement = bank.agreed()
    bank.pays(agreement)
    number, *_ = bank.pays(agreement)
    bank.pulls(f"payments/{number}/take-back")
    assert _held(bank, http) - before == 100_00


def _held(bank, http):
    merchants = http.get(f"{bank.url}/sandbox/ledger").json()["merchants"]
    return sum(one["held_fen"] for one in merchants if one["channel"] == "agreement")
