"""Alipay's notices come signed, again and again until ``success``, and as strangely as ordered."""

from __future__ import annotations

import json

import pytest
from tests.sandbox.alipay_merchant import AlipayMerchant
from tests.sandbox.saying_mailbox import SayingMailbox

from shebao.sandbox.process import SandboxProcess


@pytest.fixture
def alipay(sandbox, http):
    http.delete(f"{sandbox.url}/sandbox/faults")
    return AlipayMerchant(sandbox.url, sandbox.credentials, http)


@pytest.fixture
def mailbox():
    box = SayingMailbox()
    yield box
    box.close()


def told(alipay, letter):
    words, is_true = alipay.heard(letter)
    assert is_true
    return words


def test_a_payment_is_told_whole_and_without_an_empty_word(alipay, mailbox):
    number = alipay.paid(notify_url=mailbox.url, passback_params="a%3D1")

    words = told(alipay, mailbox.wait_for(1)[0])

    assert words["out_trade_no"] == number
    assert (words["app_id"], words["seller_id"]) == (
        alipay.told["app_id"],
        alipay.told["seller_id"],
    )
    assert (words["trade_status"], words["total_amount"]) == ("TRADE_SUCCESS", "5000.00")
    assert words["passback_params"] == "a%3D1"
    assert all(words.values())
    assert "refund_fee" not in words
    assert alipay.settled(number)["state"] == "accepted"


@pytest.mark.parametrize(
    "answer",
    [
        (204, b""),
        (200, b""),
        (200, b"SUCCESS"),
        (200, b"success\n"),
        (200, b'"success"'),
        (500, b"success"),
        (302, b"success"),
        (200, b"success" * 20),
    ],
    ids=str,
)
def test_only_one_word_is_a_yes(alipay, mailbox, answer):
    mailbox.answers = [answer]
    number = alipay.paid(notify_url=mailbox.url)

    letters = mailbox.wait_for(2)

    ids = {told(alipay, letter)["notify_id"] for letter in letters}
    assert len(ids) == 1
    assert alipay.settled(number)["heard"] == "success"


def test_a_notice_is_given_up_after_eight_sendings(tmp_path, http, mailbox):
    mailbox.answers = [(500, b"")] * 9
    with SandboxProcess(tmp_path / "c", time_factor="1/1000000") as running:
        alipay = AlipayMerchant(running.url, running.credentials, http)
        number = alipay.paid(notify_url=mailbox.url)

        mailbox.wait_for(8)

        assert alipay.settled(number)["state"] == "given_up"
        assert mailbox.stays_at(8, seconds=0.2)


@pytest.mark.parametrize(("fault", "count"), [("notice_twice", 2), ("notice_concurrently", 3)])
def test_an_accepted_notice_may_come_more_than_once(alipay, mailbox, fault, count):
    alipay.paid(notify_url=mailbox.url, faults=[fault])

    letters = mailbox.wait_for(count)

    assert mailbox.stays_at(count, seconds=0.2)
    assert len({told(alipay, letter)["notify_id"] for letter in letters}) == 1


def test_a_forgery_comes_first_and_then_the_truth(alipay, mailbox):
    mailbox.answers = [(401, b"FAIL")]
    alipay.paid(notify_url=mailbox.url, faults=["notice_forged_first"])

    letters = mailbox.wait_for(2)

    assert [alipay.heard(letter)[1] for letter in letters] == [False, True]


def test_a_notice_that_never_comes_is_found_by_asking_or_sent_by_hand(alipay, mailbox):
    number = alipay.paid(notify_url=mailbox.url, faults=["notice_never"])
    came = not mailbox.stays_at(0, seconds=0.2)

    alipay.pull(f"notices/{number}/resend", {"times": 2})

    assert not came
    assert alipay.asked(number)["trade_status"] == "TRADE_SUCCESS"
    assert told(alipay, mailbox.wait_for(2)[1])["out_trade_no"] == number


def test_a_late_notice_waits(alipay, mailbox):
    number = alipay.opened(notify_url=mailbox.url)
    alipay.pull(f"attempts/{number}/pay", {"faults": ["notice_late"], "late_ms": 400})

    assert mailbox.stays_at(0, seconds=0.2)
    assert told(alipay, mailbox.wait_for(1)[0])["out_trade_no"] == number


def test_notices_may_come_out_of_order(alipay, mailbox):
    first = alipay.paid(notify_url=mailbox.url, faults=["notice_out_of_order"])
    second = alipay.paid(notify_url=mailbox.url)

    letters = mailbox.wait_for(2)

    assert [told(alipay, letter)["out_trade_no"] for letter in letters] == [second, first]


def test_a_notice_with_another_amount_is_truly_signed(alipay, mailbox):
    number = alipay.paid(notify_url=mailbox.url, faults=["notice_wrong_amount"])

    assert told(alipay, mailbox.wait_for(1)[0])["total_amount"] == "5001.00"
    assert alipay.asked(number)["total_amount"] == "5000.00"


def test_a_part_given_back_is_told_in_the_words_of_a_payment(alipay, mailbox):
    number = alipay.paid(notify_url=mailbox.url)
    mailbox.wait_for(1)
    alipay.refund(number, "100.00", "a")
    mailbox.wait_for(2)
    alipay.refund(number, "4900.00", "b")

    paid, part, rest = (told(alipay, letter) for letter in mailbox.wait_for(3))

    assert paid["trade_status"] == part["trade_status"] == "TRADE_SUCCESS"
    assert (part["out_biz_no"], part["refund_fee"]) == ("a", "100.00")
    assert (rest["out_biz_no"], rest["refund_fee"]) == ("b", "5000.00")
    assert (rest["trade_status"], "gmt_close" in rest) == ("TRADE_CLOSED", True)
    assert "gmt_refund" in part


def test_a_close_is_told_and_speaks_of_no_money(alipay, mailbox):
    number = alipay.opened(notify_url=mailbox.url)
    alipay.said("close", {"out_trade_no": number})

    words = told(alipay, mailbox.wait_for(1)[0])

    assert words["trade_status"] == "TRADE_CLOSED"
    assert not {"gmt_payment", "gmt_refund", "refund_fee"} & words.keys()


def test_money_nobody_ordered_is_told_and_held(alipay, mailbox):
    facts = {"channel": "alipay", "notify_url": mailbox.url, "total_fen": 700}

    number = alipay.pull("attempts/stray", facts)["out_trade_no"]

    assert told(alipay, mailbox.wait_for(1)[0])["out_trade_no"] == number


def test_a_payer_who_pays_late_pays_unless_the_trade_is_closed(alipay, mailbox):
    late, shut = alipay.opened(notify_url=mailbox.url), alipay.opened()
    alipay.pull(f"attempts/{late}/pay-late", {"ms": 200})
    alipay.pull(f"attempts/{shut}/pay-late", {"ms": 200})
    alipay.said("close", {"out_trade_no": shut})

    mailbox.wait_for(1)

    assert alipay.asked(late)["trade_status"] == "TRADE_SUCCESS"
    assert alipay.asked(shut)["trade_status"] == "TRADE_CLOSED"


@pytest.mark.parametrize("fault", ["probe_first", "notice_stale_first"])
def test_what_only_wechat_does_is_refused(alipay, fault):
    number = alipay.opened()

    answer = alipay.http.post(
        f"{alipay.url}/sandbox/attempts/{number}/pay", json={"faults": [fault]}
    )

    assert answer.status_code == 400
    assert alipay.asked(number)["trade_status"] == "WAIT_BUYER_PAY"


def test_money_and_notices_and_late_payers_are_there_after_a_kill(tmp_path, http, mailbox):
    with SandboxProcess(tmp_path / "c") as running:
        alipay = AlipayMerchant(running.url, running.credentials, http)
        late = alipay.opened(notify_url=mailbox.url)
        alipay.pull(f"attempts/{late}/pay-late", {"ms": 900})
        told_late = alipay.opened(notify_url=mailbox.url)
        alipay.pull(f"attempts/{told_late}/pay", {"faults": ["notice_late"], "late_ms": 900})
        facts = json.loads((running.credentials / "alipay.json").read_text())

        running.kill()
        running.start()

        mailbox.wait_for(2)
        assert alipay.asked(late)["trade_status"] == "TRADE_SUCCESS"
        assert json.loads((running.credentials / "alipay.json").read_text()) == facts
