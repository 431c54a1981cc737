"""Entrust (微信委托代扣): people agree in WeChat that we collect, once a period, by ourselves.

Signing and collecting speak WeChat's older wire; what became of the money, and giving it back,
are asked on the newer one, where a payment by agreement is a transaction like any other.
Collecting is only ever accepted here: the money, or the no, is told afterwards.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import ClassVar, Final
from urllib.parse import urlencode

from shebao.core.account import AccountKind
from shebao.core.agreement import AgreementTold, SigningWish, Standing
from shebao.core.channel import (
    ChannelRefused,
    Charge,
    Forged,
    Outcome,
    Return,
    ReturnTold,
    Told,
)
from shebao.core.ids import Entropy
from shebao.core.money import Money
from shebao.core.refusals import Unanswered
from shebao.gateways.channel import Telling
from shebao.gateways.transport import Transport
from shebao.gateways.wechat import plain
from shebao.gateways.wechat.account import WeChatAccount
from shebao.gateways.wechat.line import WHOM
from shebao.gateways.wechat.pay import WeChatPay

_NONCE_BYTES: Final = 16
_OK: Final = 200
_SUCCESS: Final = "SUCCESS"
_BEIJING: Final = timezone(timedelta(hours=8))
_UNDECIDED: Final = frozenset({"SYSTEMERROR", "SYSTEM_ERROR", "BIZERR_NEED_RETRY"})
_NO_CONTRACT: Final = frozenset({"CONTRACT_NOT_EXIST", "CONTRACTNOTEXIST"})
_NO_MONEY_FOR: Final = frozenset(
    {"NOTENOUGH", "ACCOUNTERROR", "CONTRACT_NOT_EXIST", "USER_ACCOUNT_ABNORMAL"}
)
_WALLET: Final = "微信"


@dataclass(frozen=True, slots=True)
class EntrustTerms:
    """What WeChat gave us for agreements: the plan people sign, and the key of its older wire."""

    plan_id: str
    key: str = field(repr=False)


def read_terms(folder: Path) -> EntrustTerms:
    """Read ``entrust.json``; ValueError or OSError says what is wrong."""
    facts = json.loads((folder / "entrust.json").read_bytes())
    plan_id, key = facts.get("plan_id"), facts.get("key")
    if not (isinstance(plan_id, str) and plan_id and isinstance(key, str) and key):
        raise ValueError("entrust.json: plan_id or key is missing")
    return EntrustTerms(plan_id, key)


class Entrust:
    """WeChat Pay, collecting by agreement."""

    accepted: ClassVar[tuple[int, bytes]] = (
        200,
        plain.written({"return_code": _SUCCESS, "return_msg": "OK"}),
    )

    def __init__(
        self,
        account: WeChatAccount,
        terms: EntrustTerms,
        transport: Transport,
        now: Callable[[], datetime],
        entropy: Entropy,
    ) -> None:
        self._account = account
        self._newer = WeChatPay(account, transport, now, entropy)
        self._terms = terms
        self._now = now
        self._transport = transport
        self._entropy = entropy

    async def begin(self, charge: Charge) -> Told:
        """Ask WeChat to collect; asking again with the very same charge is safe."""
        assert charge.agreement
        wish = {
            "body": charge.description,
            "out_trade_no": charge.attempt_id,
            "total_fee": str(charge.amount.fen),
            "spbill_create_ip": charge.payer_ip,
            "notify_url": charge.notify_url,
            "trade_type": "PAP",
            "contract_id": charge.agreement,
        }
        try:
            await self._ask("/pay/pappayapply", wish)
        except ChannelRefused as refused:
            if refused.channel_code in _NO_MONEY_FOR:
                return Told(charge.attempt_id, Outcome.FAILED, says=refused.says)
            raise
        return Told(charge.attempt_id, Outcome.WAITING)

    async def inquire(self, attempt_id: str) -> Told:
        """Ask what became of an attempt."""
        return await self._newer.inquire(attempt_id)

    async def close(self, attempt_id: str) -> Outcome:
        """Let no money be taken for an attempt any more, if WeChat still can."""
        return await self._newer.close(attempt_id)

    async def give_back(self, asked: Return) -> ReturnTold:
        """Ask WeChat to return money; asking again with the same number is safe."""
        return await self._newer.give_back(asked)

    async def inquire_return(self, refund_id: str, *, attempt_id: str) -> ReturnTold:
        """Ask what became of a refund."""
        return await self._newer.inquire_return(refund_id, attempt_id=attempt_id)

    async def begin_signing(self, wish: SigningWish) -> str:
        """Make the link at which somebody signs in WeChat; WeChat hears of it when it is opened."""
        moment = self._now()
        params = {
            "appid": self._account.appid,
            "mch_id": self._account.mchid,
            "plan_id": self._terms.plan_id,
            "contract_code": wish.mandate_id,
            "request_serial": str(int(moment.timestamp() * 1000)),
            "contract_display_account": f"{wish.name[:1]}*",
            "notify_url": wish.notify_url,
            "return_web": "1",
            "version": "1.0",
            "timestamp": str(int(moment.timestamp())),
            "sign_type": plain.SIGN_TYPE,
        }
        signed = plain.signed(self._terms.key, params)
        return f"{self._account.base_url}/papay/h5entrustweb?{urlencode(signed)}"

    async def inquire_agreement(self, mandate_id: str) -> AgreementTold:
        """Ask how the agreement of a mandate stands; what nobody signed, WeChat has not."""
        wish = {"contract_code": mandate_id, "version": "1.0"}
        try:
            words = await self._ask("/papay/querycontract", wish | self._plan())
        except ChannelRefused as refused:
            if refused.channel_code in _NO_CONTRACT:
                return AgreementTold(mandate_id=mandate_id, standing=Standing.WAITING)
            raise
        signed = words.get("contract_state") == "0"
        return self._contract(words, signed=signed, moment=words.get("contract_signed_time", ""))

    async def end_agreement(self, mandate_id: str) -> AgreementTold:
        """Ask that it ends, signed or not; asking again is safe."""
        wish = {
            "contract_code": mandate_id,
            "contract_termination_remark": "缴费人解约",
            "version": "1.0",
        }
        try:
            await self._ask("/papay/deletecontract", wish | self._plan())
        except ChannelRefused as refused:
            if refused.channel_code not in _NO_CONTRACT:
                raise
            return AgreementTold(mandate_id=mandate_id, standing=Standing.UNHEARD_OF)
        return AgreementTold(mandate_id=mandate_id, standing=Standing.ENDED)

    def open_notice(
        self,
        headers: Mapping[str, str],
        body: bytes,
        *,
        now: datetime,
    ) -> Telling:
        """Verify a notice and say what it tells; of refunds WeChat tells on the newer wire."""
        if not body.lstrip().startswith(b"<"):
            return self._newer.open_notice(headers, body, now=now)
        words = plain.opened(self._terms.key, body)
        if (words.get("appid"), words.get("mch_id")) != (
            self._account.appid,
            self._account.mchid,
        ):
            raise Forged("not_ours")
        try:
            if "change_type" in words:
                return self._changed(words)
            return _paid(words)
        except (ValueError, LookupError) as unreadable:
            raise Forged("unreadable") from unreadable

    def _changed(self, words: Mapping[str, str]) -> AgreementTold:
        """An agreement was signed, or ended by its owner or by WeChat."""
        return self._contract(
            words, signed=words["change_type"] == "ADD", moment=words["operate_time"]
        )

    def _contract(self, words: Mapping[str, str], *, signed: bool, moment: str) -> AgreementTold:
        if words.get("plan_id") != self._terms.plan_id:
            raise Forged("not_ours")
        try:
            number, mandate_id = words["contract_id"], words["contract_code"]
            happened_at = _moment(moment) if signed else None
            account = words["openid"] if signed else ""
        except (ValueError, LookupError) as unreadable:
            raise Forged("unreadable") from unreadable
        standing = Standing.VALID if signed else Standing.ENDED
        return AgreementTold(
            mandate_id=mandate_id,
            standing=standing,
            number=number,
            account=account,
            kind=AccountKind.WALLET if signed else None,
            bank=_WALLET,
            happened_at=happened_at,
            notice_id=f"{number}:{standing}:{moment}",
        )

    def _plan(self) -> dict[str, str]:
        return {"plan_id": self._terms.plan_id}

    async def _ask(self, path: str, wish: Mapping[str, str]) -> dict[str, str]:
        """Ask on the older wire, and hear the answer once its signature holds."""
        params = {
            "appid": self._account.appid,
            "mch_id": self._account.mchid,
            "nonce_str": self._entropy(_NONCE_BYTES).hex(),
            "sign_type": plain.SIGN_TYPE,
            **wish,
        }
        answer = await self._transport.ask(
            whom=WHOM,
            method="POST",
            url=f"{self._account.base_url}{path}",
            headers={"content-type": "text/xml;charset=utf-8", "user-agent": "shebao"},
            body=plain.written(plain.signed(self._terms.key, params)),
        )
        if answer.status != _OK:
            raise Unanswered(WHOM)
        words = plain.opened(self._terms.key, answer.body)
        if words.get("return_code") != _SUCCESS:
            raise ChannelRefused(WHOM, "return_code", words.get("return_msg", ""))
        if words.get("result_code") != _SUCCESS:
            code = words.get("err_code", "")
            if code in _UNDECIDED:
                raise Unanswered(WHOM)
            raise ChannelRefused(WHOM, code, words.get("err_code_des", ""))
        return words


def _paid(words: Mapping[str, str]) -> Told:
    """What a notice tells of an attempt: paid, or not and why."""
    attempt_id = words["out_trade_no"]
    if words.get("result_code") != _SUCCESS:
        said = words.get("err_code_des") or words.get("err_code", "")
        number = f"pap:{attempt_id}:{words.get('err_code', '')}"
        return Told(attempt_id, Outcome.FAILED, notice_id=number, says=said)
    reference = words["transaction_id"]
    return Told(
        attempt_id=attempt_id,
        outcome=Outcome.PAID,
        amount=Money(int(words["total_fee"])),
        reference=reference,
        happened_at=_compact(words["time_end"]),
        notice_id=f"pap:{reference}",
    )


def _moment(written: str) -> datetime:
    moment = datetime.fromisoformat(written)
    if moment.tzinfo is not None:
        raise ValueError(written)  # WeChat writes the time of Beijing, and never says so.
    return moment.replace(tzinfo=_BEIJING).astimezone(UTC)


def _compact(written: str) -> datetime:
    return datetime.strptime(written, "%Y%m%d%H%M%S").replace(tzinfo=_BEIJING).astimezone(UTC)
