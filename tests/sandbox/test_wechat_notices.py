"""Notices come sealed and signed, again and again until accepted, and as strangely as ordered."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest


def number_in(merchant, letter):
    return json.loads(merchant.opens(json.loads(letter.body)["resource"]))["out_trade_no"]


def test_a_refused_notice_comes_again_until_it_is_accepted(merchant, mailbox):
    mailbox.answers = [500, 400, 302, 200]
    number = merchant.paid(notify_url=mailbox.url)

    letters = mailbox.wait_for(4)

    assert mailbox.stays_at(4, seconds=0.2)
    assert len({letter.body for letter in letters}) == 1
    assert len({letter.headers["Wechatpay-Signature"] for letter in letters}) == 4
    told = merchant.settled(number)
    assert [one["answer"] for one in told["deliveries"]] == [500, 400, 302, 200]
    assert told["state"] == "accepted"


def test_the_ladder_is_climbed_at_the_pace_of_the_world(merchant, mailbox):
    mailbox.answers = [500, 500, 500, 204]
    merchant.paid(notify_url=mailbox.url)

    times = [letter.at for letter in mailbox.wait_for(4)]

    waits = [later - earlier for earlier, later in pairwise(times)]
    assert 0.02 < waits[0] < 1
    assert waits[2] >= 0.045  # Thirty seconds, six hundred times faster.


@pytest.mark.parametrize(("fault", "count"), [("notice_twice", 2), ("notice_concurrently", 3)])
def test_an_accepted_notice_may_come_more_than_once(merchant, mailbox, fault, count):
    merchant.paid(notify_url=mailbox.url, faults=[fault])

    letters = mailbox.wait_for(count)

    assert mailbox.stays_at(count, seconds=0.2)
    assert {merchant.is_true(letter.headers, letter.body) for letter in letters} == {True}
    assert len({letter.body for letter in letters}) == 1


@pytest.mark.parametrize("fault", ["probe_first", "notice_forged_first", "notice_stale_first"])
def test_something_untrue_comes_first_and_then_the_truth(merchant, mailbox, fault):
    mailbox.refuses = lambda letter: not merchant.is_true(letter.headers, letter.body)
    number = merchant.paid(notify_url=mailbox.url, faults=[fault])

    letters = mailbox.wait_for(2)

    assert [merchant.is_true(one.headers, one.body) for one in letters] == [False, True]
    deliveries = merchant.settled(number)["deliveries"]
    assert [one["answer"] for one in deliveries] == [401, 204]


def test_a_probe_says_so_in_its_signature(merchant, mailbox):
    merchant.paid(notify_url=mailbox.url, faults=["probe_first"])

    probe = mailbox.wait_for(1)[0]

    assert probe.headers["Wechatpay-Signature"].startswith("WECHATPAY/SIGNTEST/")


def test_a_notice_that_never_comes_is_found_by_asking(merchant, mailbox):
    number = merchant.paid(notify_url=mailbox.url, faults=["notice_never"])

    assert mailbox.stays_at(0, seconds=0.2)
    assert merchant.asked(number).json()["trade_state"] == "SUCCESS"


def test_even_a_withheld_notice_can_be_sent_by_hand(merchant, mailbox):
    number = merchant.paid(notify_url=mailbox.url, faults=["notice_never"])

    merchant.pull(f"notices/{number}/resend", {"times": 2})

    assert number_in(merchant, mailbox.wait_for(2)[1]) == number


def test_a_notice_accepted_by_hand_is_not_brought_again(merchant, mailbox):
    mailbox.answers = [500, 500, 500, 500]  # The fifth comes after three minutes: 300 ms here.
    number = merchant.paid(notify_url=mailbox.url)
    mailbox.wait_for(4)

    merchant.pull(f"notices/{number}/resend")

    mailbox.wait_for(5)
    assert mailbox.stays_at(5, seconds=0.6)


def test_a_merchant_who_hangs_up_is_called_again(merchant, mailbox):
    first = merchant.paid(notify_url=mailbox.url)
    mailbox.wait_for(1)
    mailbox.hang_up()

    second = merchant.paid(notify_url=mailbox.url)

    letters = mailbox.wait_for(2)
    assert [number_in(merchant, letter) for letter in letters] == [first, second]


def test_a_late_notice_waits(merchant, mailbox):
    number = merchant.opened(notify_url=mailbox.url)
    merchant.pull(f"attempts/{number}/pay", {"faults": ["notice_late"], "late_ms": 400})

    assert mailbox.stays_at(0, seconds=0.2)
    assert number_in(merchant, mailbox.wait_for(1)[0]) == number


def test_notices_may_come_out_of_order(merchant, mailbox):
    first = merchant.paid(notify_url=mailbox.url, faults=["notice_out_of_order"])
    second = merchant.paid(notify_url=mailbox.url)

    letters = mailbox.wait_for(2)

    assert [number_in(merchant, letter) for letter in letters] == [second, first]


def test_a_notice_with_another_amount_is_truly_signed(merchant, mailbox):
    number = merchant.paid(notify_url=mailbox.url, faults=["notice_wrong_amount"])

    letter = mailbox.wait_for(1)[0]

    told = json.loads(merchant.opens(json.loads(letter.body)["resource"]))
    assert merchant.is_true(letter.headers, letter.body)
    assert told["amount"]["total"] == 500100
    assert merchant.asked(number).json()["amount"]["total"] == 500000


def test_money_nobody_ordered_is_told_and_held(merchant, mailbox):
    facts = {"notify_url": mailbox.url, "total_fen": 700}

    number = merchant.pull("attempts/stray", facts)["out_trade_no"]

    assert number_in(merchant, mailbox.wait_for(1)[0]) == number
    held = {one["out_trade_no"]: one["total_fen"] for one in merchant.look("ledger")["payments"]}
    assert held[number] == 700


def test_a_payer_who_pays_late_is_paying_until_then(merchant, mailbox):
    number = merchant.opened(notify_url=mailbox.url)
    merchant.pull(f"attempts/{number}/pay-late", {"ms": 300})
    meanwhile = merchant.asked(number).json()["trade_state"]

    mailbox.wait_for(1)

    assert meanwhile == "USERPAYING"
    assert merchant.asked(number).json()["trade_state"] == "SUCCESS"


def test_a_payer_who_comes_after_the_close_cannot_pay(merchant, mailbox):
    number = merchant.opened(notify_url=mailbox.url)
    merchant.pull(f"attempts/{number}/pay-late", {"ms": 100})
    path = f"/v3/pay/transactions/out-trade-no/{number}/close"

    merchant.call("POST", path, {"mchid": merchant.told["mchid"]})

    assert mailbox.stays_at(0, seconds=0.3)
    assert merchant.asked(number).json()["trade_state"] == "CLOSED"
