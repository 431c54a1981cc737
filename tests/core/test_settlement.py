"""What the bank and the treasury say is for exactly the days and funds they name."""

from datetime import UTC, date, datetime

import pytest

from shebao.core.books.reconciliation import DifferenceKind
from shebao.core.books.settlement import (
    Claim,
    Remittance,
    Settlement,
    SettlementState,
    gather,
    match_bank,
    match_treasury,
)
from shebao.core.books.statement import LineKind, StatementLine
from shebao.core.channel import Method
from shebao.core.journal import CHART, Account, account_name
from shebao.core.money import ZERO, Money

AT = datetime(2026, 11, 21, tzinfo=UTC)
DAYS = [date(2026, 11, day) for day in (18, 19, 20)]


def owed(day, *, state=SettlementState.DUE, method=Method.WECHAT):
    return Settlement(
        region_code="110000",
        method=method,
        day=day,
        payments=Money(1000),
        refunds=Money(100),
        fees=Money(6),
        state=state,
        version=1,
    )


def line(our_id, fen, *, kind=LineKind.PAYMENT, reference="B1"):
    return StatementLine(2, kind, our_id, reference, Money(fen), ZERO, AT)


def told(our_id, fen):
    [one] = gather([line(our_id, fen)])
    return one


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("wechat/2026-11-20", Claim(Method.WECHAT, DAYS[2], DAYS[2])),
        ("wechat/20261120", Claim(Method.WECHAT, DAYS[2], DAYS[2])),
        ("alipay/20261118-20261120", Claim(Method.ALIPAY, DAYS[0], DAYS[2])),
        ("wechat/2026-11-20/pension", Claim(Method.WECHAT, DAYS[2], DAYS[2], "pension")),
    ],
)
def test_a_claim_names_a_method_and_its_days(text, claim):
    assert Claim.parse(text) == claim


@pytest.mark.parametrize("text", ["", "wechat", "nobody/20261120", "wechat/yesterday"])
def test_what_is_no_claim_is_not_read_as_one(text):
    with pytest.raises(ValueError):  # noqa: PT011  Whatever is wrong with it.
        Claim.parse(text)


def test_a_channel_hands_over_what_it_held_less_its_fees():
    entry = owed(DAYS[2]).entry(AT)
    assert [(line.account, line.amount.fen) for line in entry.lines] == [
        ("bank:settlement", 894),
        ("fees:wechat", 6),
        ("clearing:wechat", -900),
    ]


def test_lines_for_the_same_thing_count_as_one():
    lines = [
        line("wechat/20261120", 800),
        line("wechat/20261120", 100, reference="B2"),
        line("wechat/20261120", 6, kind=LineKind.REFUND, reference="B3"),
        line("", 7, reference="B4"),
    ]
    assert [(one.references, one.amount.fen) for one in gather(lines)] == [
        (("B1", "B2", "B3"), 894),
        (("B4",), 7),
    ]


KNOWN = [
    *(owed(day) for day in DAYS),
    owed(DAYS[2], method=Method.ALIPAY, state=SettlementState.SETTLED),
]


@pytest.mark.parametrize(
    ("our_id", "fen", "days", "kind"),
    [
        ("wechat/20261120", 894, [DAYS[2]], None),
        ("wechat/20261118-20261120", 3 * 894, DAYS, None),
        ("wechat/20261120", 893, [], DifferenceKind.AMOUNT),
        ("alipay/20261120", 894, [], DifferenceKind.DUPLICATE),
        ("unionpay/20261120", 894, [], DifferenceKind.UNKNOWN),
        ("", 894, [], DifferenceKind.UNKNOWN),
    ],
)
def test_the_bank_settles_the_days_it_names_when_the_sum_is_right(our_id, fen, days, kind):
    match = match_bank(told(our_id, fen), KNOWN)
    assert ([one.day for one in match.settles], match.kind) == (days, kind)


def sent(fund, *, there=None):
    return Remittance(
        region_code="110000",
        method=Method.WECHAT,
        day=DAYS[2],
        fund=fund,
        amount=Money(500),
        treasury_reference=there,
    )


@pytest.mark.parametrize(
    ("our_id", "fen", "funds", "kind"),
    [
        ("wechat/20261120/pension", 500, ["pension"], None),
        ("wechat/20261120/pension", 499, [], DifferenceKind.AMOUNT),
        ("wechat/20261120/medical", 500, [], DifferenceKind.DUPLICATE),
        ("wechat/20261120/unemployment", 500, [], DifferenceKind.UNKNOWN),
        ("wechat/20261120", 500, [], DifferenceKind.UNKNOWN),
    ],
)
def test_the_treasury_confirms_the_fund_it_names(our_id, fen, funds, kind):
    arrival = match_treasury(told(our_id, fen), [sent("pension"), sent("medical", there="T1")])
    assert ([one.fund for one in arrival.confirms], arrival.kind) == (funds, kind)


def test_a_remittance_is_known_by_the_number_we_give_it():
    assert sent("pension").number == "wechat/2026-11-20/pension"
    assert Claim.parse(sent("pension").number).covers(sent("pension"))


@pytest.mark.parametrize("word", CHART)
def test_every_account_is_called_by_its_name(word):
    assert account_name(Account(f"{word}:anything")) == CHART[word]
