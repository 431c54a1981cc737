"""Files: what the bank and the acquirer say of one day, in one plain form, separated by ``|``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Final

from shebao.sandbox import clock
from shebao.sandbox.channel import files
from shebao.sandbox.channel.files import Writer
from shebao.sandbox.channel.movements import Mishap, Movement, span
from shebao.sandbox.counter import books
from shebao.sandbox.ledger import Ledger

KINDS: Final = ("window", "acquirer", "deposits")
_FEE_PER_MILLE: Final = 6  # What an acquirer keeps of a card payment; windows keep nothing.


def writer(ledger: Ledger, kind: str) -> Writer:
    """How one kind of file is made."""
    return Writer(
        channel="counter",
        kind=kind,
        movements=partial(_movements, ledger, kind),
        written=partial(_written, kind),
        digest=lambda _content: "",  # Nobody is told.
    )


def written(ledger: Ledger, kind: str, day: date) -> str:
    """The file of a day: a heading with the number of lines and their sum, then the lines."""
    made = files.find(ledger, writer(ledger, kind), day)
    if made is not None:
        none = _written(kind, day, (), frozenset())  # Nothing is left of it, or nothing happened.
        return (made.content or none).decode()
    return _written(kind, day, _movements(ledger, kind, day), frozenset()).decode()


def is_made(ledger: Ledger, kind: str, day: date) -> bool:
    """Whether somebody had the file of a day made before its time."""
    return files.find(ledger, writer(ledger, kind), day) is not None


def _movements(ledger: Ledger, kind: str, day: date) -> list[Movement]:
    return [
        Movement(
            is_refund=False,
            our_id=one.our_id,
            reference=one.serial,
            paid_id=one.our_id,
            paid_reference=one.serial,
            fen=one.fen,
            at=one.at,
            name="",
            payer="",
        )
        for one in books.moved(ledger, kind, span(day))
    ]


def _written(kind: str, day: date, lines: Sequence[Movement], _mishaps: frozenset[Mishap]) -> bytes:
    total = sum(one.fen for one in lines)
    heading = f"H|{kind}|{day:%Y%m%d}|{len(lines)}|{_yuan(total)}"
    told = [heading, *(_line(kind, one) for one in lines)]
    return "".join(f"{line}\n" for line in told).encode()


def _line(kind: str, one: Movement) -> str:
    fee = one.fen * _FEE_PER_MILLE // 1000 if kind == "acquirer" else 0
    fields = (one.our_id, one.reference, _yuan(one.fen), _yuan(fee), clock.said(one.at))
    return "|".join(("D", "P", *fields))


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02}"
