"""A refund nobody hears of is overdue after as long as any bank takes, and not before."""

from datetime import UTC, datetime, timedelta

import pytest

from shebao.core.channel import Method
from shebao.core.money import Money
from shebao.core.refund import BANKS_TAKE, Refund, RefundState

ASKED = datetime(2024, 2, 6, 4, tzinfo=UTC)


def refund(state, asked_at=ASKED):
    return Refund(
        "330200", "rfd1", Method.WECHAT, "4200", "att1", Money(1), Money(1), "误收", state, 3,
        asked_at=asked_at,
    )  # fmt: skip


@pytest.mark.parametrize("state", [RefundState.SENT, RefundState.UNKNOWN])
def test_it_is_overdue_from_the_moment_on_that_banks_take(state):
    assert refund(state).is_overdue(ASKED + BANKS_TAKE)
    assert not refund(state).is_overdue(ASKED + BANKS_TAKE - timedelta(seconds=1))


def test_what_is_decided_or_was_never_asked_for_is_never_overdue():
    later = ASKED + 9 * BANKS_TAKE
    assert not refund(RefundState.MANUAL).is_overdue(later)
    assert not refund(RefundState.SENT, asked_at=None).is_overdue(later)
