"""Contracts: signed by somebody in WeChat, told to the merchant, asked about and ended."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from shebao.sandbox import clock
from shebao.sandbox.channel import notices as shelf
from shebao.sandbox.channel.notices import Notice, NoticeState
from shebao.sandbox.faults import Plan, Twist
from shebao.sandbox.ledger import Ledger, columns
from shebao.sandbox.town import Town
from shebao.sandbox.wechat.entrust import xml

CHANNEL: Final = "entrust"


@dataclass(frozen=True, slots=True)
class Contract:
    """One agreement between a person in WeChat and a merchant."""

    contract_code: str
    contract_id: str
    plan_id: str
    openid: str
    request_serial: str
    notify_url: str
    signed_at: int
    ended_at: int | None
    ended_by: str

    def told(self, town: Town) -> dict[str, str]:
        """The contract as an answer to a query tells it."""
        known = town.credentials
        facts = {
            "return_code": "SUCCESS",
            "result_code": "SUCCESS",
            "appid": known.appid,
            "mch_id": known.mchid,
            "contract_id": self.contract_id,
            "contract_code": self.contract_code,
            "plan_id": self.plan_id,
            "openid": self.openid,
            "request_serial": self.request_serial,
            "contract_state": "0" if self.ended_at is None else "1",
            "contract_signed_time": clock.said(self.signed_at),
        }
        if self.ended_at is not None:
            facts["contract_terminated_time"] = clock.said(self.ended_at)
            facts["contract_termination_mode"] = self.ended_by
        return facts


def sign(town: Town, asked: Mapping[str, str], plan: Plan) -> Contract:
    """Let somebody sign, once a code, and tell the merchant."""
    known = find(town.ledger, asked["contract_code"])
    if known is not None:
        return known
    now = clock.now_ms()
    contract = Contract(
        contract_code=asked["contract_code"],
        contract_id=f"{clock.at(now):%Y%m%d}{secrets.randbelow(10**12):012}",
        plan_id=asked["plan_id"],
        openid="o" + secrets.token_urlsafe(20),
        request_serial=asked["request_serial"],
        notify_url=asked["notify_url"],
        signed_at=now,
        ended_at=None,
        ended_by="",
    )
    with town.ledger.together():
        town.ledger.write(_INSERT, columns(contract))
        notice = _changed(town, contract, "ADD", plan)
        shelf.insert(town.ledger, notice)
    town.entrust.courier.carry(notice)
    return contract


def end(town: Town, contract: Contract, *, by: str, plan: Plan) -> Contract:
    """End a contract, by its owner (2) or by the merchant (3), and tell the merchant."""
    if contract.ended_at is not None:
        return contract
    ended = replace(contract, ended_at=clock.now_ms(), ended_by=by)
    with town.ledger.together():
        town.ledger.write(_UPDATE, columns(ended))
        notice = _changed(town, ended, "DELETE", plan)
        shelf.insert(town.ledger, notice)
    town.entrust.courier.carry(notice)
    return ended


def find(ledger: Ledger, contract_code: str) -> Contract | None:
    """The contract of a merchant's code."""
    sql = "SELECT * FROM wechat_contracts WHERE contract_code = :key"
    row = ledger.row(sql, {"key": contract_code})
    return None if row is None else Contract(**row)


def by_id(ledger: Ledger, contract_id: str) -> Contract | None:
    """The contract of WeChat's own number."""
    sql = "SELECT * FROM wechat_contracts WHERE contract_id = :key"
    row = ledger.row(sql, {"key": contract_id})
    return None if row is None else Contract(**row)


def news(
    town: Town, facts: Mapping[str, Any], plan: Plan, *, subject: str, event: str, url: str
) -> Notice:
    """Something to tell on the older wire; it is signed when it goes out."""
    return Notice(
        id=secrets.token_hex(16),
        channel=CHANNEL,
        subject=subject,
        event=event,
        url=url,
        body=xml.packed(town.entrust.terms.key, facts).decode(),
        signer="",
        plan=plan.written(),
        state=NoticeState.WITHHELD if Twist.NEVER in plan else NoticeState.WAITING,
        tries=0,
        next_at=clock.now_ms(),
    )


def _changed(town: Town, contract: Contract, change: str, plan: Plan) -> Notice:
    known = town.credentials
    facts = {
        "return_code": "SUCCESS",
        "result_code": "SUCCESS",
        "appid": known.appid,
        "mch_id": known.mchid,
        "contract_code": contract.contract_code,
        "contract_id": contract.contract_id,
        "plan_id": contract.plan_id,
        "openid": contract.openid,
        "request_serial": contract.request_serial,
        "change_type": change,
        "operate_time": clock.said(contract.ended_at or contract.signed_at),
        "contract_termination_mode": contract.ended_by,
    }
    url, event = contract.notify_url, f"CONTRACT.{change}"
    return news(town, facts, plan, subject=contract.contract_code, event=event, url=url)


_INSERT: Final = """
    INSERT INTO wechat_contracts VALUES (:contract_code, :contract_id, :plan_id, :openid,
        :request_serial, :notify_url, :signed_at, :ended_at, :ended_by)
"""
_UPDATE: Final = """
    UPDATE wechat_contracts SET ended_at = :ended_at, ended_by = :ended_by
    WHERE contract_code = :contract_code
"""
