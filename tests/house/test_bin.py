"""The commands of bin/ start anywhere: any bash since 3.2, any folder, and no Python is said so."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = [ROOT / "bin" / name for name in ("bench", "chaos", "demo", "mutants", "shebao", "test")]
SCRIPTS = [*COMMANDS, ROOT / ".ci/run", ROOT / "bin/_environment", ROOT / "bin/_chromium"]
NEWER_THAN_BASH_3 = r"declare -A|local -A|mapfile|readarray|&>>|\|&|\$\{\w+(,,|\^\^)|wait -n|\[ -v "
NEEDED = ("bash", "dirname", "uname", "cat", "cksum")


def name_of(script: Path) -> str:
    return script.name


@pytest.mark.parametrize("script", SCRIPTS, ids=name_of)
def test_macs_have_bash_three(script: Path) -> None:
    assert re.findall(NEWER_THAN_BASH_3, script.read_text()) == []
    assert subprocess.run(["bash", "-n", script], check=False).returncode == 0


@pytest.mark.parametrize("command", COMMANDS, ids=name_of)
def test_a_command_can_be_run_and_says_what_it_is_for(command: Path) -> None:
    first, second, *_ = command.read_text().splitlines()
    assert os.access(command, os.X_OK)
    assert first == "#!/usr/bin/env bash"
    assert second.startswith("# ")


def test_a_machine_without_python_is_told_what_to_install(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "bin", tmp_path / "bin")
    (tmp_path / "tools").mkdir()
    [(tmp_path / "tools" / tool).symlink_to(shutil.which(tool)) for tool in NEEDED]
    ended = subprocess.run(
        [tmp_path / "bin/shebao", "--help"],
        env={"PATH": str(tmp_path / "tools")}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 1
    assert "Python 3.11, 3.12 or 3.13" in ended.stderr
    assert "install" in ended.stderr
    assert not (tmp_path / ".venv").exists()


def test_a_prepared_environment_is_used_without_a_second_look(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "bin", tmp_path / "bin")
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "$@"\n')
    python.chmod(0o755)
    with (ROOT / "requirements/runtime.txt").open() as wanted:
        sum_ = subprocess.run(["cksum"], stdin=wanted, capture_output=True, text=True, check=True)
    (tmp_path / ".venv/ready-runtime").write_text(sum_.stdout)
    ended = subprocess.run(
        [tmp_path / "bin/shebao", "doctor"], capture_output=True, text=True, check=False
    )
    assert (ended.stdout, ended.stderr) == ("-m shebao.cli.main doctor\n", "")
