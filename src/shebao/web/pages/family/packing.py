"""Packing (打包): everything kept about somebody as one file: JSON, and tables people can open.

It is read elsewhere and by others, so it is in Chinese whatever the pages are in.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from shebao.core.bill import BillState
from shebao.core.channel import Method
from shebao.core.money import Money
from shebao.core.period import Period
from shebao.core.policy.region import Region
from shebao.core.receipt import ReceiptState
from shebao.core.refund import RefundState
from shebao.operations.export_history import History
from shebao.operations.issue_receipts import METHOD_NAMES
from shebao.operations.world import SHANGHAI
from shebao.web import wording
from shebao.web.drawing import second

FORMAT: Final = "shebao.history.1"  # docs/handbook/your-data.md says what it holds.
_DIGITS: Final = 15  # As many as a spreadsheet keeps of a number.

_BILLS: Final = ("险种", "所属期", "说明", "金额（元）", "状态", "依据", "算法")
_RECEIPTS: Final = (
    "凭证号",
    "险种",
    "所属期",
    "金额（元）",
    "参保人",
    "缴费人",
    "开具时间",
    "状态",
)
_REFUNDS: Final = ("申请时间", "金额（元）", "退回到", "渠道流水号", "状态")
_LOOKS: Final = ("时间", "谁", "原因")
_BILL_STATES: Final[Mapping[BillState, str]] = {
    BillState.DRAFT: "待核定",
    BillState.PAYABLE: "待缴费",
    BillState.RESERVED: "缴费中",
    BillState.PAID: "已缴费",
    BillState.SETTLED: "已清算",
    BillState.REMITTED: "已入库",
    BillState.VOID: "已作废",
    BillState.LAPSED: "已过期",
    BillState.REVERSING: "退费中",
    BillState.REVERSED: "已退费",
}
_RECEIPT_STATES: Final = {ReceiptState.ISSUED: "有效", ReceiptState.VOIDED: "已作废"}
_REFUND_STATES: Final[Mapping[RefundState, str]] = {
    RefundState.REQUESTED: "已申请",
    RefundState.APPROVED: "已同意",
    RefundState.SENT: "已提交渠道",
    RefundState.UNKNOWN: "结果待确认",
    RefundState.SUCCEEDED: "已退回",
    RefundState.FAILED: "未退成",
    RefundState.MANUAL: "转人工",
}


def file_name(history: History) -> str:
    """The name of the file, with the day it was made."""
    return f"我的社保数据-{history.at.astimezone(SHANGHAI):%Y%m%d}.zip"


def packed(region: Region, history: History) -> bytes:
    """Everything as one file of JSON, and what people read most as tables besides."""
    parts = history.parts
    document = {"format": FORMAT, "made_at": history.at.isoformat(), "region": region.code, **parts}
    files = {
        "history.json": json.dumps(document, ensure_ascii=False, indent=1).encode(),
        "应缴.csv": _table(_BILLS, (_bill(region, one) for one in parts["bills"])),
        "凭证.csv": _table(_RECEIPTS, (_receipt(region, one) for one in parts["receipts"])),
        "退款.csv": _table(_REFUNDS, map(_refund, parts["refunds"])),
        "谁看过我.csv": _table(_LOOKS, map(_look, parts["looks"])),
    }
    made = history.at.astimezone(SHANGHAI)
    into = io.BytesIO()
    with ZipFile(into, "w") as zipped:
        for name, content in files.items():
            entry = ZipInfo(name, (made.year, made.month, made.day, made.hour, made.minute, 0))
            zipped.writestr(entry, content, ZIP_DEFLATED)
    return into.getvalue()


def _bill(region: Region, one: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        wording.item_name(region.scheme(one["scheme"])),
        Period.parse(one["period"]).label,
        one["label"],
        _yuan(one["amount_fen"]),
        _BILL_STATES[BillState(one["state"])],
        one["source"],
        "；".join(one["arithmetic"]),
    )


def _receipt(region: Region, one: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        one["number"],
        wording.item_name(region.scheme(one["scheme"])),
        Period.parse(one["period"]).label,
        _yuan(one["amount_fen"]),
        "本人" if one["for_self"] else one["insured"],
        "本人" if one["by_self"] else one["payer"],
        _when(one["issued_at"]),
        _RECEIPT_STATES[ReceiptState(one["state"])],
    )


def _refund(one: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        _when(one["created_at"]),
        _yuan(one["amount_fen"]),
        METHOD_NAMES[Method(one["method"])],
        one["reference"],
        _REFUND_STATES[RefundState(one["state"])],
    )


def _look(one: Mapping[str, Any]) -> tuple[str, ...]:
    who = wording.who_looked(one["viewer"], own=one["by_self"], reason=one["reason"])
    return (
        _when(one["at"]),
        who,
        wording.why_looked(one["reason"]),
    )


def _table(headings: Iterable[str], rows: Iterable[tuple[str, ...]]) -> bytes:
    """Rows as a table that spreadsheets open as it is, headings first."""
    into = io.StringIO(newline="")
    lines = csv.writer(into)
    lines.writerow(headings)
    lines.writerows(map(_cell, row) for row in rows)
    return into.getvalue().encode("utf-8-sig")


def _cell(text: str) -> str:
    """A text no spreadsheet takes for a formula, nor a long number for one to be rounded."""
    taken = text.startswith(("=", "+", "-", "@")) or (len(text) > _DIGITS and text.isdigit())
    return f"\t{text}" if taken else text


def _yuan(fen: int) -> str:
    return str(Money(fen))


def _when(told: str) -> str:
    return second(datetime.fromisoformat(told))
