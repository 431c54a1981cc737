"""Fund bill (资金账单): every change of the merchant's balance at WeChat on a day.

A payment comes in whole, and its fee goes out beside it; a refund goes out less its fee.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from shebao.sandbox import clock
from shebao.sandbox.channel.movements import Mishap, Movement, span, yuan
from shebao.sandbox.town import Town
from shebao.sandbox.wechat.trade_bill import movements, ticked

_HEADING: Final = (
    "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),"
    "资金变更提交申请人,备注,业务凭证号"
)
_TOTALS: Final = "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额"
_FIRST: Final = "SELECT min(paid_at) AS at FROM attempts WHERE paid_at IS NOT NULL"


@dataclass(frozen=True, slots=True)
class _Change:
    """One change of the balance; what goes out is negative."""

    kind: str
    fen: int
    note: str


def written(town: Town, day: date, lines: Sequence[Movement], mishaps: frozenset[Mishap]) -> bytes:
    """The file: a heading, the changes one after the other, and what they come to."""
    balance, whole, changes = _before(town, day), [_HEADING], []
    for one in sorted(lines, key=lambda line: line.at):
        for change in _changes(one):
            balance += change.fen
            changes.append(change.fen)
            whole.append(_line(town, one, change, balance))
    if Mishap.CUT_SHORT not in mishaps:
        incoming = [fen for fen in changes if fen > 0]
        outgoing = [-fen for fen in changes if fen < 0]
        count = str(len(changes) + int(Mishap.TOTALS_WRONG in mishaps))
        told = (count, *_sums(incoming), *_sums(outgoing))
        whole += [_TOTALS, ticked(*told)]
    return ("\r\n".join(whole) + "\r\n").encode()


def _changes(one: Movement) -> Iterator[_Change]:
    if one.is_refund:
        note = f"退款总金额{yuan(one.fen)}元;含手续费{yuan(one.fee_fen)}元"
        yield _Change("退款", one.fee_fen - one.fen, note)
        return
    yield _Change("交易", one.fen, f"结算总金额{yuan(one.fen)}元")
    if one.fee_fen:
        yield _Change("扣除交易手续费", -one.fee_fen, "结算手续费")


def _line(town: Town, one: Movement, change: _Change, balance: int) -> str:
    if one.spoilt:
        return ticked(clock.said(one.at), "??")
    flow = f"{one.paid_reference}{int(change.kind == '扣除交易手续费')}"
    return ticked(
        *(clock.said(one.at), one.reference, flow, "退款" if one.is_refund else "交易"),
        *(change.kind, "收入" if change.fen > 0 else "支出", yuan(abs(change.fen))),
        *(yuan(balance), f"{town.credentials.mchid}API" if one.is_refund else "system"),
        *(change.note, one.our_id),
    )


def _sums(amounts: Sequence[int]) -> tuple[str, str]:
    return str(len(amounts)), yuan(sum(amounts))


def _before(town: Town, day: date) -> int:
    """What the account held when the day began, in fen."""
    first = town.ledger.row(_FIRST)
    assert first is not None
    held, past = 0, day - timedelta(days=1)
    while first["at"] is not None and span(past)["ends"] > first["at"]:
        held += sum(change.fen for one in movements(town, past) for change in _changes(one))
        past -= timedelta(days=1)
    return held
