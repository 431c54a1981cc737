"""UnionPay: a form the payer's browser posts, which nobody can close, and a day that ends at 23.

Cards are a contract of their own with a merchant number of its own; everything else is the same.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import ClassVar, Final
from urllib.parse import parse_qs, parse_qsl

import httpx

from shebao.core.channel import Cashier, Method, Scene
from shebao.sandbox import clock
from shebao.sandbox.channel.movements import Mishap, Movement
from shebao.sandbox.channel.notices import Notice
from shebao.sandbox.faults import Plan
from shebao.sandbox.unionpay import levers, payer, statement, trades
from shebao.sandbox.unionpay.notices import written
from shebao.sandbox.unionpay.trades import OPEN, WAITING, State, Trade
from shebao.simulation.rails.cashier import LATE_MS, CashierRail, Payer
from shebao.simulation.rails.rail import FORM, Holding, Letter, Lie

_HEARD: Final = {
    "00",
    "03",
    "04",
    "05",
    "06",
    "12",
    "A6",
}  # Done, or not decided yet, or done before.
_REFUND: Final = "04"
_ANOTHER_SUM: Final = "UPDATE unionpay_trades SET total_fen = :fen WHERE order_id = :number"


class UnionPayRail(CashierRail[Trade]):
    """UnionPay's own wallet."""

    method: ClassVar[Method] = Method.UNIONPAY
    open: ClassVar[Collection[str]] = OPEN
    payer: ClassVar[Payer[Trade]] = payer
    scenes: ClassVar[tuple[Scene, ...]] = (Scene.H5, Scene.PAGE)
    file_mishaps: ClassVar[tuple[Mishap, ...]] = (Mishap.NONE,)
    contract: ClassVar[int] = 0
    number_most: ClassVar[int] = 21

    @property
    def mer_id(self) -> str:
        """The merchant number of this contract."""
        return self.town.unionpay_keys.mer_ids[self.contract]

    @property
    def letters(self) -> tuple[str, ...]:
        """Letters of both contracts come from one channel."""
        return ("unionpay",)

    async def reached(self, cashier: Cashier) -> str | None:
        """The trade that the form opens; none when its time is over before it is posted."""
        answer = await self.window.post(cashier.url or "", data=dict(cashier.parameters))
        if answer.next_request is None:
            return None
        [token] = parse_qs(answer.next_request.url.query.decode())["token"]
        trade = trades.find_by_token(self.town.ledger, token)
        assert trade is not None
        return trade.order_id

    def is_closed(self, number: str) -> bool:
        """Whether it is over, and was not paid."""
        return self.order(number).standing(clock.now_ms()) is State.CLOSED

    def pay_after_all(self, number: str, plan: Plan) -> None:
        """A bank answers for a payment whose time at the cashier was over."""
        reopened = replace(self.order(number), code=WAITING, expires_at=clock.now_ms() + LATE_MS)
        trades.save(self.town.ledger, reopened)
        payer.pay(self.town, reopened, plan)

    def charge(self, number: str, fen: int) -> None:
        """From now on it asks for another sum."""
        self.town.ledger.write(_ANOTHER_SUM, {"fen": fen, "number": number})

    def stray(self, number: str, *, fen: int, url: str, plan: Plan) -> None:
        """Somebody pays for an order that nobody ever opened."""
        told = {"out_trade_no": number, "notify_url": url, "mer_id": self.mer_id}
        levers.stray(self.town, told, plan, total_fen=fen)

    def letter(self, notice: Notice, lie: Lie | None) -> Letter:
        """A signed form, or one that somebody else signed."""
        return FORM, written(self.town.unionpay_keys, notice, forged=lie is not None)

    def movements(self, day: date) -> Sequence[Movement]:
        """What really moved on a day."""
        return statement.writer(self.town, self.mer_id).movements(day)

    def no_to(self, request: httpx.Request, response: httpx.Response) -> str | None:
        """A refund UnionPay has just said no to."""
        asked = dict(parse_qsl(request.content.decode("latin-1")))
        if asked.get("txnType") != _REFUND or response.is_error:
            return None
        answer = dict(parse_qsl(response.content.decode("latin-1")))
        return None if answer.get("respCode", "00") in _HEARD else asked["orderId"]

    def payments(self, told: Sequence[Holding]) -> Sequence[Holding]:
        """What was paid under this contract."""
        return [one for one in told if one["mchid"] == self.mer_id]

    def order(self, number: str) -> Trade:
        """The order of one of our numbers."""
        found = trades.find_latest(self.town.ledger, number)
        assert found is not None
        return found


class CardRail(UnionPayRail):
    """Bank cards, by UnionPay."""

    method: ClassVar[Method] = Method.CARD
    contract: ClassVar[int] = 1
