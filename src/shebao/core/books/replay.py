"""Replay (重演): what a day's notices mean, decided once more, held against what was written.

The decision is pure, so a notice, and the things it speaks of as they stood then, lead to the same
steps and the same entry whenever it is taken. Where they do not, somebody changed one of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shebao.core.channel import Method, Outcome, Told
from shebao.core.collection import Case, Receiving, Verdict
from shebao.core.journal import Entry
from shebao.core.payment import PaymentEvent

TOLD_BEFORE = "told_before"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What follows from one notice: the word for it, the steps of things, and the entry."""

    word: str
    steps: frozenset[tuple[str, str]] = frozenset()  # Whose, and which.
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class Judging:
    """When and where a notice was judged."""

    region_code: str
    method: Method
    at: datetime


def meaning(judging: Judging, told: Told, case: Case | None, *, known: bool) -> Meaning:
    """What a notice of a payment means; nothing new when its money was `known` before."""
    if told.outcome is not Outcome.PAID:
        return Meaning(str(told.outcome))
    if known:
        return Meaning(TOLD_BEFORE)
    receiving = Receiving(judging.region_code, judging.method, judging.at)
    verdict = receiving.judge(told, case)
    steps = _steps(judging.method, told, case, verdict)
    return Meaning(str(verdict.misfit) or "applied", frozenset(steps), verdict.entry)


def differ(follows: Meaning, written: Meaning) -> list[str]:
    """In what the books say something else than follows."""
    found = []
    if follows.word != written.word:
        found.append(f"应判 {follows.word}，记的是 {written.word}")
    if follows.steps != written.steps:
        odd = sorted(f"{whose} {which}" for whose, which in follows.steps ^ written.steps)
        found.append(f"步骤不同：{'、'.join(odd)}")
    if _lines(follows.entry) != _lines(written.entry):
        found.append("分录不同")
    return found


def _steps(
    method: Method, told: Told, case: Case | None, verdict: Verdict
) -> list[tuple[str, str]]:
    event = PaymentEvent.APPLIED if verdict.applied else PaymentEvent.SET_ASIDE
    steps = [(f"{method}:{told.reference}", str(event))]
    if case is None:
        return steps
    if verdict.attempt_event:
        steps.append((case.attempt.id, str(verdict.attempt_event)))
    if verdict.order_event:
        steps.append((case.order.id, str(verdict.order_event)))
    if verdict.bill_event:
        steps += [(bill.id, str(verdict.bill_event)) for bill in case.bills]
    return steps


def _lines(entry: Entry | None) -> frozenset[tuple[str, int]]:
    return (
        frozenset((line.account, line.amount.fen) for line in entry.lines) if entry else frozenset()
    )
