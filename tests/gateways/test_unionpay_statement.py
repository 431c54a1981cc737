"""UnionPay's file of a day is cut by bytes and read line by line."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.gateways.unionpay_file import file, line
from tests.gateways.unionpay_side import ATTEMPT, MERCHANT, QUERY_ID

from shebao.core.books.statement import BadLine, LineKind, StatementLine, StatementUnreadable
from shebao.core.money import Money
from shebao.gateways.unionpay.account import read_account
from shebao.gateways.unionpay.pay import UnionPay


@pytest.fixture
def unionpay(unionpay_folder, transport, clock):
    return UnionPay(read_account(unionpay_folder), transport, clock)


def test_a_line_is_cut_where_the_standard_cuts_it():
    assert len(line()) == 607
    raw = line(a3="123456", a5="6222")
    assert raw[28:34] == b"123456"
    assert raw[35:45] == b"1130115930"
    assert raw[46:50] == b"6222"
    assert raw[66:78] == b"000000038050"
    assert raw[87:108] == QUERY_ID.encode()
    assert raw[112:141] == ATTEMPT.encode()


def test_payments_and_refunds_are_read(unionpay, tmp_path):
    refund = line(
        a9="R" * 21, a11="rfd" + "0" * 26, a15="C000000000020", a19="04", a6="000000010000"
    )
    read = list(unionpay.read_statement(file(tmp_path, line(), refund, line(a19="31"))))
    assert read[0] == StatementLine(
        line=1,
        kind=LineKind.PAYMENT,
        our_id=ATTEMPT,
        reference=QUERY_ID,
        amount=Money(38050),
        fee=Money(76),
        happened_at=datetime(2026, 11, 30, 3, 59, 30, tzinfo=UTC),
    )
    assert (read[1].kind, read[1].amount, read[1].fee) == (
        LineKind.REFUND,
        Money(10000),
        Money(-20),
    )
    assert read[2].kind is LineKind.REFUND


def test_december_may_stand_in_the_file_of_january(unionpay, tmp_path):
    name = f"INN27010188ZM_{MERCHANT}"
    path = file(tmp_path, line(a4="1231233000"), line(a4="0101003000"), name=name)
    assert [one.happened_at.year for one in unionpay.read_statement(path)] == [2026, 2026]
    assert [str(one.happened_at)[:16] for one in unionpay.read_statement(path)] == [
        "2026-12-31 15:30",
        "2026-12-31 16:30",
    ]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (line()[:300], "字节"),
        (line() + b"x", "字节"),
        (line(a19="99"), "交易类型"),
        (line(a6="00000003805x"), "写错了"),
        (line(a4="9930115930"), "写错了"),
        (line(a15="X000000000076"), "写错了"),
    ],
)
def test_a_line_that_cannot_be_read_is_kept_as_it_stands(unionpay, tmp_path, wrong, why):
    bad, good = unionpay.read_statement(file(tmp_path, wrong, line()))
    assert isinstance(bad, BadLine)
    assert why in bad.why
    assert (bad.line, good.line) == (1, 2)


def test_what_banks_quarrel_about_is_left_to_a_person(unionpay, tmp_path):
    others = [(f"INN26113088ZME_{MERCHANT}", b"E74 something\r\n")]
    _, quarrel = unionpay.read_statement(file(tmp_path, line(), others=others))
    assert "差错" in quarrel.why


def test_an_empty_file_is_a_day_without_money(unionpay, tmp_path):
    (tmp_path / "statement").write_bytes(b"")
    assert list(unionpay.read_statement(tmp_path / "statement")) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "INN26113088ZM_777290058119999"},
        {"name": "readme.txt"},
        {"others": [(f"a/INN26113088ZM_{MERCHANT}", b"")]},
    ],
)
def test_what_is_not_our_file_is_refused(unionpay, tmp_path, changed):
    with pytest.raises(StatementUnreadable):
        list(unionpay.read_statement(file(tmp_path, line(), **changed)))


def test_a_line_of_somebody_else_refuses_the_file(unionpay, tmp_path):
    with pytest.raises(StatementUnreadable, match="别的商户"):
        list(unionpay.read_statement(file(tmp_path, line(a27="777290058119999"))))


def test_a_broken_file_is_refused(unionpay, tmp_path):
    path = file(tmp_path, *[line() for _ in range(50)])
    path.write_bytes(path.read_bytes()[:900])
    with pytest.raises(StatementUnreadable, match="损坏"):
        list(unionpay.read_statement(path))
