"""Statement (ZM): the file of a settlement day: lines of fixed width in GBK, zipped and deflated.

A width counts bytes, not characters, and one space stands between fields.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Final

from shebao.sandbox import clock
from shebao.sandbox.channel import files
from shebao.sandbox.channel.files import Writer
from shebao.sandbox.channel.movements import Mishap, Movement
from shebao.sandbox.town import Town
from shebao.sandbox.unionpay import fields, returns, trades
from shebao.sandbox.unionpay.gate import Words
from shebao.sandbox.unionpay.refusals import UnionPayRefusal, malformed
from shebao.sandbox.unionpay.returns import GivingBack
from shebao.sandbox.unionpay.trades import CARD, Trade

_FEE_PER_MILLE: Final = 2
_ZM: Final = (
    *(("code", 3), ("acquirer", 11), ("sender", 11), ("trace_no", 6), ("sent_at", 10)),
    *(("account", 19), ("amount", 12), ("mcc", 4), ("terminal_kind", 2), ("query_id", 21)),
    *(("old_way", 2), ("order_id", 32), ("card_kind", 2), ("orig_trace_no", 6)),
    *(("orig_at", 10), ("fee", 13), ("settled", 13), ("way", 4), ("group", 15), ("type", 2)),
    *(("subtype", 2), ("business", 6), ("account_kind", 2), ("bill_kind", 4)),
    *(("bill_no", 32), ("interaction", 1), ("orig_query_id", 21), ("mer_id", 15)),
    *(("split_way", 1), ("sub_mer_id", 15), ("sub_name", 32), ("split_amount", 13)),
    *(("net", 13), ("terminal", 8), ("custom", 32), ("discount", 13), ("invoice", 13)),
    *(("instalment_fee", 12), ("instalments", 2), ("medium", 1), ("orig_order_id", 32)),
    ("spare", 98),
)
_EOL: Final = b"\r\n"
_DAY: Final = re.compile(r"[0-9]{4}")


def fetch(town: Town, words: Words) -> Words:
    """Hand out the file of a settlement day that is over."""
    fields.one_of(words, "fileType", ("00",))
    mer_id, day = words["merId"], _day(fields.text(words, "settleDate", most=4))
    file = files.find(town.ledger, writer(town, mer_id), day)
    if file is None and day.isoformat() < trades.settle_day(clock.now_ms()):
        file = files.make(town.ledger, writer(town, mer_id), day)
    if file is None or file.content is None:
        raise UnionPayRefusal("98")  # One word for "not yet" and for "nothing happened".
    content = zlib.compress(file.content)
    return {
        "fileName": f"{mer_id}_{day:%Y%m%d}.zip",
        "fileContent": base64.b64encode(content).decode(),
    }


def writer(town: Town, mer_id: str) -> Writer:
    """How the file of a merchant number is made."""
    return Writer(
        channel=f"unionpay {mer_id}",
        kind="trade",
        movements=partial(_movements, town, mer_id),
        written=partial(_written, town, mer_id),
        digest=lambda content: hashlib.sha256(content).hexdigest(),  # Nobody is told.
    )


def packed(mer_id: str, day: date, lines: Iterable[bytes]) -> bytes:
    """The zip of a day: what went well, and what the banks quarrel about, which is nothing."""
    inside = io.BytesIO()
    with zipfile.ZipFile(inside, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"INN{day:%y%m%d}88ZM_{mer_id}", b"".join(lines))
        archive.writestr(f"INN{day:%y%m%d}88ZME_{mer_id}", b"")
    return inside.getvalue()


def line(**told: str) -> bytes:
    """One line: what is not told is blank, amounts are already as wide as they must be."""
    assert told.keys() <= dict(_ZM).keys()
    parts = [told.get(name, "").encode("gbk")[:width].ljust(width) for name, width in _ZM]
    return b" ".join(parts) + _EOL


def _movements(town: Town, mer_id: str, day: date) -> list[Movement]:
    paid = [
        _movement(one.query_id, one.order_id, one.total_fen, at=one.paid_at)
        for one in trades.settled(town.ledger, mer_id=mer_id, day=str(day))
    ]
    back = [
        _movement(one.query_id, one.order_id, one.refund_fen, at=one.succeeded_at, is_refund=True)
        for one in returns.settled(town.ledger, mer_id=mer_id, day=str(day))
    ]
    return paid + back


def _movement(
    query_id: str | None, order_id: str, fen: int, *, at: int | None, is_refund: bool = False
) -> Movement:
    assert query_id is not None
    assert at is not None
    return Movement(is_refund, order_id, query_id, order_id, query_id, fen, at, "", "")


def _written(
    town: Town, mer_id: str, day: date, lines: Sequence[Movement], _mishaps: frozenset[Mishap]
) -> bytes:
    backs = {one.query_id: one for one in returns.settled(town.ledger, mer_id=mer_id, day=str(day))}
    return packed(mer_id, day, [_line(town, mer_id, one, backs) for one in lines])


def _line(town: Town, mer_id: str, one: Movement, backs: Mapping[str, GivingBack]) -> bytes:
    if one.is_refund:
        return _back(town, replace(backs[one.reference], refund_fen=one.fen))
    trade = trades.find_paid(town.ledger, one.reference)
    if trade is not None:
        return _payment(replace(trade, total_fen=one.fen))
    return line(  # A line nobody else knows.
        **_usual(mer_id, one.fen),
        code="S22",
        sent_at=f"{clock.at(one.at):%m%d%H%M%S}",
        query_id=one.reference,
        order_id=one.our_id,
        fee=f"D{0:012}",
        settled=f"C{one.fen:012}",
        type="01",
        subtype="01",
        net=f"C{one.fen:012}",
    )


def _payment(trade: Trade) -> bytes:
    assert trade.query_id is not None
    assert trade.trace_no is not None
    assert trade.paid_at is not None
    fee = trade.total_fen * _FEE_PER_MILLE // 1000
    return line(
        **_usual(trade.mer_id, trade.total_fen),
        code="S22",
        trace_no=trade.trace_no,
        sent_at=f"{clock.at(trade.paid_at):%m%d%H%M%S}",
        query_id=trade.query_id,
        order_id=trade.order_id,
        fee=f"D{fee:012}",
        settled=f"C{trade.total_fen - fee:012}",
        type="01",
        subtype="01",
        net=f"C{trade.total_fen - fee:012}",
    )


def _back(town: Town, back: GivingBack) -> bytes:
    trade = trades.find_paid(town.ledger, back.orig_query_id)
    assert trade is not None
    assert trade.paid_at is not None
    assert back.succeeded_at is not None
    fee = back.refund_fen * _FEE_PER_MILLE // 1000
    return line(
        **_usual(back.mer_id, back.refund_fen),
        code="S30",
        trace_no=back.trace_no,
        sent_at=f"{clock.at(back.succeeded_at):%m%d%H%M%S}",
        query_id=back.query_id,
        order_id=back.order_id,
        orig_trace_no=trade.trace_no or "",
        orig_at=f"{clock.at(trade.paid_at):%m%d%H%M%S}",
        fee=f"C{fee:012}",
        settled=f"D{back.refund_fen - fee:012}",
        type=back.kind,
        subtype="00",
        orig_query_id=back.orig_query_id,
        net=f"D{back.refund_fen - fee:012}",
        orig_order_id=trade.order_id,
    )


def _usual(mer_id: str, fen: int) -> dict[str, str]:
    return {
        "acquirer": "00010000",
        "sender": "00010000",
        "account": CARD,
        "amount": f"{fen:012}",
        "mcc": "9399",
        "terminal_kind": "07",
        "card_kind": "01",
        "way": "0001",
        "business": "000201",
        "account_kind": "01",
        "interaction": "0",
        "mer_id": mer_id,
    }


def _day(month_and_day: str) -> date:
    """The latest day of this name that has begun: UnionPay does not say the year."""
    if _DAY.fullmatch(month_and_day) is None:
        raise malformed("settleDate")
    today = date.fromisoformat(trades.settle_day(clock.now_ms()))
    try:
        month, day = int(month_and_day[:2]), int(month_and_day[2:])
        found = date(today.year, month, day)
        return found if found <= today else date(today.year - 1, month, day)
    except ValueError:
        raise malformed("settleDate") from None
