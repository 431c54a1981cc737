"""WeChat: closes what it is asked to close, probes our signatures, and writes sealed letters."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import ClassVar, Final
from urllib.parse import parse_qs, urlsplit

import httpx

from shebao.core.channel import Cashier, Method, Scene
from shebao.sandbox import clock
from shebao.sandbox.channel.movements import Movement
from shebao.sandbox.channel.notices import Notice
from shebao.sandbox.faults import Plan
from shebao.sandbox.wechat import attempts, payer, trade_bill
from shebao.sandbox.wechat.attempts import OPEN, Attempt, TradeState
from shebao.sandbox.wechat.attempts import Scene as At
from shebao.sandbox.wechat.signing import Manner, Signer
from shebao.simulation.rails.cashier import LATE_MS, CashierRail, Payer
from shebao.simulation.rails.rail import Letter, Lie

_CODE: Final = "weixin://wxpay/bizpayurl?pr="
_PACKAGE: Final = "prepay_id="
_REFUNDS: Final = "/v3/refund/domestic/refunds"
_ANOTHER_SUM: Final = "UPDATE attempts SET total_fen = :fen WHERE out_trade_no = :number"


class WeChatRail(CashierRail[Attempt]):
    """WeChat Pay."""

    method: ClassVar[Method] = Method.WECHAT
    open: ClassVar[Collection[str]] = OPEN
    payer: ClassVar[Payer[Attempt]] = payer
    scenes: ClassVar[tuple[Scene, ...]] = (Scene.H5, Scene.H5, Scene.NATIVE, Scene.JSAPI)
    lies: ClassVar[tuple[Lie, ...]] = tuple(Lie)
    accepted: ClassVar[int] = 204
    closes: ClassVar[bool] = True
    stuck_there: ClassVar[str] = "CHANGE"

    async def reached(self, cashier: Cashier) -> str | None:
        """The order a link, a code or the parameters of a script lead to."""
        ledger = self.town.ledger
        if cashier.url:
            [token] = parse_qs(urlsplit(cashier.url).query)["token"]
            found = attempts.find_by_token(ledger, token)
        elif cashier.code:
            found = attempts.find_by_token(ledger, cashier.code.removeprefix(_CODE))
        else:
            package = cashier.parameters["package"]
            found = attempts.find_by_prepay_id(ledger, package.removeprefix(_PACKAGE))
        assert found is not None, "a cashier leads to an order"
        return found.out_trade_no

    def is_closed(self, number: str) -> bool:
        """Whether it is over, and was not paid."""
        return self.order(number).standing(clock.now_ms()) is TradeState.CLOSED

    def pay_after_all(self, number: str, plan: Plan) -> None:
        """A bank answers for a payment that was under way when it was closed."""
        now = clock.now_ms()
        opened = replace(self.order(number), state=TradeState.USERPAYING, expires_at=now + LATE_MS)
        attempts.save(self.town.ledger, opened)
        payer.pay(self.town, opened, plan)

    def charge(self, number: str, fen: int) -> None:
        """From now on it asks for another sum."""
        self.town.ledger.write(_ANOTHER_SUM, {"fen": fen, "number": number})

    def stray(self, number: str, *, fen: int, url: str, plan: Plan) -> None:
        """Somebody pays for an order that nobody ever opened."""
        now, known = clock.now_ms(), self.town.credentials
        attempt = Attempt(
            out_trade_no=number,
            mchid=known.mchid,
            appid=known.appid,
            scene=At.NATIVE,
            description="商户没有下过的单",
            total_fen=fen,
            notify_url=url,
            openid=attempts.new_openid(),
            attach=None,
            asked="",
            signer=Signer.PUBLIC_KEY,
            prepay_id=attempts.new_prepay_id(now),
            token=number,
            prepaid_at=now,
            opened_at=now,
            expires_at=now + LATE_MS,
            state=TradeState.NOTPAY,
            transaction_id=None,
            paid_at=None,
            pays_at=None,
            plan="",
        )
        payer.stray(self.town, attempt, plan)

    def letter(self, notice: Notice, lie: Lie | None) -> Letter:
        """A sealed letter, or one whose seal is wrong or old."""
        body = notice.body.encode()
        manner = Manner.TRUE if lie is None else Manner(lie.value)
        return self.town.seal.headers(body, Signer(notice.signer), manner), body

    def movements(self, day: date) -> Sequence[Movement]:
        """What really moved on a day."""
        return trade_bill.movements(self.town, day)

    def no_to(self, request: httpx.Request, response: httpx.Response) -> str | None:
        """A refund WeChat has just said no to."""
        if request.url.path == _REFUNDS and response.is_client_error:
            return str(json.loads(request.content)["out_refund_no"])
        return None

    def order(self, number: str) -> Attempt:
        """The order of one of our numbers."""
        found = attempts.find(self.town.ledger, number)
        assert found is not None
        return found
