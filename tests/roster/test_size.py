"""A hundred thousand lines with five hundred mistakes: all found, and only those."""

from __future__ import annotations

import random
import time

from shebao.core.identity import check_digit
from shebao.core.roster.line import LineState
from shebao.operations.roster.look import file_with_reasons, look_at_roster

LINES, MISTAKES = 100_000, 500
CPU_SECONDS_MOST = 20


def number(serial):
    """One of 336,000 numbers of children, each another."""
    month, day = serial // 28 % 12 + 1, serial % 28 + 1
    seventeen = f"3204042005{month:02d}{day:02d}{serial // 336 % 1000:03d}"
    return seventeen + check_digit(seventeen)


def planted(rows, dice):
    """Spoil some lines, each in one of five ways; which, and what must be said of it."""
    ways = {
        "id_check_digit_wrong": lambda row, _: row[1][:-1] + ("3" if row[1][-1] != "3" else "4"),
        "number_spoiled": lambda row, _: f"{int(row[1][:15]) * 1000:.5E}",
        "twice_in_file": lambda _, first: first[1],
        "name_wrong": lambda row, _: "王%芳",
        "category_not_known": lambda row, _: "研究员",
    }
    column = {"name_wrong": 0, "category_not_known": 3}
    expected = {}
    for place in dice.sample(range(10, LINES), MISTAKES):
        code = dice.choice(list(ways))
        rows[place][column.get(code, 1)] = ways[code](rows[place], rows[place % 10])
        expected[place + 2] = code
    return expected


async def test_a_roster_of_100_000_lines_has_all_its_500_mistakes_found(school):
    rows = [["周小九", number(n), "", "未成年居民", "", f"{n // 50}班"] for n in range(LINES)]
    expected = planted(rows, random.Random(7))
    headings = ["姓名", "证件号码", "证件类型", "人员类别", "区县", "班级或组"]
    text = "\n".join(",".join(row) for row in [headings, *rows])
    before = time.process_time()
    checked = await school.keeps(content=text.encode("gb18030"), name="全市.csv")
    spent = time.process_time() - before
    assert {line.line: line.reason for line in checked.lines if line.reason} == expected
    assert checked.count(LineState.APPLYING) == LINES - MISTAKES
    assert spent < CPU_SECONDS_MOST
    roster_id = checked.roster.id
    back = await file_with_reasons(school.world, school.clerk, roster_id, only=True)
    assert back.content.decode("gb18030").count("\n") == MISTAKES + 1
    seen = await look_at_roster(school.world, school.clerk, roster_id)
    assert sum(one.lines for one in seen.judged) == LINES
