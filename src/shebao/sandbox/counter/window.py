"""Window: the bank's windows and what the merchant asks of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from shebao.sandbox import clock, papers
from shebao.sandbox.channel import notices
from shebao.sandbox.counter import books, files, letters
from shebao.sandbox.counter.books import Movement, Slip, SlipState
from shebao.sandbox.faults import Plan
from shebao.sandbox.registry import Malformed, Reply, text
from shebao.sandbox.town import Town

_TEXT_MOST: Final = 200
_NUMBER_MOST: Final = 40


class CannotTake(Exception):  # noqa: N818  An answer, not an error.
    """A window does not take money for this notice."""


def register(town: Town, told: Mapping[str, Any]) -> Reply:
    """The merchant tells of a notice; the same one again is the same."""
    slip = Slip(
        number=text(told, "number", most=_NUMBER_MOST),
        attempt_id=text(told, "attempt_id", most=_NUMBER_MOST),
        fen=_fen(told, "amount_fen"),
        title=text(told, "title", most=_TEXT_MOST),
        notify_url=text(told, "notify_url", most=_TEXT_MOST),
        expires_at=clock.read_rfc3339(text(told, "expires_at", most=_TEXT_MOST)),
        state=SlipState.OPEN,
    )
    if told.get("merchant") != town.counter_keys.merchant:
        return Reply(200, {"state": "refused", "code": "merchant", "says": "商户号不对"})
    known = books.by_number(town.ledger, slip.number)
    if known is None:
        books.insert(town.ledger, slip)
    elif replace(known, state=SlipState.OPEN) != slip:
        return Reply(200, {"state": "refused", "code": "number_used", "says": "缴款码重复"})
    return Reply(200, {"state": "open"})


def query(town: Town, told: Mapping[str, Any]) -> Reply:
    """The merchant asks what became of a notice."""
    attempt_id = text(told, "attempt_id", most=_NUMBER_MOST)
    return Reply(200, _standing(town, attempt_id))


def close(town: Town, told: Mapping[str, Any]) -> Reply:
    """The merchant asks that no money is taken for a notice any more."""
    attempt_id = text(told, "attempt_id", most=_NUMBER_MOST)
    slip = books.by_attempt(town.ledger, attempt_id)
    if slip is not None and slip.state is SlipState.OPEN:
        books.step(town.ledger, slip, SlipState.CLOSED)
    return Reply(200, _standing(town, attempt_id))


def file_of_day(town: Town, told: Mapping[str, Any]) -> Reply:
    """The merchant asks for the file of a day; today's is not made yet."""
    kind = text(told, "kind", most=_NUMBER_MOST)
    if kind not in files.KINDS:
        raise Malformed("kind", "one of " + ", ".join(files.KINDS))
    try:
        day = date.fromisoformat(text(told, "day", most=_NUMBER_MOST))
    except ValueError:
        raise Malformed("day", "a day, such as 2026-11-21") from None
    if day >= clock.at(clock.now_ms()).date() and not files.is_made(town.ledger, kind, day):
        return Reply(200, {"ready": False})
    return Reply(200, {"ready": True, "content": files.written(town.ledger, kind, day)})


def take(town: Town, number: str, plan: Plan, *, again: bool = False) -> Movement:
    """A window takes money for a notice, and tells of it. `again`: a second time, by mistake."""
    slip = books.by_number(town.ledger, number)
    if slip is None:
        raise CannotTake("没有这个缴款码")
    standing = slip.standing(clock.now_ms())
    if standing is not SlipState.OPEN and not (again and standing is SlipState.PAID):
        raise CannotTake("已经缴过" if standing is SlipState.PAID else "这张通知单已经失效")
    serial = f"{clock.at(clock.now_ms()):%y%m%d}{papers.digits(10)}"
    money = Movement("window", serial, slip.attempt_id, slip.fen, clock.now_ms())
    notice = letters.about(slip, money, plan)
    with town.ledger.together():
        books.step(town.ledger, slip, SlipState.PAID)
        books.move(town.ledger, money)
        notices.insert(town.ledger, notice)
    town.couriers[letters.CHANNEL].carry(notice)
    return money


def charge(town: Town, terminal: str, fen: int) -> dict[str, str]:
    """A terminal charges a card; what stands on its slip."""
    reference, trace = papers.digits(12), papers.digits(6)
    money = Movement("acquirer", f"{terminal}-{reference}", "", fen, clock.now_ms())
    books.move(town.ledger, money)
    return {"terminal": terminal, "trace": trace, "reference": reference}


def bring_cash(town: Town, *, office: str, fen: int, serial: str = "") -> str:
    """Somebody brings an office's cash; the serial on the bank's slip."""
    number = serial or f"{clock.at(clock.now_ms()):%y%m%d}{papers.digits(10)}"
    books.move(town.ledger, Movement("deposits", number, office, fen, clock.now_ms()))
    return number


def _standing(town: Town, attempt_id: str) -> dict[str, Any]:
    slip = books.by_attempt(town.ledger, attempt_id)
    if slip is None:
        return {"attempt_id": attempt_id, "state": "unknown"}
    facts: dict[str, Any] = {"attempt_id": attempt_id, "state": slip.standing(clock.now_ms())}
    money = books.paid(town.ledger, attempt_id)
    if money is not None:
        facts |= {"amount_fen": money.fen, "serial": money.serial}
        facts["paid_at"] = clock.rfc3339(money.at)
    return facts


def _fen(told: Mapping[str, Any], name: str) -> int:
    value = told.get(name)
    if not isinstance(value, int) or value <= 0:
        raise Malformed(name, "a whole number of fen")
    return value
