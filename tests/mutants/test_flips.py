"""Every small mistake can be made by itself, and a module whose switches rest is as it was."""

from __future__ import annotations

import builtins
import tomllib
from pathlib import Path

import pytest
from mutants.flips import SWITCH, Flipper
from mutants.switchboard import PATH, SOURCES, Switchboard

SOURCE = """
def judge(a, b, *, strict=True):
    if not a:
        return -b
    if a < b and b is not None:
        return a + b
    return [one for one in (a, b) if one]
"""
CALLS = ((0, 3), (1, 2), (2, 2), (3, 2), (0, 0))


def answers(alive: int) -> list:
    """What the function says to each call while one mutant lives."""
    flipper = Flipper("a.py", 1)
    module = {}
    setattr(builtins, SWITCH, lambda number: number == alive)
    exec(compile(flipper.flipped(SOURCE), "a.py", "exec"), module)
    said = [module["judge"](*call) for call in CALLS]
    delattr(builtins, SWITCH)
    return said


def mutants() -> list:
    flipper = Flipper("a.py", 1)
    flipper.flipped(SOURCE)
    return flipper.mutants


def original() -> list:
    module = {}
    exec(compile(SOURCE, "a.py", "exec"), module)
    return [module["judge"](*call) for call in CALLS]


def test_with_all_switches_at_rest_the_module_is_as_it_was():
    assert answers(0) == original()


@pytest.mark.parametrize(
    "what",
    [
        "without not in `not a`",
        "without minus in `-b`",
        "< → <= in `a < b`",
        "and → or in `a < b and b is not None`",
        "is not → is in `b is not None`",
        "+ → - in `a + b`",
        "with not in `one`",
        "return nothing in `-b`",
    ],
)
def test_a_mutant_makes_its_mistake(what):
    [mutant] = [one for one in mutants() if one.name == f"judge: {what}"]
    assert answers(mutant.number) != original()


def test_every_mutant_has_a_name_of_its_own():
    board = Switchboard()
    names = [(one.file, one.name) for one in board.mutants]
    assert len(names) == len({*names}) > 200


@pytest.mark.parametrize("file", PATH)
def test_the_money_path_is_flipped_file_by_file(file):
    flipper = Flipper(file, 1)
    flipper.flipped((SOURCES / file).read_text("utf-8"))
    assert flipper.mutants


def test_what_is_called_no_mistake_is_a_mutant_and_has_its_reason():
    there = {f"{one.file} {one.name}" for one in Switchboard().mutants}
    text = Path(SOURCES.parents[1] / "mutants/equivalent.toml").read_text("utf-8")
    told = tomllib.loads(text).get("equivalent", [])
    assert {one["mutant"] for one in told} <= there
    assert all(one["because"] for one in told)
