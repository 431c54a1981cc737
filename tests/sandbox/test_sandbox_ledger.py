"""What the channel holds is real: it adds up, and a killed sandbox still knows it."""

from __future__ import annotations

import json

import pytest
from tests.sandbox.merchant import Merchant

from shebao.sandbox.process import SandboxProcess

PEOPLE = '[[person]]\nname = "王小芳"\nid_number = "33020319900307002X"\n'


@pytest.fixture
def own(tmp_path, http):
    """A sandbox that may be killed: nobody else is in it."""
    people = tmp_path / "people.toml"
    people.write_text(PEOPLE, encoding="utf-8")
    with SandboxProcess(tmp_path / "credentials", people=people) as running:
        yield running, Merchant(running.url, running.credentials, http)


def restarted(running):
    running.kill()
    running.start()


def test_the_sums_are_those_of_the_payments_and_refunds(own):
    _, merchant = own
    numbers = [merchant.paid(amount={"total": fen}) for fen in (39000, 93000)]
    merchant.paid(amount={"total": 1}, faults=["insufficient_funds"])
    merchant.opened()

    merchant.refund(numbers[0], fen=9000, total=39000, out_refund_no="r-sum")
    merchant.http.get(f"{merchant.url}/sandbox/health")

    held = merchant.look("ledger")
    assert [one["total_fen"] for one in held["payments"]] == [39000, 93000]
    assert held["merchants"][0]["paid_fen"] == 132000
    assert [one["refund_fen"] for one in held["refunds"]] == [9000]


def test_many_orders_are_paid_at_once(own):
    _, merchant = own
    numbers = [merchant.opened() for _ in range(20)]

    paid = merchant.pull("attempts/pay", {"out_trade_nos": numbers})["paid"]

    assert [one["state"] for one in paid] == ["SUCCESS"] * 20
    assert merchant.look("ledger")["merchants"][0]["payments"] == 20


def test_the_same_keys_are_there_after_a_kill(own):
    running, merchant = own
    before = merchant.told

    restarted(running)

    assert json.loads((running.credentials / "wechat.json").read_text()) == before
    assert merchant.call("POST", "/v3/security/echo", {"echo_message": "x"}).status_code == 200


def test_money_and_people_are_there_after_a_kill(own):
    running, merchant = own
    number = merchant.paid()

    restarted(running)

    assert merchant.asked(number).json()["trade_state"] == "SUCCESS"
    assert [one["name"] for one in merchant.look("people")["person"]] == ["王小芳"]


def test_a_notice_nobody_accepted_still_comes_after_a_kill(own, mailbox):
    running, merchant = own
    number = merchant.opened(notify_url=mailbox.url)
    merchant.pull(f"attempts/{number}/pay", {"faults": ["notice_late"], "late_ms": 4000})

    restarted(running)

    assert mailbox.stays_at(0, seconds=0.1)
    mailbox.wait_for(1)


def test_late_payers_and_refunds_on_their_way_go_on_after_a_kill(own, mailbox):
    running, merchant = own
    late = merchant.opened(notify_url=mailbox.url)
    merchant.pull(f"attempts/{late}/pay-late", {"ms": 900})
    merchant.refund(merchant.paid(), fen=1, out_refund_no="r-kill", notify_url=mailbox.url)

    restarted(running)

    mailbox.wait_for(2)
    assert merchant.asked(late).json()["trade_state"] == "SUCCESS"
    refund = merchant.call("GET", "/v3/refund/domestic/refunds/r-kill").json()
    assert refund["status"] == "SUCCESS"
