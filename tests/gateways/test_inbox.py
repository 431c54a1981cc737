"""A file somebody dropped is read as its format says, and each bad line is told as it stands."""

from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from shebao.core.books.statement import BadLine, LineKind, StatementLine, StatementNotReady
from shebao.core.money import ZERO, Money
from shebao.gateways.inbox import BASELINE, Inbox, load_inbox
from shebao.store.packs.folder import packs_folder

HEADINGS = "交易时间,流水号,金额,借贷,摘要\n"


@pytest.fixture
def inbox(tmp_path) -> Inbox:
    return load_inbox(tmp_path, packs_folder())


@pytest.fixture
def bank(inbox, tmp_path):
    """What the bank's format makes of lines."""

    def read(*rows):
        file = tmp_path / "bank.csv"
        file.write_text(HEADINGS + "\n".join(rows), encoding="gb18030")
        return [*inbox.of("110000", "bank").read_statement(file)]

    return read


def test_a_line_says_how_much_went_which_way_and_what_for(bank):
    [came, went] = bank(
        '2026-11-21 09:30:00,S1,"12,345.67",贷,微信支付清算20261118-20261120',
        "2026-11-21 09:31:00,S2,5.00,借,账户管理费",
    )
    assert came == StatementLine(
        line=2,
        kind=LineKind.PAYMENT,
        our_id="wechat/20261118-20261120",
        reference="S1",
        amount=Money(1234567),
        fee=ZERO,
        happened_at=datetime(2026, 11, 21, 1, 30, tzinfo=UTC),
    )
    assert (went.kind, went.our_id) == (LineKind.REFUND, "")


@pytest.mark.parametrize(
    ("says", "means"),
    [
        ("支付宝清算20261120", "alipay/20261120"),
        ("银联清算20261120 净额", "unionpay/20261120"),
        ("工资", ""),
    ],
)
def test_the_words_of_a_purpose_say_what_a_line_is_for(bank, says, means):
    [line] = bank(f"2026-11-21 09:30:00,S1,1.00,贷,{says}")
    assert line.our_id == means


@pytest.mark.parametrize(
    "row",
    ["昨天,S1,1.00,贷,利息", "2026-11-21 09:30:00,S1,一元,贷,利息", "2026-11-21 09:30:00"],
    ids=["no time", "no amount", "no columns"],
)
def test_a_line_that_cannot_be_read_is_told_as_it_stands(bank, row):
    [bad] = bank(row)
    assert isinstance(bad, BadLine)
    assert (bad.line, bad.text) == (2, row)


def test_a_region_may_write_otherwise_than_everybody(inbox, tmp_path):
    packs = tmp_path / "packs"
    own = packs / "330200" / "statements"
    own.mkdir(parents=True)
    text = (packs_folder() / BASELINE / "statements" / "bank.toml").read_text()
    (own / "bank.toml").write_text(text.replace('"流水号"', '"凭证号"'))
    found = load_inbox(tmp_path, packs)
    assert found.of("330200", "bank").format.reference == "凭证号"
    assert found.of("110000", "bank") is None
    assert inbox.of("330200", "bank").format.reference == "流水号"


def test_a_format_with_a_word_we_do_not_know_is_refused_at_the_start(tmp_path):
    own = tmp_path / "330200" / "statements"
    own.mkdir(parents=True)
    (own / "bank.toml").write_text('encoding = "utf-8"\ncolour = "red"\n')
    with pytest.raises(ValidationError):
        load_inbox(tmp_path, tmp_path)


async def test_nobody_can_be_asked_for_what_is_brought_by_hand(inbox, tmp_path):
    with pytest.raises(StatementNotReady):
        await inbox.of("110000", "bank").fetch_statement(date(2026, 11, 20), tmp_path / "x")
