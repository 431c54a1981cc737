"""Agreement: a bank that takes money at once from an account its owner has signed for.

Nobody stands at a cashier. What the bank does not know yet it finds out later, and now and then
it takes money back that it had paid us.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import ClassVar, Final

import httpx

from shebao.core.channel import Cashier, Method
from shebao.sandbox import clock
from shebao.sandbox.bank import accounts, agreements, payments, signing, statement
from shebao.sandbox.bank.agreements import AgreementState
from shebao.sandbox.bank.notices import written
from shebao.sandbox.bank.payments import PaymentState
from shebao.sandbox.channel.movements import Mishap, Movement
from shebao.sandbox.channel.notices import Notice
from shebao.sandbox.faults import Plan, Twist
from shebao.simulation.rails.rail import Holding, Left, Letter, Lie, Rail

TWISTS: Final = (
    Twist.UNKNOWN_THEN_PAID,
    Twist.UNKNOWN_THEN_FAILED,
    Twist.INSUFFICIENT_FUNDS,
    Twist.NEVER,
    Twist.TAKEN_BACK,
)
_DONE: Final = "00000"
_REFUND: Final = "SB3001"
_TAKEN_BACK: Final = """
    SELECT pay_no FROM bank_payments WHERE state = 'paid' AND reversal_no IS NULL
       AND NOT EXISTS (SELECT 1 FROM bank_refunds AS back WHERE back.pay_no = bank_payments.pay_no)
    ORDER BY paid_at, pay_no
"""
_HOLDINGS: Final = "SELECT pay_no FROM bank_payments WHERE reversal_no IS NOT NULL"


class AgreementRail(Rail):
    """协议支付 at a bank."""

    method: ClassVar[Method] = Method.AGREEMENT
    file_mishaps: ClassVar[tuple[Mishap, ...]] = (
        *(Mishap.LATE, Mishap.CUT_SHORT, Mishap.DAMAGED, Mishap.TOTALS_WRONG),
    )
    closes: ClassVar[bool] = True

    async def reached(self, cashier: Cashier) -> str | None:  # noqa: ARG002
        """Nothing: whoever pays by agreement goes nowhere but to the result."""
        return None

    def is_open(self, number: str) -> bool:
        """Whether the bank is still to find out."""
        found = payments.find(self.town.ledger, number)
        return found is not None and found.state is PaymentState.PROCESSING

    def is_closed(self, number: str) -> bool:
        """Never: a bank answers no for good."""
        return not number

    def fen(self, number: str) -> int:
        """What was to be taken."""
        found = payments.find(self.town.ledger, number)
        assert found is not None
        return found.amount_fen

    def pay(self, number: str, plan: Plan) -> None:
        """Nobody pays at a cashier here."""
        raise Left(f"{number} {plan}")

    def pay_after_all(self, number: str, plan: Plan) -> None:
        """A bank's no is for good."""
        raise Left(f"{number} {plan}")

    def charge(self, number: str, fen: int) -> None:
        """The bank takes what the agreement allows, and nothing else."""
        raise Left(f"{number} {fen}")

    def stray(self, number: str, *, fen: int, url: str, plan: Plan) -> None:
        """The bank takes nothing that nobody asked for."""
        raise Left(f"{number} {fen} {url} {plan}")

    def letter(self, notice: Notice, lie: Lie | None) -> Letter:
        """A signed message, or one with the signature of another."""
        keys = self.town.bank.keys
        body = written(keys.merchant_no, notice)
        signature = signing.signed(keys.private, body, forged=lie is not None)
        kind = {"content-type": "application/json;charset=utf-8"}
        return kind | {signing.HEADER: signature}, body

    def movements(self, day: date) -> Sequence[Movement]:
        """What really moved on a day."""
        return statement.writer(self.town).movements(day)

    def no_to(self, request: httpx.Request, response: httpx.Response) -> str | None:
        """A refund the bank has just said no to."""
        if response.is_error or b"SB3001" not in request.content:
            return None
        asked, answer = json.loads(request.content), json.loads(response.content)
        if asked["head"]["trans_code"] != _REFUND or answer["head"]["retCd"] == _DONE:
            return None
        return str(asked["body"]["refund_no"])

    def payments(self, told: Sequence[Holding]) -> Sequence[Holding]:
        """What was paid, and whether the bank has taken it back."""
        back = {row["pay_no"] for row in self.town.ledger.rows(_HOLDINGS)}
        own = [one for one in told if one["channel"] == self.channel]
        return [{**one, "taken_back": one["out_trade_no"] in back} for one in own]

    def signs(self, sign_no: str) -> None:
        """The owner of an account signs at the bank."""
        found = agreements.by_sign_no(self.town.ledger, sign_no)
        assert found is not None
        assert found.standing(clock.now_ms()) is AgreementState.WAITING
        ledger = self.town.ledger
        mine = accounts.offered(ledger, holder=found.name, id_number=found.id_number)
        wanted = [one for one in mine if one.kind in json.loads(found.kinds)]
        agreements.sign(self.town, found, wanted[0], Plan(frozenset({Twist.NEVER})))

    def plans(self, twist: Twist) -> None:
        """The next payment goes so."""
        self.town.bank.plans.append(Plan(frozenset({twist})))

    def may_take_back(self) -> list[str]:
        """The payments that have not gone back, nor begun to."""
        return [row["pay_no"] for row in self.town.ledger.rows(_TAKEN_BACK)]

    def takes_back(self, number: str) -> None:
        """The bank takes back what it had paid."""
        found = payments.find(self.town.ledger, number)
        assert found is not None
        payments.take_back(self.town, found)
