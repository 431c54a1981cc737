"""Issue receipts (缴费凭证): the paper of a receipt, for whoever may see it, and its check.

The receipt itself is written in the transaction that applies the money; here it becomes words
and a signed file.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from shebao.core.bill import BillState
from shebao.core.channel import Method
from shebao.core.identity import IdNumber, IdType
from shebao.core.paper import (
    Office,
    PaperRow,
    PaperSource,
    Party,
    ReceiptPaper,
    is_code_of,
    verify_code,
)
from shebao.core.policy.fund import Fund
from shebao.core.receipt import ReceiptState, why_voided
from shebao.core.refusals import NotYours, Refusal
from shebao.operations.world import SHANGHAI, World
from shebao.store import receipts
from shebao.store.receipts import ReceiptInFull

NO_TICKET: Final = "不开税票：充值不是社会保险费"
METHOD_NAMES: Final = {
    Method.WECHAT: "微信支付",
    Method.ALIPAY: "支付宝",
    Method.UNIONPAY: "银联云闪付",
    Method.AGREEMENT: "协议支付",
    Method.CCB: "建设银行",
    Method.CARD: "银行卡",
    Method.COUNTER: "银行柜台",
    Method.POS: "POS 刷卡",
    Method.CASH: "现金",
    Method.ENTRUST: "微信委托代扣",
    Method.TRANSFER: "对公转账",
}


@dataclass(eq=False)
class ReceiptUnknown(Refusal):
    """There is no receipt of this number with this code."""

    number: str


async def receipt_paper(
    world: World, *, region_code: str, number: str, viewer_id: str, whole: bool
) -> ReceiptPaper:
    """What a receipt says to its payer or to the person it is for. Raises NotYours.

    Only they may see it at all. `whole` shows names and numbers in full, but never a payer's
    to somebody they paid for.
    """
    found = await _found(world, region_code, number)
    if viewer_id not in {found.payer_id, found.insured_id}:
        raise NotYours(number)
    paper = paper_of(world, found, whole=whole)
    return replace(paper, hides_payer=viewer_id != found.payer_id)


async def check_receipt(world: World, *, number: str, code: str) -> ReceiptPaper:
    """What a receipt says, masked, to anybody who holds its number and its code.

    Raises ReceiptUnknown, and does not tell which of the two was wrong.
    """
    if number[:6] not in world.regions or not is_code_of(number, code, _secret(world)):
        raise ReceiptUnknown(number)
    try:
        found = await _found(world, number[:6], number)
    except NotYours:
        raise ReceiptUnknown(number) from None
    return paper_of(world, found, whole=False)


def paper_of(world: World, found: ReceiptInFull, *, whole: bool) -> ReceiptPaper:
    """Put a receipt into the words of its region."""
    receipt = found.receipt
    region = world.region(receipt.region_code)
    scheme = region.scheme(found.scheme)
    first, last = found.period.first_day, found.period.last_day
    code = verify_code(receipt.number, _secret(world))
    return ReceiptPaper(
        title=f"{scheme.name}凭证" if scheme.top_up else region.receipt_title,
        number=receipt.number,
        region=region.name,
        collector=region.collector,
        payer=_party(world, found.payer_name, found.payer_id_type, found.payer_sealed),
        insured=_person(world, found.insured_name, found.insured_id_type, found.insured_sealed),
        rows=_rows(found, scheme.name, f"{first} 至 {last}"),
        total=receipt.amount,
        paid_at=_printed(found.paid_at),
        method=METHOD_NAMES[found.method],
        channel_reference=found.reference,
        ticket_number=NO_TICKET if scheme.top_up else receipt.ticket_number,
        sources=(PaperSource(found.explanation.source, "", found.explanation.arithmetic),),
        verify_code=code,
        verify_url=f"{world.base_url}/verify?n={receipt.number}&c={code}",
        voided=receipt.state is ReceiptState.VOIDED,
        void_reason=why_voided(receipt.void_reason) if receipt.void_reason else "",
        voided_at=_printed(receipt.voided_at) if receipt.voided_at else "",
        gone_back=found.bill_state is BillState.REVERSED,
        whole=whole,
    )


def _printed(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"


def _rows(found: ReceiptInFull, item: str, period: str) -> tuple[PaperRow, ...]:
    """One line for each fund the person's money went to."""
    personal = [share for share in found.shares if share.payer == "personal"]
    if len(personal) == 1:
        return (PaperRow(item, period, found.label, "", personal[0].amount),)
    return tuple(
        PaperRow(f"{item}（{Fund(share.fund).label}）", period, found.label, "", share.amount)
        for share in personal
    )


def _party(world: World, name: str, id_type: str, sealed: bytes | None) -> Party | Office:
    if sealed is None:
        return Office(name)
    return _person(world, name, id_type, sealed)


def _person(world: World, name: str, id_type: str, sealed: bytes) -> Party:
    return Party(name, IdNumber(IdType(id_type), world.vault.open(sealed)))


def _secret(world: World) -> bytes:
    """The key of receipt codes, which comes of the look-up key and like it never changes."""
    return world.vault.hash("receipt codes")


async def _found(world: World, region_code: str, number: str) -> ReceiptInFull:
    async with world.db.reading() as tx:
        try:
            return await receipts.by_number(tx, region_code=region_code, number=number)
        except LookupError:
            raise NotYours(number) from None
