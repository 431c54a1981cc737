"""The command line ends with 0 done, 1 refused, 2 misuse, 3 unanswered; programs rely on it."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass

import click
import pytest
from click.testing import CliRunner
from tests.cli.programs import COMMAND, environ, run

from shebao.cli.answers import Answering
from shebao.config import SettingNotUnderstood
from shebao.core.refusals import NotYours, Refusal, Unanswered

COMMANDS = ("serve", "worker", "sandbox", "migrate", "doctor", "receipt", "demo")


@dataclass(eq=False)
class RefusalWithoutWords(Refusal):
    """A refusal that nobody has written words for."""

    thing: str


def ending_with(error: Exception) -> click.Group:
    @click.command()
    @click.option("--json", "as_json", is_flag=True)
    def ask(*, as_json: bool) -> None:
        assert as_json in {True, False}
        raise error

    return Answering(commands={"ask": ask})


@pytest.mark.parametrize(
    ("error", "code"),
    [(NotYours("bill"), 1), (SettingNotUnderstood("SHEBAO_LOG", "x"), 2), (Unanswered("bank"), 3)],
    ids=["refused", "misuse", "unanswered"],
)
def test_each_way_of_not_being_done_has_its_exit_code(error: Exception, code: int) -> None:
    ended = CliRunner().invoke(ending_with(error), ["ask"])
    assert ended.exit_code == code
    assert ended.stdout == ""
    assert ended.stderr


def test_a_refusal_is_told_to_programs_as_json() -> None:
    ended = CliRunner().invoke(ending_with(RefusalWithoutWords("bill")), ["ask", "--json"])
    told = json.loads(ended.stdout)
    assert (ended.exit_code, ended.stderr) == (1, "")
    assert told["refused"] == "refusal_without_words"
    assert told.keys() == {"refused", "says", "do"}
    assert "bill" in told["says"]


def test_silence_is_told_to_programs_as_json_with_whom_we_asked() -> None:
    ended = CliRunner().invoke(ending_with(Unanswered("bank")), ["ask", "--json"])
    assert json.loads(ended.stdout)["unanswered"] == "bank"


def test_a_bug_is_not_dressed_up_as_a_refusal() -> None:
    ended = CliRunner().invoke(ending_with(AssertionError("we are wrong")), ["ask"])
    assert isinstance(ended.exception, AssertionError)


def test_help_names_every_command() -> None:
    ended = run("--help")
    assert ended.exit_code == 0
    assert set(COMMANDS) <= set(ended.stdout.split())


@pytest.mark.parametrize(
    "arguments",
    [["nothing-of-the-kind"], ["sandbox", "--port", "door"], ["demo", "--json", "out.json"]],
    ids=["no such command", "no number", "json without a story"],
)
def test_misuse_ends_with_two(arguments: list[str], tmp_path) -> None:
    assert run(*arguments, home=tmp_path).exit_code == 2


def test_a_setting_that_cannot_be_read_is_named_with_its_remedy() -> None:
    ended = run("migrate", log="loud")
    assert ended.exit_code == 2
    assert "SHEBAO_LOG" in ended.stderr
    assert "debug, info, warning, error" in ended.stderr


def test_python_without_asserts_is_not_trusted_with_money() -> None:
    program = [COMMAND[0], "-O", *COMMAND[1:], "migrate"]
    ended = subprocess.run(program, env=environ(), capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "-O" in ended.stderr


def test_migrate_says_what_it_would_do_then_does_it_once(tmp_path, fresh_database) -> None:
    settings = {"home": tmp_path, "database_url": fresh_database}
    would = json.loads(run("migrate", "--dry-run", "--json", **settings).stdout)
    does = json.loads(run("migrate", "--json", **settings).stdout)
    again = json.loads(run("migrate", "--json", **settings).stdout)
    assert would["migrations"][0] == "0001_people.sql"
    assert would["migrations"] == does["migrations"]
    assert again["migrations"] == []
