"""Agreements (协议扣款): sign at the bank, see the account, change it, pause it, end it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from shebao.core.channel import Method
from shebao.core.deduction.mandate import STEPS, Mandate, MandateEvent, MandateState
from shebao.core.policy.fund import Fund
from shebao.core.refusals import Refusal
from shebao.operations.deduction.confirm import ask_about
from shebao.operations.deduction.end import cancel_mandate, resume_mandate, suspend_mandate
from shebao.operations.deduction.sign import (
    AgreementNotOffered,
    FundAgreed,
    Signer,
    agreements_of,
    mandate_of,
    sign_mandate,
)
from shebao.operations.issue_receipts import METHOD_NAMES
from shebao.web.answers import Answer, Facts, Page, SeeOther
from shebao.web.visit import Visit
from shebao.web.wording import account_words

WAIT_SECONDS: Final = 1.5  # A page does not wait longer for a bank; the answer is not lost.
_EARLIER_MOST: Final = 10
_ASKED: Final = frozenset({MandateState.DRAFT, MandateState.PENDING_BANK, MandateState.CANCELLING})
_STATES: Final = {
    MandateState.DRAFT: ("还没有签", "wn"),
    MandateState.PENDING_BANK: ("等银行确认", "wn"),
    MandateState.ACTIVE: ("已生效", "ok"),
    MandateState.SUSPENDED: ("已暂停", "wn"),
    MandateState.CANCELLING: ("正在解约", "b"),
    MandateState.CANCELLED: ("已解约", ""),
    MandateState.REFUSED: ("没有签成", "bd"),
    MandateState.LAPSED: ("超过时间没有签", ""),
}


@dataclass(eq=False)
class FundUnknown(Refusal):
    """A form names a fund or a way that there is not."""


async def show(visit: Visit) -> Answer:
    """Each fund one owes to: the account it is collected from, or the way to agree to one."""
    session = visit.signed_in
    funds, earlier = await agreements_of(
        visit.world, region_code=session.region_code, person_id=session.person_id
    )
    return Page(
        "agreements.html",
        {
            "funds": [_fund(visit, agreed) for agreed in funds],
            "earlier": [_mandate(one) for one in earlier[:_EARLIER_MOST]],
            "at_once": any(method.by_agreement for method in visit.channel.methods),
        },
    )


async def sign(visit: Visit) -> Answer:
    """Begin a signing, and show the way to the bank's own page."""
    session, form = visit.signed_in, visit.form
    try:
        fund, method = Fund(form.one("fund")), Method(form.one("method"))
    except ValueError:
        raise FundUnknown from None
    mandate = await sign_mandate(
        visit.world,
        Signer(
            region_code=session.region_code,
            person_id=session.person_id,
            fund=fund,
            method=method,
        ),
    )
    return SeeOther(f"/agreements/{mandate.id}")


async def one(visit: Visit) -> Answer:
    """How a mandate stands. While the bank has not told us, it is asked."""
    mandate = await _mine(visit)
    if mandate.state in _ASKED:
        mandate = await _asked(visit, mandate)
    if visit.device.wants_json:
        return Facts({"mandate": mandate.id, "state": mandate.state})
    return Page(
        "agreement.html",
        {
            "one": _mandate(mandate),
            "expires_at": mandate.expires_at,
            "waiting": mandate.state in _ASKED,
            "can": {event: STEPS.allows(mandate.state, event) for event in MandateEvent},
            "fund": mandate.fund,
            "method": mandate.method,
        },
    )


async def suspend(visit: Visit) -> Answer:
    """Collect nothing for a while."""
    await suspend_mandate(visit.world, **_whose(visit))
    return _back(visit)


async def resume(visit: Visit) -> Answer:
    """Collect again."""
    await resume_mandate(visit.world, **_whose(visit))
    return _back(visit)


async def cancel(visit: Visit) -> Answer:
    """End a mandate, here at once and at the bank as soon as it answers."""
    await cancel_mandate(visit.world, **_whose(visit))
    return _back(visit)


async def _mine(visit: Visit) -> Mandate:
    if visit.region.agreement is None:
        raise AgreementNotOffered(visit.region.name)
    return await mandate_of(visit.world, **_whose(visit))


async def _asked(visit: Visit, mandate: Mandate) -> Mandate:
    """Ask the bank; a page does not wait long for it, and the answer is kept all the same."""
    asking = asyncio.create_task(
        ask_about(visit.world, region_code=mandate.region_code, mandate_id=mandate.id)
    )
    visit.site.inquiries.keep(asking)
    done, _ = await asyncio.wait({asking}, timeout=WAIT_SECONDS)
    return asking.result() if asking in done else mandate


def _whose(visit: Visit) -> dict[str, str]:
    session = visit.signed_in
    return {
        "region_code": session.region_code,
        "person_id": session.person_id,
        "mandate_id": visit.parts["mandate_id"],
    }


def _back(visit: Visit) -> SeeOther:
    return SeeOther(f"/agreements/{visit.parts['mandate_id']}")


def _rule(visit: Visit, fund: Fund) -> list[str]:
    """From which account a fund is collected here, and for whom from another."""
    terms = visit.region.agreement
    said: list[str] = []
    for one in terms.rules if terms else ():
        if one.fund is fund:
            also = visit.region.scheme(one.also_pays).name if one.also_pays else ""
            who = f"同时缴{also}的" if also else "其他人" if said else ""
            said.append(f"{who}从{one.account.label}扣")
    return said


def _fund(visit: Visit, agreed: FundAgreed) -> Mapping[str, Any]:
    held, signing = agreed.in_force, agreed.being_signed
    return {
        "id": agreed.fund,
        "name": agreed.fund.label,
        "rule": "；".join(_rule(visit, agreed.fund)),
        "accounts": "、".join(kind.label for kind in agreed.accounts),
        "methods": [{"id": method, "name": METHOD_NAMES[method]} for method in agreed.methods],
        "held": _mandate(held) if held else None,
        "signing": _mandate(signing) if signing else None,
    }


def _mandate(mandate: Mandate) -> Mapping[str, Any]:
    said, colour = _STATES[mandate.state]
    return {
        "id": mandate.id,
        "fund": mandate.fund.label,
        "method": METHOD_NAMES[mandate.method],
        "state": mandate.state,
        "said": said,
        "colour": colour,
        "account": account_words(mandate.account) if mandate.account else "",
        "agreement": mandate.agreement,
        "signed_at": mandate.signed_at,
        "sign_url": mandate.sign_url,
        "says": mandate.says,
    }
