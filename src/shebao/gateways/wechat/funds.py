"""Funds (资金账单): every change of our account's balance at WeChat on one day.

It says what the list of trades does not: the fees as they were taken, and what WeChat paid out
to our bank. The note of a line is free text and may hold commas.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from shebao.core.books.statement import BadLine, StatementUnreadable
from shebao.core.money import Money
from shebao.gateways import sheet
from shebao.gateways.wechat.line import WHOM
from shebao.gateways.wechat.paper import Paper

_HEADING: Final = (
    "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),"
    "资金变更提交申请人,备注,业务凭证号"
)
_TOTALS: Final = "资金流水总笔数"
_WIDTH: Final = len(_HEADING.split(","))
_SIGNS: Final = {"收入": 1, "支出": -1}


class FundAccount(StrEnum):
    """Which of our accounts at WeChat a file is about."""

    BASIC = "BASIC"  # 基本账户
    OPERATION = "OPERATION"  # 运营账户
    FEES = "FEES"  # 手续费账户


@dataclass(frozen=True, slots=True)
class FundMovement:
    """One change of a balance; what left the account is negative."""

    line: int
    happened_at: datetime
    reference: str  # WeChat's number of the payment, the refund or the withdrawal.
    flow: str  # WeChat's number of this movement (资金流水单号).
    name: str  # 业务名称, such as 交易, 退款, 提现.
    kind: str  # 业务类型, such as 交易, 扣除交易手续费.
    amount: Money
    balance: Money
    our_id: str  # 业务凭证号: our number, where the movement has one.


def read_funds(file: Path) -> Iterator[FundMovement | BadLine]:
    """The movements of a file, one after the other; an empty file has none.

    Raises StatementUnreadable, also after the last line: only then are the totals known.
    """
    with Paper(file, heading=_HEADING, totals=_TOTALS) as paper:
        lines = bad = 0
        moved = {sign: [0, 0] for sign in _SIGNS.values()}  # How often, and how many fen.
        for number, text in paper.rows():
            lines += 1
            try:
                found = _movement(number, text)
            except ValueError as wrong:
                bad += 1
                yield BadLine(number, text, f"读不懂这一行：{wrong}")
                continue
            sums = moved[1 if found.amount.fen >= 0 else -1]
            sums[0] += 1
            sums[1] += abs(found.amount.fen)
            yield found
        _check(paper, lines, [] if bad else moved[1] + moved[-1])


def _movement(number: int, text: str) -> FundMovement:
    fields = text[1:].split(",`")
    if len(fields) < _WIDTH or text[0] != "`":
        raise ValueError("列数不够")
    sign = _SIGNS.get(fields[5])
    amount = sheet.amount(fields[6])
    if sign is None or amount.fen < 0:
        raise ValueError(f"收支类型 {fields[5]} 与金额 {fields[6]} 不符")
    return FundMovement(
        line=number,
        happened_at=sheet.moment(fields[0]),
        reference=fields[1],
        flow=fields[2],
        name=fields[3],
        kind=fields[4],
        amount=amount if sign > 0 else -amount,
        balance=sheet.amount(fields[7]),
        our_id=fields[-1],
    )


def _check(paper: Paper, lines: int, found: list[int]) -> None:
    """Hold the movements against the totals; a bad line has no amount to be counted."""
    count, *told = paper.totals(width=5)
    try:
        sums = [int(told[0]), sheet.amount(told[1]).fen, int(told[2]), sheet.amount(told[3]).fen]
        whole = int(count)
    except ValueError as wrong:
        raise StatementUnreadable(WHOM, "文件末尾的合计不是数") from wrong
    if whole != lines or (found and sums != found):
        raise StatementUnreadable(WHOM, "各行相加与文件末尾的合计不符")
