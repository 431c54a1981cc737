"""Faults: what may go wrong outside, put on order by whoever rehearses.

A *global* fault strikes the next few requests of one kind. A *plan* is the fault menu of one
payment: it is chosen by the payer at the cashier and shapes the notices that follow.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """How a request can go wrong."""

    SYSTEM_ERROR = "system_error"  # 500, nothing was done: the same request may be sent again.
    UNAVAILABLE = "unavailable"  # 503 before anything is looked at.
    ANSWER_LOST = "answer_lost"  # Done, but a proxy on the way answers 502.
    ANSWER_HANGS = "answer_hangs"  # Done, but no answer ever comes.
    ANSWER_FORGED = "answer_forged"  # Done, and the answer's signature is somebody else's.
    SLOW = "slow"  # Done after some milliseconds.
    UNDECIDED = "undecided"  # UnionPay: done, and told as not known yet.
    NOT_ENOUGH = "not_enough"  # Refunds: the merchant's account is empty.
    ABNORMAL = "abnormal"  # Refunds: the payer's card is closed.
    CLOSED = "closed"  # Refunds: the channel gives up and keeps the money for the merchant.


class Place(StrEnum):
    """What a request was for."""

    PREPAY = "prepay"
    QUERY = "query"
    CLOSE = "close"
    REFUND = "refund"
    REFUND_QUERY = "refund_query"
    PLATFORM = "platform"
    IDENTITY = "identity"
    SMS = "sms"
    FACE = "face"
    PORTAL = "portal"
    APP = "app"
    SIGN = "sign"  # Agreements: asked for, asked about, ended.
    STATEMENT = "statement"
    ANY = "any"


NAMED: Final = {
    "identity_down": (Kind.UNAVAILABLE, Place.IDENTITY),
    "sms_down": (Kind.UNAVAILABLE, Place.SMS),
    "prepay_system_error": (Kind.SYSTEM_ERROR, Place.PREPAY),
    "query_unavailable": (Kind.UNAVAILABLE, Place.QUERY),
    "prepay_answer_lost": (Kind.ANSWER_LOST, Place.PREPAY),
    "refund_abnormal": (Kind.ABNORMAL, Place.REFUND),
    "refund_closed": (Kind.CLOSED, Place.REFUND),
    "refund_not_enough": (Kind.NOT_ENOUGH, Place.REFUND),
}

_OF_REFUNDS: Final = frozenset({Kind.NOT_ENOUGH, Kind.ABNORMAL, Kind.CLOSED})
_DEFAULT_PLACE: Final = {Kind.ANSWER_LOST: Place.PREPAY, Kind.ANSWER_HANGS: Place.PREPAY}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that will go wrong, a few times."""

    kind: Kind
    on: Place
    count: int = 1
    ms: int = 0


class Faults:
    """The global faults that wait for their victims."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def order(self, fault: Fault) -> None:
        """Let a fault strike the next requests of its kind."""
        self._waiting.append(fault)

    def clear(self) -> None:
        """Let nothing more go wrong."""
        self._waiting.clear()

    def waiting(self) -> list[dict[str, str | int]]:
        """What is still to go wrong."""
        return [asdict(fault) for fault in self._waiting]

    def strikes(self, place: Place, kinds: Iterable[Kind]) -> Fault | None:
        """Take the first waiting fault of these kinds that is meant for this place."""
        wanted = tuple(kinds)
        for index, fault in enumerate(self._waiting):
            if fault.kind in wanted and fault.on in (place, Place.ANY):
                self._use(index, fault)
                return fault
        return None

    def _use(self, index: int, fault: Fault) -> None:
        if fault.count == 1:
            del self._waiting[index]
        else:
            self._waiting[index] = replace(fault, count=fault.count - 1)


def read_fault(kind: str, on: str | None, *, count: int, ms: int) -> Fault:
    """Read a global fault by its short name or by kind and place; ValueError when unknown."""
    if kind in NAMED:
        known, place = NAMED[kind]
        return Fault(kind=known, on=place, count=count, ms=ms)
    known = Kind(kind)
    place = Place(on) if on else _DEFAULT_PLACE.get(known, Place.ANY)
    if known in _OF_REFUNDS:
        place = Place.REFUND
    return Fault(kind=known, on=place, count=count, ms=ms)


class Twist(StrEnum):
    """What can be strange about one payment and the notices that tell of it."""

    LATE = "notice_late"
    TWICE = "notice_twice"
    CONCURRENTLY = "notice_concurrently"
    NEVER = "notice_never"
    OUT_OF_ORDER = "notice_out_of_order"
    PROBE_FIRST = "probe_first"
    FORGED_FIRST = "notice_forged_first"
    STALE_FIRST = "notice_stale_first"
    WRONG_AMOUNT = "notice_wrong_amount"
    INSUFFICIENT_FUNDS = "insufficient_funds"
    ACCOUNT_FROZEN = "account_frozen"  # Of a bank that collects by agreement, from here on.
    UNKNOWN_THEN_PAID = "unknown_then_paid"
    UNKNOWN_THEN_FAILED = "unknown_then_failed"
    TAKEN_BACK = "taken_back"


@dataclass(frozen=True, slots=True)
class Plan:
    """How one payment goes: its twists, and how late a late notice is."""

    twists: frozenset[Twist] = frozenset()
    late_ms: int = 0  # Nought: a minute of the world's time.

    def __contains__(self, twist: Twist) -> bool:
        return twist in self.twists

    def written(self) -> str:
        """The plan as the ledger keeps it."""
        return json.dumps({"twists": sorted(self.twists), "late_ms": self.late_ms})


def read_plan(text: str) -> Plan:
    """A plan as the ledger kept it."""
    told = json.loads(text)
    return plan(told["twists"], late_ms=told["late_ms"])


def plan(twists: Iterable[str], *, late_ms: int = 0) -> Plan:
    """A plan from the names of its twists; ValueError when one is unknown."""
    return Plan(twists=frozenset(Twist(name) for name in twists), late_ms=late_ms)
