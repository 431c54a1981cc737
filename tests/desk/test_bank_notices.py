"""What the bank tells is believed when its own key signed it just now, and by nothing else."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from shebao.core.channel import ChannelRefused, Charge, Forged, Method, Outcome, Scene
from shebao.core.money import Money
from shebao.core.order import OrderState
from shebao.core.refusals import Unanswered
from shebao.gateways.counter.account import read_account
from shebao.operations.desk.print_notice import print_notice
from shebao.web.notices import NoticeDoor

CHANGZHOU = "320400"


class Bank:
    """The bank's own hand: its key, and how it signs."""

    def __init__(self, credentials, now):
        key = Path(credentials) / "sandbox" / "counter" / "private_key.pem"
        self._key = load_pem_private_key(key.read_bytes(), None)
        self._now = now

    def tells(self, notice, number, **changes):
        facts = {
            "notice_id": f"cn-{number}",
            "attempt_id": notice.attempt_id,
            "number": notice.number,
            "state": "paid",
            "amount_fen": notice.amount.fen,
            "serial": number,
            "paid_at": self._now().isoformat(),
        }
        return json.dumps(facts | changes).encode()

    def signs(self, body, *, seconds_ago=0):
        stamp = str(int(self._now().timestamp()) - seconds_ago).encode()
        message = b"%b\nnonce\n%b\n" % (stamp, body)
        signature = base64.b64encode(self._key.sign(message, PKCS1v15(), SHA256()))
        return {
            "x-timestamp": stamp.decode(),
            "x-nonce": "nonce",
            "x-signature": signature.decode(),
        }


@pytest.fixture
def hand(outside, world):
    return Bank(outside.credentials, world.now)


@pytest.fixture
async def notice(world, office, comer):
    return await print_notice(world, office.clerk, await comer.order(office.clerk, Method.COUNTER))


@pytest.fixture
def window(world):
    return world.channels[Method.COUNTER]


async def test_a_signed_notice_says_what_was_paid(window, hand, notice, world):
    body = hand.tells(notice, "2311050001")
    told = window.open_notice(hand.signs(body), body, now=world.now())
    assert (told.attempt_id, told.outcome) == (notice.attempt_id, Outcome.PAID)
    assert (told.amount, told.reference) == (Money.yuan("930"), "2311050001")


@pytest.mark.parametrize(
    ("seconds_ago", "added", "without"),
    [(0, b" ", ""), (301, b"", ""), (-301, b"", ""), (0, b"", "x-signature"), (0, b"", "x-nonce")],
    ids=["another body", "too old", "from the future", "unsigned", "without a nonce"],
)
async def test_what_the_bank_did_not_sign_just_now_is_forged(
    window, hand, notice, world, seconds_ago, added, without
):
    body = hand.tells(notice, "2311050002")
    headers = hand.signs(body, seconds_ago=seconds_ago)
    headers.pop(without, "")
    with pytest.raises(Forged):
        window.open_notice(headers, body + added, now=world.now())


@pytest.mark.parametrize(
    "changes",
    [{"amount_fen": "93000"}, {"serial": ""}, {"state": "perhaps"}, {"paid_at": "yesterday"}],
)
async def test_words_that_cannot_be_read_are_not_believed(window, hand, notice, world, changes):
    body = hand.tells(notice, "2311050003", **changes)
    with pytest.raises(Forged):
        window.open_notice(hand.signs(body), body, now=world.now())


async def posted(world, headers, body):
    """A notice through the door that channels come in by: the status of the answer."""
    scope = {
        "method": "POST",
        "path": f"/notify/counter/{CHANGZHOU}",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    answers = []

    async def receive():
        return {"body": body}

    async def send(message):
        answers.append(message)

    await NoticeDoor(world)(scope, receive, send)
    return answers[0]["status"]


async def test_a_notice_told_three_times_pays_once(world, hand, notice, office, state_of, settled):
    before = await office.holds("clearing:counter")
    body = hand.tells(notice, f"26{notice.number[-10:]}")
    statuses = [await posted(world, hand.signs(body), body) for _ in range(3)]
    await settled()
    assert statuses == [200, 200, 200]
    assert await state_of(notice.order_id) is OrderState.PAID
    assert await office.holds("clearing:counter") - before == Money.yuan("930")


async def test_a_forged_notice_is_not_written_down(world, hand, notice, state_of, settled):
    body = hand.tells(notice, "2311050005")
    assert await posted(world, hand.signs(body + b" "), body) == 401
    await settled()
    assert await state_of(notice.order_id) is OrderState.PAYING


async def test_a_bank_that_does_not_answer_leaves_a_notice_to_ask_about(
    world, office, comer, outside_goes_wrong
):
    order_id = await comer.order(office.clerk, Method.COUNTER)
    await outside_goes_wrong("answer_lost", on="prepay", count=1)
    with pytest.raises(Unanswered):
        await print_notice(world, office.clerk, order_id)


async def test_a_number_that_is_taken_is_refused_by_the_bank(window, notice, world):
    same = Charge(
        attempt_id=notice.attempt_id,
        amount=Money.yuan("1"),
        description="另一笔",
        expires_at=notice.expires_at,
        scene=Scene.NATIVE,
        notify_url=f"http://127.0.0.1:1/notify/counter/{CHANGZHOU}",
        payer_ip="127.0.0.1",
    )
    with pytest.raises(ChannelRefused):
        await window.begin(same)


def test_credentials_without_a_merchant_are_said_to_be_wrong(config, tmp_path):
    (tmp_path / "counter.json").write_text('{"app_id": "a", "secret": "s"}')
    with pytest.raises(ValueError, match="merchant is missing"):
        read_account(tmp_path, base_url=config.sandbox_url)
