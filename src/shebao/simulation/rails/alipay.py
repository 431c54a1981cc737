"""Alipay: opens a trade when its payer comes, and cannot close what nobody has come to."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import ClassVar, Final
from urllib.parse import parse_qs, parse_qsl

import httpx

from shebao.core.channel import Cashier, Method, Scene
from shebao.sandbox import clock
from shebao.sandbox.alipay import levers, opening, payer, trade_bill, trades
from shebao.sandbox.alipay.notices import written
from shebao.sandbox.alipay.trades import QR, Status, Trade
from shebao.sandbox.channel.movements import Mishap, Movement
from shebao.sandbox.channel.notices import Notice
from shebao.sandbox.faults import Plan
from shebao.simulation.rails.cashier import LATE_MS, CashierRail, Payer
from shebao.simulation.rails.rail import FORM, Letter, Lie

_DONE: Final = "10000"
_ANOTHER_SUM: Final = "UPDATE alipay_trades SET total_fen = :fen WHERE out_trade_no = :number"


class AlipayRail(CashierRail[Trade]):
    """Alipay."""

    method: ClassVar[Method] = Method.ALIPAY
    open: ClassVar[Collection[str]] = (Status.WAITING,)
    payer: ClassVar[Payer[Trade]] = payer
    scenes: ClassVar[tuple[Scene, ...]] = (Scene.H5, Scene.H5, Scene.PAGE, Scene.NATIVE)
    file_mishaps: ClassVar[tuple[Mishap, ...]] = (
        *(Mishap.NONE, Mishap.CUT_SHORT, Mishap.TOTALS_WRONG, Mishap.GARBLED),
    )

    async def reached(self, cashier: Cashier) -> str | None:
        """The trade a link opens, or a code that is scanned."""
        if cashier.code:
            trade = trades.find_by_token(self.town.ledger, cashier.code.removeprefix(QR))
        else:
            answer = await self.window.get(cashier.url or "")
            token = parse_qs(answer.next_request.url.query.decode()) if answer.next_request else {}
            trade = trades.find_by_token(self.town.ledger, token.get("token", [""])[0])
        if trade is None:
            return None
        if trade.standing(clock.now_ms()) is Status.WAITING:
            opening.met(self.town, trade)
        return trade.out_trade_no

    def is_closed(self, number: str) -> bool:
        """Whether it is over, and was not paid."""
        trade = self.order(number)
        return trade.paid_at is None and trade.standing(clock.now_ms()) is Status.CLOSED

    def pay_after_all(self, number: str, plan: Plan) -> None:
        """A bank answers for a payment that was under way when it was closed."""
        reopened = replace(
            self.order(number),
            state=Status.WAITING,
            closed_at=None,
            expires_at=clock.now_ms() + LATE_MS,
        )
        trades.save(self.town.ledger, reopened)
        payer.pay(self.town, reopened, plan)

    def charge(self, number: str, fen: int) -> None:
        """From now on it asks for another sum."""
        self.town.ledger.write(_ANOTHER_SUM, {"fen": fen, "number": number})

    def stray(self, number: str, *, fen: int, url: str, plan: Plan) -> None:
        """Somebody pays for an order that nobody ever opened."""
        told = {"out_trade_no": number, "notify_url": url}
        levers.stray(self.town, told, plan, total_fen=fen)

    def letter(self, notice: Notice, lie: Lie | None) -> Letter:
        """A signed form, or one that somebody else signed."""
        key = self.town.alipay_keys.private
        return FORM, written(key, notice, forged=lie is not None)

    def movements(self, day: date) -> Sequence[Movement]:
        """What really moved on a day."""
        return trade_bill.movements(self.town, day)

    def no_to(self, request: httpx.Request, response: httpx.Response) -> str | None:
        """A refund Alipay has just said no to."""
        asked = dict(parse_qsl(request.content.decode("latin-1")))
        asked |= dict(parse_qsl(request.url.query.decode("latin-1")))
        if asked.get("method") != "alipay.trade.refund" or response.is_error:
            return None
        answer = json.loads(response.content).get("alipay_trade_refund_response", {})
        if answer.get("code", _DONE) == _DONE:
            return None
        return str(json.loads(asked["biz_content"])["out_request_no"])

    def order(self, number: str) -> Trade:
        """The order of one of our numbers."""
        found = trades.find(self.town.ledger, number)
        assert found is not None
        return found
