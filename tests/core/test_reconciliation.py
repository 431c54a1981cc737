"""What a number means on which two sides differ is decided by what is known of it, and no more."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from shebao.core.books.reconciliation import (
    Candidate,
    Difference,
    DifferenceKind,
    DifferenceState,
    Subject,
    ends_earlier,
    judge,
)
from shebao.core.books.repair import Remedy, entry_of, remedies
from shebao.core.money import ZERO, Money

MIDNIGHT = datetime(2026, 11, 20, 16, tzinfo=UTC)
NOON = MIDNIGHT - timedelta(hours=12)
TEN, FIVE = Money(1000), Money(500)
THEIRS = Candidate(
    subject=Subject.PAYMENT,
    number="4200",
    our_id="att1",
    line=2,
    theirs_count=1,
    theirs=TEN,
    each=TEN,
    ours_count=0,
    ours=ZERO,
    family_theirs=TEN,
    family_ours=ZERO,
    elsewhere=None,
    elsewhere_matched=False,
    opposite=None,
    known=False,
    next_day_read=False,
    day_ends_at=MIDNIGHT,
    happened_at=NOON,
)
OURS = replace(
    THEIRS,
    line=None,
    theirs_count=0,
    theirs=ZERO,
    each=None,
    ours_count=1,
    ours=TEN,
    family_theirs=ZERO,
    family_ours=TEN,
    known=True,
)
BOTH = replace(THEIRS, ours_count=1, ours=FIVE, family_ours=FIVE, known=True)
KIND = DifferenceKind
LATE = MIDNIGHT - timedelta(minutes=90)


@pytest.mark.parametrize(
    ("candidate", "kind", "paired"),
    [
        (THEIRS, KIND.UNKNOWN, False),
        (replace(THEIRS, known=True), KIND.LONG, False),
        (replace(THEIRS, known=True, opposite=TEN), KIND.CUT_OFF, True),
        (replace(THEIRS, known=True, opposite=FIVE), KIND.LONG, False),
        (replace(THEIRS, elsewhere=TEN), KIND.CUT_OFF, True),
        (replace(THEIRS, elsewhere=TEN, elsewhere_matched=True), KIND.DUPLICATE, False),
        (replace(THEIRS, elsewhere=TEN, theirs_count=2, theirs=TEN + TEN), KIND.DUPLICATE, False),
        (replace(THEIRS, elsewhere=FIVE), KIND.AMOUNT, False),
        (OURS, KIND.SHORT, False),
        (replace(OURS, opposite=TEN), KIND.CUT_OFF, True),
        (replace(OURS, happened_at=LATE), KIND.CUT_OFF, False),
        (replace(OURS, happened_at=LATE, next_day_read=True), KIND.SHORT, False),
        (BOTH, KIND.AMOUNT, False),
        (
            replace(BOTH, ours=TEN, theirs=TEN + TEN, theirs_count=2, family_theirs=TEN + TEN),
            KIND.DUPLICATE,
            False,
        ),
    ],
)
def test_a_number_is_told_by_what_is_known_of_it(candidate, kind, paired):
    found = judge(candidate)
    assert (found.kind, found.paired) == (kind, paired)


@pytest.mark.parametrize(
    "candidate",
    [
        replace(THEIRS, family_ours=TEN),
        replace(OURS, family_theirs=TEN),
        replace(BOTH, ours=TEN, theirs_count=2, each=FIVE, family_ours=TEN),
    ],
    ids=["under another number of theirs", "gathered in another line", "split over two lines"],
)
def test_what_comes_to_the_same_in_the_end_is_no_difference(candidate):
    assert judge(candidate) is None


@pytest.mark.parametrize("candidate", [THEIRS, OURS, BOTH])
def test_whatever_is_wrong_with_a_refund_is_one_kind(candidate):
    assert judge(replace(candidate, subject=Subject.REFUND)).kind is KIND.REFUND


def test_a_refund_of_another_day_is_paired_as_money_is():
    found = judge(replace(OURS, subject=Subject.REFUND, opposite=TEN))
    assert (found.kind, found.paired) == (KIND.CUT_OFF, True)


@pytest.mark.parametrize(
    ("source", "early"), [("unionpay", 1), ("card", 1), ("wechat", 0), ("bank", 0)]
)
def test_the_day_of_unionpay_ends_an_hour_early(source, early):
    assert ends_earlier(source) == timedelta(hours=early)


FOUND = Difference(
    region_code="110000",
    id="dif1",
    source="wechat",
    day=date(2026, 11, 20),
    subject=Subject.PAYMENT,
    number="4200",
    kind=KIND.LONG,
    our_id="att1",
    line=2,
    theirs=TEN,
    ours=FIVE,
    happened_at=NOON,
    stands=True,
    state=DifferenceState.OPEN,
    version=1,
)


@pytest.mark.parametrize(
    ("subject", "kind", "first"),
    [
        (Subject.PAYMENT, KIND.LONG, Remedy.TAKE_IN),
        (Subject.PAYMENT, KIND.UNKNOWN, Remedy.TAKE_IN),
        (Subject.PAYMENT, KIND.AMOUNT, Remedy.CORRECT_AMOUNT),
        (Subject.PAYMENT, KIND.SHORT, Remedy.BOOK_APART),
        (Subject.PAYMENT, KIND.DUPLICATE, Remedy.BOOK_APART),
        (Subject.PAYMENT, KIND.CUT_OFF, None),
        (Subject.REFUND, KIND.REFUND, Remedy.BOOK_APART),
        (Subject.SETTLEMENT, KIND.AMOUNT, Remedy.BOOK_APART),
        (Subject.REMITTANCE, KIND.AMOUNT, Remedy.BOOK_APART),
    ],
)
def test_the_likeliest_remedy_comes_first(subject, kind, first):
    offered = remedies(replace(FOUND, subject=subject, kind=kind))
    assert (offered[0] if offered else None) is first


def test_a_refund_of_ours_that_they_say_is_done_may_be_believed():
    found = replace(FOUND, subject=Subject.REFUND, kind=KIND.REFUND, ours=ZERO, theirs=-TEN)
    assert remedies(found) == (Remedy.BELIEVE_REFUND, Remedy.BOOK_APART)


@pytest.mark.parametrize(
    "changed", [{"state": DifferenceState.REPAIRED}, {"stands": False}], ids=str
)
def test_what_needs_nothing_is_offered_nothing(changed):
    assert remedies(replace(FOUND, **changed)) == ()


@pytest.mark.parametrize(
    ("source", "remedy", "lines"),
    [
        ("wechat", Remedy.BOOK_APART, [("clearing:wechat", FIVE), ("difference:wechat", -FIVE)]),
        (
            "wechat",
            Remedy.CORRECT_AMOUNT,
            [("clearing:wechat", FIVE), ("suspense:unapplied", -FIVE)],
        ),
        ("bank", Remedy.BOOK_APART, [("bank:settlement", FIVE), ("difference:bank", -FIVE)]),
    ],
)
def test_a_remedy_moves_what_they_hold_more_than_we_say(source, remedy, lines):
    entry = entry_of(replace(FOUND, source=source), remedy, repair_id="rep1", at=NOON)
    assert [(line.account, line.amount) for line in entry.lines] == lines


@pytest.mark.parametrize("remedy", [Remedy.TAKE_IN, Remedy.BELIEVE_REFUND])
def test_what_is_judged_as_all_money_is_posts_nothing_by_itself(remedy):
    assert entry_of(FOUND, remedy, repair_id="rep1", at=NOON) is None
