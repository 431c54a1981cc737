"""Statement (交易账单): WeChat's list of what it moved for us on one day, read line by line.

Fields begin with a backtick and are never quoted, so a name with a comma in it makes a line
longer; what we read stands before the names or after them. What a coupon of ours paid is no
money of ours: the amounts here are those WeChat settles. A refund stands in the file of the
day it was asked for, and its money has left us also while WeChat still says *processing*.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shebao.core.books.statement import BadLine, LineKind, StatementLine, StatementUnreadable
from shebao.gateways import sheet
from shebao.gateways.wechat.line import WHOM
from shebao.gateways.wechat.paper import Paper

_HEADING: Final = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,"
    "交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,"
    "充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,"
    "费率备注"
)
_TOTALS: Final = "总交易单数"
_KINDS: Final = {
    "SUCCESS": LineKind.PAYMENT,
    "REFUND": LineKind.REFUND,
    "REVOKED": LineKind.REFUND,  # Undone on the same day, whole.
}
_CAME_BACK: Final = frozenset({"FAIL", "CLOSED"})  # These refunds moved nothing in the end.
_WIDTH: Final = len(_HEADING.split(","))
_FEE: Final = _HEADING.split(",").index("手续费") - _WIDTH  # From the right: names hold commas.


@dataclass(slots=True)
class _Sums:
    """What the lines come to, to be held against what the file says."""

    lines: int = 0
    payments: int = 0
    bad: int = 0
    came_back: int = 0
    paid: int = 0  # Fen.
    refunded: int = 0
    fees: int = 0  # Hundred-thousandths of a yuan.


def read(file: Path, *, mchid: str) -> Iterator[StatementLine | BadLine]:
    """The lines of a file. An empty file is a day on which nothing moved.

    Raises StatementUnreadable, also after the last line: only then are the totals known.
    """
    with Paper(file, heading=_HEADING, totals=_TOTALS) as paper:
        sums = _Sums()
        for number, text in paper.rows():
            sums.lines += 1
            try:
                line = _line(number, text, mchid, sums)
            except ValueError as wrong:
                sums.bad += 1
                yield BadLine(number, text, str(wrong))
            else:
                if line is not None:
                    yield line
        try:
            _check(paper, sums)
        except ValueError as wrong:
            raise StatementUnreadable(WHOM, "文件末尾的合计不是数") from wrong


def _line(number: int, text: str, mchid: str, sums: _Sums) -> StatementLine | None:
    fields = text[1:].split(",`")
    if len(fields) < _WIDTH or text[0] != "`":
        raise ValueError("这一行的列数不够，或不以 ` 开头")
    if fields[2] != mchid:
        raise StatementUnreadable(WHOM, f"是商户 {fields[2]} 的账单，不是我们的")
    kind = _KINDS.get(fields[9])
    if kind is None:
        raise ValueError(f"不认识的交易状态：{fields[9]}")
    if fields[11] != "CNY":
        raise ValueError(f"不是人民币：{fields[11]}")
    is_payment = kind is LineKind.PAYMENT
    try:
        amount = sheet.amount(fields[12 if is_payment else 16])
        fee, happened_at = fields[_FEE], sheet.moment(fields[0])
        found = StatementLine(
            number,
            kind,
            fields[6 if is_payment else 15],
            fields[5 if is_payment else 14],
            amount,
            sheet.fee(fee),
            happened_at,
        )
        sums.fees += sheet.units(fee)
    except ValueError as unreadable:
        raise ValueError(f"金额或时间写错了：{unreadable}") from unreadable
    if is_payment:
        sums.payments += 1
        sums.paid += amount.fen
    else:
        sums.refunded += amount.fen
        if fields[19] in _CAME_BACK:
            sums.came_back += 1
            return None
    return found


def _check(paper: Paper, sums: _Sums) -> None:
    """Hold the lines against the totals; a bad line has no amount to be counted."""
    count, paid, refunded, _, fees, *_ = paper.totals(width=7)
    # Some files count every line here and some the payments only.
    if int(count) not in {sums.lines, sums.payments}:
        raise StatementUnreadable(WHOM, f"文件说有 {count} 笔，实际 {sums.lines} 行")
    if sums.bad:
        return
    told, found = [sheet.amount(paid).fen], [sums.paid]
    if not sums.came_back:  # Nobody says whether those are in the totals.
        told += [sheet.amount(refunded).fen, sheet.units(fees)]
        found += [sums.refunded, sums.fees]
    if told != found:
        raise StatementUnreadable(WHOM, "各行相加与文件末尾的合计不符")
