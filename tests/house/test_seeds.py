"""Every step of the four cities' guides has its place, and a test that walks it.

That each of these tests exists is seen by `test_papers.py`, as for every document.
"""

from __future__ import annotations

import re

import pytest
from tests.house.repository import ROOT, text

STEPS = {"wuxi": 28, "changzhou": 23, "ningbo": 25, "beijing": 17}
ROWS = [
    [cell.strip() for cell in line.strip("| ").split(" | ")]
    for line in text(ROOT / "docs" / "handbook" / "seeds.md").splitlines()
    if re.match(r"\| \w+ \d+ \|", line)
]


@pytest.mark.parametrize("city", STEPS)
def test_no_step_of_a_guide_is_left_out(city):
    found = [row[0] for row in ROWS if row[0].startswith(f"{city} ")]
    assert found == [f"{city} {number}" for number in range(1, STEPS[city] + 1)]


def test_every_step_has_a_page_or_a_command_and_a_test():
    assert [row[0] for row in ROWS if len(row) != 4 or not all(row)] == []
    assert [row[0] for row in ROWS if not re.search(r"`tests/[^`]+\.py", row[3])] == []
