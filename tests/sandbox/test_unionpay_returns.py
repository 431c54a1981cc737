"""Money goes back through UnionPay: in parts, whole, on the same day, and never more than came."""

from __future__ import annotations

import pytest
from tests.sandbox.unionpay_merchant import UnionPayMerchant, china


@pytest.fixture
def unionpay(sandbox, http, merchant):
    return UnionPayMerchant(sandbox.url, sandbox.credentials, http)


@pytest.fixture
def mailbox(mailbox):
    mailbox.answers = [200] * 9
    return mailbox


def held(unionpay, number):
    """What is left of a payment, in fen."""
    [one] = [one for one in unionpay.look("ledger")["payments"] if one["out_trade_no"] == number]
    return one["total_fen"] - one["refunded_fen"]


@pytest.mark.parametrize("kind", ["04", "31"])
def test_the_whole_goes_back_and_the_merchant_hears_of_it(unionpay, mailbox, kind):
    paid = unionpay.paid(backUrl=mailbox.url)
    words, said = unionpay.back(kind, paid)
    assert said["respCode"] == "00"
    assert unionpay.ended(words)["origRespCode"] == "00"
    assert held(unionpay, paid["orderId"]) == 0
    told, true = unionpay.heard(mailbox.wait_for(2)[1])
    assert true
    assert (told["txnType"], told["orderId"]) == (kind, words["orderId"])
    assert told["queryId"] == said["queryId"]
    assert unionpay.asked(paid)["origRespCode"] == "00"  # It was paid all the same.


def test_parts_go_back_until_nothing_is_left(unionpay):
    paid = unionpay.paid()
    words, _ = unionpay.back("04", paid, txnAmt="300000")
    assert unionpay.ended(words)["txnAmt"] == "300000"
    assert unionpay.back("04", paid, txnAmt="200001")[1]["respCode"] == "36"
    assert unionpay.back("04", paid, txnAmt="200000")[1]["respCode"] == "00"


def test_the_same_refund_again_is_told_so_and_moves_nothing(unionpay):
    paid = unionpay.paid()
    words, _ = unionpay.back("04", paid, txnAmt="100")
    assert unionpay.ask("backTransReq.do", words)["respCode"] == "12"
    same = {name: words[name] for name in ("orderId", "txnTime")}
    assert unionpay.back("04", paid, txnAmt="200", **same)[1]["respCode"] == "12"
    unionpay.ended(words)
    assert held(unionpay, paid["orderId"]) == 499_900


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"txnAmt": "499999"}, "36"),
        ({"origQryId": "202611210000001234567"}, "35"),
        ({"origQryId": None}, "13"),
        ({"txnTime": china(hours=-2)}, "39"),
        ({"backUrl": None}, "13"),
    ],
)
def test_an_undoing_that_is_not_in_order_is_refused(unionpay, changed, code):
    assert unionpay.back("31", unionpay.paid(), **changed)[1]["respCode"] == code


def test_what_was_partly_given_back_cannot_be_undone(unionpay):
    paid = unionpay.paid()
    unionpay.back("04", paid, txnAmt="100")
    assert unionpay.back("31", paid)[1]["respCode"] == "36"


def test_money_of_one_merchant_number_is_not_given_back_by_another(unionpay):
    paid = unionpay.paid()
    other = {"merId": unionpay.told["card_mer_id"]}
    assert unionpay.back("04", paid, **other)[1]["respCode"] == "35"


@pytest.mark.parametrize(("fault", "code"), [("refund_abnormal", "60"), ("refund_closed", "01")])
def test_a_refund_may_end_badly(unionpay, fault, code):
    paid = unionpay.paid()
    unionpay.pull("faults", {"kind": fault})
    words, said = unionpay.back("04", paid)
    assert said["respCode"] == "00"
    assert unionpay.ended(words)["origRespCode"] == code
    assert held(unionpay, paid["orderId"]) == 500_000


def test_a_refund_may_be_refused_for_want_of_money(unionpay):
    paid = unionpay.paid()
    unionpay.pull("faults", {"kind": "refund_not_enough"})
    assert unionpay.back("04", paid)[1]["respCode"] == "33"


def test_a_refund_may_be_done_and_not_known(unionpay):
    paid = unionpay.paid()
    unionpay.pull("faults", {"kind": "undecided", "on": "refund"})
    words, said = unionpay.back("04", paid)
    assert said["respCode"] == "03"
    assert unionpay.ended(words)["origRespCode"] == "00"


@pytest.mark.parametrize("day", ["0230", "abcd", "112", "1301"])
def test_a_day_there_never_was_has_no_file(unionpay, day):
    assert unionpay.file(day)["respCode"] == "10"


def test_a_day_that_is_not_over_has_no_file_yet(unionpay):
    unionpay.paid()
    assert unionpay.file(china(hours=1)[4:8])["respCode"] == "98"
