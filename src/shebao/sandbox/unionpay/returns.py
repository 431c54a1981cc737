"""Returns: giving a payer's money back: a refund (退货), part by part, or the whole undone (撤销).

Both are accepted first and settled a while later; UnionPay then tells the merchant. An undoing
is only for the settlement day of the payment, and only while nothing of it went back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from shebao.sandbox import clock
from shebao.sandbox.channel import notices as shelf
from shebao.sandbox.faults import Kind, Place, Plan
from shebao.sandbox.ledger import Ledger, columns
from shebao.sandbox.town import Town
from shebao.sandbox.unionpay import fields, notices, trades
from shebao.sandbox.unionpay.gate import Words
from shebao.sandbox.unionpay.refusals import OK, SAID, UnionPayRefusal
from shebao.sandbox.unionpay.trades import WAITING, Trade

REFUND: Final = "04"
UNDO: Final = "31"
_TAKES_SECONDS: Final = 60
_ENDS: Final = {Kind.ABNORMAL: "60", Kind.CLOSED: "01"}


@dataclass(frozen=True, slots=True)
class GivingBack:
    """One refund or undoing, and how it is going to end."""

    mer_id: str
    order_id: str
    txn_time: str
    kind: str
    query_id: str
    orig_query_id: str
    refund_fen: int
    back_url: str
    asked: str
    trace_no: str
    code: str
    ends_as: str
    created_at: int
    ends_at: int
    succeeded_at: int | None
    settle_day: str | None

    def facts(self) -> dict[str, str]:
        """What UnionPay tells of it, in answers and notices alike."""
        return {
            "queryId": self.query_id,
            "origQryId": self.orig_query_id,
            "traceNo": self.trace_no,
            "traceTime": f"{clock.at(self.created_at):%m%d%H%M%S}",
            "settleAmt": str(self.refund_fen),
            "settleCurrencyCode": "156",
        }


def refund(town: Town, words: Words) -> Words:
    """Take on a refund of part or all of a payment."""
    return _taken(town, words, REFUND)


def undo(town: Town, words: Words) -> Words:
    """Take on the undoing of a whole payment of today."""
    return _taken(town, words, UNDO)


def find(ledger: Ledger, *, mer_id: str, order_id: str, txn_time: str) -> GivingBack | None:
    """The refund or undoing of a merchant's number and time."""
    key = {"mer_id": mer_id, "order_id": order_id, "txn_time": txn_time}
    row = ledger.row(_FIND, key)
    return None if row is None else GivingBack(**row)


def settled(ledger: Ledger, *, mer_id: str, day: str) -> list[GivingBack]:
    """Everything given back on a settlement day, oldest first."""
    rows = ledger.rows(_SETTLED, {"mer_id": mer_id, "day": day})
    return [GivingBack(**row) for row in rows]


def resume(town: Town) -> None:
    """Take up what was on its way back when the program ended."""
    for row in town.ledger.rows("SELECT * FROM unionpay_returns WHERE code = '05'"):
        _wait(town, GivingBack(**row))


_FIND: Final = """
    SELECT * FROM unionpay_returns
    WHERE mer_id = :mer_id AND order_id = :order_id AND txn_time = :txn_time
"""
_SETTLED: Final = """
    SELECT * FROM unionpay_returns WHERE mer_id = :mer_id AND settle_day = :day
    ORDER BY succeeded_at, rowid
"""
_INSERT: Final = """
    INSERT INTO unionpay_returns VALUES (:mer_id, :order_id, :txn_time, :kind, :query_id,
        :orig_query_id, :refund_fen, :back_url, :asked, :trace_no, :code, :ends_as, :created_at,
        :ends_at, :succeeded_at, :settle_day)
"""
_END: Final = """
    UPDATE unionpay_returns
    SET code = :code, succeeded_at = :succeeded_at, settle_day = :settle_day
    WHERE query_id = :query_id AND code = '05'
"""
_RESERVED: Final = """
    SELECT coalesce(sum(refund_fen), 0) AS fen FROM unionpay_returns
    WHERE orig_query_id = :key AND code IN ('00', '05')
"""


def _taken(town: Town, words: Words, kind: str) -> Words:
    fresh = _read(town, words, kind)
    known = find(town.ledger, mer_id=fresh.mer_id, order_id=fresh.order_id, txn_time=fresh.txn_time)
    if known is not None:
        raise UnionPayRefusal("12")  # Also the very same: who is not sure has to ask.
    trade = trades.find_paid(town.ledger, fresh.orig_query_id)
    if trade is None or trade.mer_id != fresh.mer_id:
        raise UnionPayRefusal("35", "origQryId")
    _check(town, trade, fresh)
    taken = replace(fresh, ends_as=_ending(town))
    town.ledger.write(_INSERT, columns(taken))
    _wait(town, taken)
    if town.faults.strikes(Place.REFUND, (Kind.UNDECIDED,)) is not None:
        raise UnionPayRefusal("03")
    return {"queryId": taken.query_id, "origQryId": taken.orig_query_id}


def _read(town: Town, words: Words, kind: str) -> GivingBack:
    now = clock.now_ms()
    return GivingBack(
        mer_id=words["merId"],
        order_id=fields.order_id(words),
        txn_time=fields.fresh(words),
        kind=kind,
        query_id=trades.new_query_id(now),
        orig_query_id=fields.text(words, "origQryId", most=21),
        refund_fen=fields.fen(words),
        back_url=fields.address(words, "backUrl"),
        asked=trades.digest(words),
        trace_no=trades.new_trace_no(),
        code=WAITING,
        ends_as=OK,
        created_at=now,
        ends_at=now + town.timers.scaled_ms(_TAKES_SECONDS),
        succeeded_at=None,
        settle_day=None,
    )


def _check(town: Town, trade: Trade, wished: GivingBack) -> None:
    reserved = town.ledger.row(_RESERVED, {"key": trade.query_id})
    assert reserved is not None
    if wished.kind == UNDO:
        if wished.refund_fen != trade.total_fen or reserved["fen"]:
            raise UnionPayRefusal("36", "txnAmt")
        if trades.settle_day(clock.now_ms()) != trade.settle_day:
            raise UnionPayRefusal("35", "settleDate")
    if reserved["fen"] + wished.refund_fen > trade.total_fen:
        raise UnionPayRefusal("36", "txnAmt")
    if town.faults.strikes(Place.REFUND, (Kind.NOT_ENOUGH,)) is not None:
        raise UnionPayRefusal("33")


def _ending(town: Town) -> str:
    struck = town.faults.strikes(Place.REFUND, tuple(_ENDS))
    return OK if struck is None else _ENDS[struck.kind]


def _wait(town: Town, taken: GivingBack) -> None:
    town.timers.after(taken.ends_at - clock.now_ms(), partial(_end, town, taken))


async def _end(town: Town, taken: GivingBack) -> None:
    ended = replace(taken, code=taken.ends_as)
    if ended.code == OK:
        now = clock.now_ms()
        ended = replace(ended, succeeded_at=now, settle_day=trades.settle_day(now))
    with town.ledger.together():
        assert town.ledger.write(_END, columns(ended)) == 1
        if ended.code != OK:
            return  # UnionPay tells only what went well.
        notice = notices.news(_told(ended), Plan(), subject=ended.order_id, url=ended.back_url)
        shelf.insert(town.ledger, notice)
    town.unionpay_courier.carry(notice)


def _told(ended: GivingBack) -> dict[str, str]:
    return {
        "version": "5.1.0",
        "encoding": "UTF-8",
        "txnType": ended.kind,
        "txnSubType": "00",
        "bizType": "000201",
        "accessType": "0",
        "merId": ended.mer_id,
        "orderId": ended.order_id,
        "txnTime": ended.txn_time,
        "txnAmt": str(ended.refund_fen),
        "currencyCode": "156",
        "respCode": ended.code,
        "respMsg": SAID[ended.code],
        **ended.facts(),
    }
