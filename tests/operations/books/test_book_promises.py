"""What the books promise of statements and closed days is asked, and a breach of it is found."""

import pytest
from tests.operations.test_promises import breaking

assert breaking

BREACHES = [
    (
        "statements_agree_or_differ_by_name",
        "a day whose file has money that nobody lists as a difference",
        (
            "INSERT INTO statement_files SELECT '110000', 'alipay', '2020-01-01', 1, 'a file',"
            " ''::bytea, 1, 1, 500, 0, 0, now(), now()"
        ),
    ),
    (
        "closed_days_stay_closed",
        "an entry in a day that was closed without it",
        (
            "INSERT INTO day_closes SELECT '110000', '2020-01-01', 0, 0, 0, ''::bytea, ''::bytea,"
            " ''::bytea, '{}', '', now();"
            "INSERT INTO entries VALUES ('110000', 'too late', '2020-01-01 12:00+08', 2);"
            "INSERT INTO lines VALUES ('110000', 'too late', 1, 'a:1', 5),"
            " ('110000', 'too late', 2, 'a:2', -5)"
        ),
    ),
]


@pytest.mark.parametrize(
    ("promise", "breach"),
    [(promise, breach) for promise, _, breach in BREACHES],
    ids=[what for _, what, _ in BREACHES],
)
async def test_a_breach_is_found_by_its_promise(breaking, promise, breach):
    async with breaking(breach) as found:
        assert found[promise] != []


async def test_a_difference_that_is_not_listed_any_more_is_missed(book, breaking):
    await book.pays("1200.00")
    await book.compares()
    breach = f"UPDATE differences SET stands = false WHERE stands AND day = '{book.day}'"
    async with breaking(breach) as found:
        assert f"110000 wechat {book.day}" in found["statements_agree_or_differ_by_name"]


async def test_money_that_leaves_a_compared_day_is_missed(book, breaking):
    paid = await book.pays("1200.00")
    await book.compares(book.row(paid, "1200.00"))
    async with breaking(f"DELETE FROM payments WHERE reference = '{paid}'") as found:
        assert f"110000 wechat {book.day}" in found["statements_agree_or_differ_by_name"]
