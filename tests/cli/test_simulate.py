"""A seed is played from the command line: a single day is told from morning to evening."""

from __future__ import annotations

import json

from tests.cli.programs import run


def test_a_single_day_is_told_as_json_and_the_last_line_sums_up(tmp_path):
    played = run("simulate", "--seed", "7", "--json", home=tmp_path)
    assert played.exit_code == 0
    day, summary = [json.loads(line) for line in played.stdout.splitlines()]
    assert (day["seed"], day["ok"], day["broken"]) == (7, True, [])
    assert len(day["events"]) > 50
    assert summary == {"first": 7, "seeds": 1, "broken": [], "ok": True}


def test_of_several_days_only_those_with_a_fault_are_told(tmp_path):
    played = run("simulate", "--seed", "1", "--seeds", "2", home=tmp_path)
    assert played.stdout == "演了 2 天，0 天有差错。\n"
