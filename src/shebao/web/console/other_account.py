"""Other account (退到另一个账户): one clerk writes an account down, another reads it and agrees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from shebao.core.desk.other_account import Carrier, OtherAccount, other_account
from shebao.core.refusals import NotYours
from shebao.operations.books.other_account import approve_account, card_banks, propose_account
from shebao.operations.desk.by_hand import NotByHand, refunds_by_hand
from shebao.operations.issue_receipts import METHOD_NAMES
from shebao.store.desk.other_accounts import KeptAccount
from shebao.store.refunds import HandledByPerson
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.telling import WHY_BY_HAND
from shebao.web.visit import Visit

_REPAIRS: Final = "/console/repairs"


async def show(visit: Visit) -> Answer:
    """The refund, and room for the account it is to go to."""
    one = await _one(visit)
    banks = card_banks(visit.world, one.refund)
    return Page(
        "console/other-account.html",
        {
            "refund": one.refund,
            "payer": one.payer or "不知道是谁",
            "phone": one.phone_masked or "",
            "method": METHOD_NAMES[one.refund.method],
            "why": WHY_BY_HAND[one.refund.why][0],
            "banks": banks,
            "carrier": visit.typed("carrier") or ("channel" if banks else "transfer"),
            "card_bank": visit.typed("card_bank"),
            "bank": visit.typed("bank"),
            "number": visit.typed("number"),
            "holder": visit.typed("name"),
            "evidence": visit.typed("evidence"),
        },
    )


async def propose(visit: Visit) -> Answer:
    """Propose the account; somebody else agrees."""
    await propose_account(
        visit.world,
        visit.clerk,
        visit.parts["refund_id"],
        account=_account(visit),
        says=visit.form.one("evidence"),
    )
    return SeeOther(_REPAIRS)


async def agree(visit: Visit) -> Answer:
    """Agree, with the number read from the paper, and the bank's serial of a transfer."""
    form = visit.form
    try:
        await approve_account(
            visit.world,
            visit.clerk,
            visit.parts["repair_id"],
            number=form.one("number"),
            serial=form.one("serial"),
        )
    except LookupError as missing:
        raise NotYours(str(missing)) from None
    return SeeOther(_REPAIRS)


def account_shown(visit: Visit, kept: KeptAccount | None) -> Mapping[str, Any] | None:
    """Where a proposal wants a refund to go, as whoever agrees to it may read it."""
    if kept is None:
        return None
    bank = next((names[kept.bank] for names in _bank_names(visit) if kept.bank in names), kept.bank)
    wrong = visit.parts.get("repair_id") == kept.repair_id
    return {
        "by_transfer": kept.carrier is Carrier.TRANSFER,
        "bank": bank,
        "amount": kept.amount,
        "number": kept.number_masked,
        "holder": kept.holder_masked,
        "wrong": wrong,
        "serial": visit.typed("serial") if wrong else "",
    }


def _bank_names(visit: Visit) -> list[Mapping[str, str]]:
    """What people call the banks that channels have words of their own for."""
    return [
        names
        for channel in visit.world.channels.values()
        if (names := getattr(channel, "card_banks", None)) is not None
    ]


def _account(visit: Visit) -> OtherAccount:
    form = visit.form
    to_card = form.one("carrier") == Carrier.CHANNEL
    return other_account(
        Carrier.CHANNEL if to_card else Carrier.TRANSFER,
        bank=form.one("card_bank" if to_card else "bank"),
        number=form.one("number"),
        holder=form.one("name"),
    )


async def _one(visit: Visit) -> HandledByPerson:
    refund_id = visit.parts["refund_id"]
    for one in await refunds_by_hand(visit.world, visit.clerk.region_code):
        if one.refund.id == refund_id:
            return one
    raise NotByHand(refund_id)
