"""Together (合单支付): one payment whose parts go to several receiving accounts.

The payer pays once, and each part is an attempt of its own that WeChat books at the merchant
number it names. A part is given back like any payment, by its own number. Where all money of a
region goes to one account, an ordinary order does: every part costs a line in two books.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar, Final
from urllib.parse import quote

from shebao.core.channel import (
    Cashier,
    ChannelRefused,
    Charge,
    Forged,
    Outcome,
    Part,
    Scene,
    Told,
)
from shebao.core.money import total
from shebao.core.refusals import Unanswered
from shebao.gateways.wechat import cashiers, seal, told
from shebao.gateways.wechat.line import WHOM, Line
from shebao.gateways.wechat.told import CLOSING, PAID, UNHEARD_OF, UNREADABLE, Words

PARTS_MAX: Final = 50
_ORDERS: Final = "/v3/combine-transactions"


class Together:
    """Orders of several parts, asked for by the merchant who is allowed to combine them."""

    accepted: ClassVar[tuple[int, bytes]] = (204, b"")

    def __init__(self, line: Line) -> None:
        self._line = line
        self._account = line.account

    async def begin(self, charge: Charge, parts: Sequence[Part]) -> Cashier:
        """Ask WeChat to collect all parts in one payment, under the number of the whole."""
        assert 1 < len(parts) <= PARTS_MAX
        assert total(part.amount for part in parts) == charge.amount
        try:
            words = await self._line.post(
                f"{_ORDERS}/{charge.scene.value}", self._order(charge, parts)
            )
        except ChannelRefused as refused:
            if refused.channel_code in PAID:  # Money was taken: an inquiry tells how much.
                raise Unanswered(WHOM) from refused
            raise
        try:
            return cashiers.cashier(self._line, charge, words)
        except UNREADABLE as unreadable:
            raise Forged("unreadable") from unreadable

    async def inquire(self, whole_id: str, attempt_ids: Sequence[str]) -> Sequence[Told]:
        """Ask what became of every part."""
        try:
            words = await self._line.get(f"{_ORDERS}/out-trade-no/{quote(whole_id, safe='')}")
            found = told.parts(self._account, words, whole_id=whole_id)
        except ChannelRefused as refused:
            if refused.channel_code in UNHEARD_OF:
                return [Told(one, Outcome.UNHEARD_OF, says=refused.says) for one in attempt_ids]
            raise
        except UNREADABLE as unreadable:
            raise Forged("unreadable") from unreadable
        if {one.attempt_id for one in found} != set(attempt_ids):
            raise Forged("not_asked_for")
        return found

    async def close(self, whole_id: str, parts: Sequence[Part]) -> Outcome:
        """Let nobody pay any part any more; PAID means too late: inquire."""
        words = {
            "combine_appid": self._account.appid,
            "sub_orders": [
                {"mchid": self._receiver(part), "out_trade_no": part.attempt_id} for part in parts
            ],
        }
        target = f"{_ORDERS}/out-trade-no/{quote(whole_id, safe='')}/close"
        try:
            await self._line.post(target, words)
        except ChannelRefused as refused:
            outcome = CLOSING.get(refused.channel_code)
            if outcome is None:
                raise
            return outcome
        return Outcome.CLOSED

    def open_notice(
        self, headers: Mapping[str, str], body: bytes, *, now: datetime
    ) -> Sequence[Told]:
        """Verify a notice and say what it tells of every part; Forged when it is not WeChat's."""
        seal.check(headers, body, trusted=self._line.trusted, now=now)
        try:
            envelope = told.read_words(body)
            kind, words = told.open_resource(self._account.cipher, envelope)
            if kind == "transaction" and "combine_out_trade_no" in words:
                return told.parts(self._account, words, notice_id=told.text(envelope, "id"))
        except UNREADABLE as unreadable:
            raise Forged("unreadable") from unreadable
        raise Forged("not_ours")

    def _order(self, charge: Charge, parts: Sequence[Part]) -> Words:
        account = self._account
        words: dict[str, object] = {
            "combine_appid": account.appid,
            "combine_mchid": account.mchid,
            "combine_out_trade_no": charge.attempt_id,
            "sub_orders": [self._part(part) for part in parts],
            "time_expire": cashiers.until(charge),
            "notify_url": charge.notify_url,
        }
        if charge.scene is Scene.JSAPI:
            return words | {"combine_payer_info": cashiers.payer(charge)}
        return words | {"scene_info": cashiers.scene(charge)}

    def _part(self, part: Part) -> Words:
        return {
            "mchid": self._receiver(part),
            "attach": part.attempt_id,  # WeChat wants one, and tells it back.
            "amount": {"total_amount": part.amount.fen, "currency": "CNY"},
            "out_trade_no": part.attempt_id,
            "description": part.description,
        }

    def _receiver(self, part: Part) -> str:
        return self._account.receivers.get(part.region_code, self._account.mchid)
