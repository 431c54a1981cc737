"""WeChat Pay (微信支付): collect, ask, close, give back, and open what it tells us."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from typing import ClassVar, Final
from urllib.parse import quote

from shebao.core.channel import (
    Cashier,
    ChannelRefused,
    Charge,
    Forged,
    Outcome,
    RefundOutcome,
    Return,
    ReturnTold,
    Scene,
    Told,
)
from shebao.core.ids import Entropy
from shebao.core.refusals import Unanswered
from shebao.gateways import signing
from shebao.gateways.transport import Transport
from shebao.gateways.wechat import seal, told
from shebao.gateways.wechat.account import WeChatAccount
from shebao.gateways.wechat.line import WHOM, Line
from shebao.gateways.wechat.told import UNREADABLE, Words

_BEIJING: Final = timezone(timedelta(hours=8))
_DESCRIPTION_MAX: Final = 127
_ORDERS: Final = "/v3/pay/transactions"
_REFUNDS: Final = "/v3/refund/domestic/refunds"
_PAID: Final = frozenset({"ORDERPAID", "ORDER_PAID"})
_UNHEARD_OF: Final = frozenset(
    {"ORDER_NOT_EXIST", "ORDERNOTEXIST", "RESOURCE_NOT_EXISTS", "REFUND_NOT_EXISTS"}
)
_CLOSING: Final = {
    **dict.fromkeys(_PAID, Outcome.PAID),
    **dict.fromkeys(_UNHEARD_OF, Outcome.UNHEARD_OF),
    "ORDER_CLOSED": Outcome.CLOSED,
    "ORDERCLOSED": Outcome.CLOSED,
    "USERPAYING": Outcome.WAITING,  # The payer is typing the password: it cannot be closed yet.
    "USER_PAYING": Outcome.WAITING,
    "ORDER_PAYING": Outcome.WAITING,
}


class WeChatPay:
    """The channel WeChat Pay, for one merchant number."""

    accepted: ClassVar[tuple[int, bytes]] = (204, b"")

    def __init__(
        self,
        account: WeChatAccount,
        transport: Transport,
        now: Callable[[], datetime],
        entropy: Entropy,
    ) -> None:
        self._account = account
        self._line = Line(account, transport, now, entropy)

    async def begin(self, charge: Charge) -> Cashier:
        """Ask WeChat to collect; asking again with the very same charge is safe."""
        try:
            words = await self._line.post(f"{_ORDERS}/{charge.scene.value}", self._order(charge))
        except ChannelRefused as refused:
            if refused.channel_code in _PAID:  # Money was taken: an inquiry tells how much.
                raise Unanswered(WHOM) from refused
            raise
        try:
            return self._cashier(charge, words)
        except UNREADABLE as unreadable:
            raise Forged("unreadable") from unreadable

    async def inquire(self, attempt_id: str) -> Told:
        """Ask what became of an attempt."""
        target = f"{_attempt(attempt_id)}?mchid={self._account.mchid}"
        try:
            words = await self._line.get(target)
            found = told.transaction(self._account, words)
        except ChannelRefused as refused:
            if refused.channel_code in _UNHEARD_OF:
                return Told(attempt_id, Outcome.UNHEARD_OF, says=refused.says)
            raise
        except UNREADABLE as unreadable:
            raise Forged("unreadable") from unreadable
        if found.attempt_id != attempt_id:
            raise Forged("not_asked_for")  # An old answer about another attempt, played again.
        return found

    async def close(self, attempt_id: str) -> Outcome:
        """Let nobody pay an attempt any more; PAID means too late: inquire."""
        try:
            await self._line.post(f"{_attempt(attempt_id)}/close", {"mchid": self._account.mchid})
        except ChannelRefused as refused:
            outcome = _CLOSING.get(refused.channel_code)
            if outcome is None:
                raise
            return outcome
        return Outcome.CLOSED

    async def give_back(self, asked: Return) -> ReturnTold:
        """Ask WeChat to return money; asking again with the same number is safe."""
        words = await self._line.post(
            _REFUNDS,
            {
                "out_trade_no": asked.attempt_id,
                "out_refund_no": asked.refund_id,
                "reason": asked.reason,
                "notify_url": asked.notify_url,
                "amount": {
                    "refund": asked.amount.fen,
                    "total": asked.paid.fen,
                    "currency": "CNY",
                },
            },
        )
        return _refund(asked.refund_id, words)

    async def inquire_return(
        self,
        refund_id: str,
        *,
        attempt_id: str | None = None,  # noqa: ARG002  WeChat finds a refund by its own number.
    ) -> ReturnTold:
        """Ask what became of a refund."""
        try:
            words = await self._line.get(f"{_REFUNDS}/{quote(refund_id, safe='')}")
        except ChannelRefused as refused:
            if refused.channel_code in _UNHEARD_OF:
                return ReturnTold(refund_id, RefundOutcome.UNHEARD_OF)
            raise
        return _refund(refund_id, words)

    async def echo(self, message: str) -> None:
        """Make sure that both sides can read each other's signatures, moving no money."""
        words = await self._line.post("/v3/security/echo", {"echo_message": message})
        if words.get("echo_message", message) != message:
            raise Forged("not_asked_for")

    async def certificates(self) -> Mapping[str, datetime]:
        """Fetch WeChat's certificates, believe those in force, and say when each ends.

        In certificate mode do this at the start and twice a day.
        """
        return await self._line.learn()

    def open_notice(
        self,
        headers: Mapping[str, str],
        body: bytes,
        *,
        now: datetime,
    ) -> Told | ReturnTold:
        """Verify a notice and say what it tells; Forged when it is not WeChat's.

        The names of the headers are in lower case, or the mapping does not mind.
        """
        seal.check(headers, body, trusted=self._line.trusted, now=now)
        try:
            envelope = told.read_words(body)
            notice_id = told.text(envelope, "id")
            kind, words = told.open_resource(self._account.cipher, envelope)
            if kind == "transaction":
                return told.transaction(self._account, words, notice_id=notice_id)
            if kind == "refund" and words["mchid"] == self._account.mchid:
                return told.refund(words, state="refund_status", notice_id=notice_id)
        except UNREADABLE as unreadable:
            raise Forged("unreadable") from unreadable
        raise Forged("not_ours")

    def _order(self, charge: Charge) -> Words:
        assert len(charge.description) <= _DESCRIPTION_MAX
        words: dict[str, object] = {
            "appid": self._account.appid,
            "mchid": self._account.mchid,
            "description": charge.description,
            "out_trade_no": charge.attempt_id,
            "time_expire": charge.expires_at.astimezone(_BEIJING).isoformat(timespec="seconds"),
            "notify_url": charge.notify_url,
            "amount": {"total": charge.amount.fen, "currency": "CNY"},
        }
        if charge.scene is Scene.JSAPI:
            assert charge.openid is not None
            words["payer"] = {"openid": charge.openid}
        else:
            words["scene_info"] = {"payer_client_ip": charge.payer_ip}
        if charge.scene is Scene.H5:
            words["scene_info"] = {"payer_client_ip": charge.payer_ip, "h5_info": {"type": "Wap"}}
        return words

    def _cashier(self, charge: Charge, words: Words) -> Cashier:
        if charge.scene is Scene.NATIVE:
            return Cashier(code=told.text(words, "code_url"))
        if charge.scene is Scene.JSAPI:
            return Cashier(parameters=self._script(told.text(words, "prepay_id")))
        url = told.text(words, "h5_url")
        if charge.return_url is None:
            return Cashier(url=url)
        joint = "&" if "?" in url else "?"
        return Cashier(url=f"{url}{joint}redirect_url={quote(charge.return_url, safe='')}")

    def _script(self, prepay_id: str) -> Mapping[str, str]:
        timestamp, nonce = self._line.signed_now()
        package = f"prepay_id={prepay_id}"
        message = f"{self._account.appid}\n{timestamp}\n{nonce}\n{package}\n".encode()
        return {
            "appId": self._account.appid,
            "timeStamp": timestamp,
            "nonceStr": nonce,
            "package": package,
            "signType": "RSA",
            "paySign": signing.sign(self._account.merchant_key, message),
        }


def _attempt(attempt_id: str) -> str:
    return f"{_ORDERS}/out-trade-no/{quote(attempt_id, safe='')}"


def _refund(refund_id: str, words: Words) -> ReturnTold:
    try:
        found = told.refund(words, state="status")
    except UNREADABLE as unreadable:
        raise Forged("unreadable") from unreadable
    if found.refund_id != refund_id:
        raise Forged("not_asked_for")
    return found
