"""The command says the same as the page, from the packs alone."""

from __future__ import annotations

import json

from click.testing import CliRunner

from shebao.cli.main import main

ASKED = ["policy", "advise", "320400", "resident_pension", "2024", "--age", "45"]


def run(*more):
    return CliRunner().invoke(main, [*ASKED, "--as-of", "2024-05-01", *more])


def test_the_command_prints_every_tier_with_what_it_rests_on():
    answer = run()
    assert answer.exit_code == 0
    assert "512.24" in answer.output
    assert "基础养老金每月 400.00 元（2022 年），以后不变" in answer.output


def test_the_command_gives_its_figures_in_fen_as_json():
    lowest = json.loads(run("--json").output)["prospects"][0]
    assert (lowest["choice_fen"], lowest["monthly_fen"]) == (96000, 51224)
    assert lowest["even_age"] == [62, 5]
