"""Mutants: makes every small mistake in the money path, one at a time, and sees who notices."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import click
from rich.console import Console
from rich.table import Table

from mutants.flips import Mutant
from mutants.switchboard import PATH, Switchboard

_EQUIVALENT: Final = Path(__file__).with_name("equivalent.toml")
_ROOT: Final = Path(__file__).parents[1]
_WIDE: Final = 140


@click.command()
@click.option("--only", multiple=True, help="Only names with this in them, such as core/order.")
@click.option("--tests", multiple=True, help="Only these tests may notice: seconds a mutant.")
@click.option("--minutes", type=int, help="Stop after so long; the rest is not judged.")
@click.option("--json", "file", type=click.Path(path_type=Path), help="Also write JSON.")
@click.option("--list", "listing", is_flag=True, help="Say which mutants there are, and end.")
def main(
    *,
    only: Sequence[str],
    tests: Sequence[str],
    minutes: int | None,
    file: Path | None,
    listing: bool,
) -> None:
    """Report which mutants the tests kill, and which survive."""
    reasons = _reasons()
    wanted = [
        one
        for one in Switchboard().mutants
        if not only or any(part in _title(one) for part in only)
    ]
    if listing:
        for one in wanted:
            click.echo(f"{one.number:4} {_title(one)}")
        return
    live = [one for one in wanted if _title(one) not in reasons]
    until = time.monotonic() + 60 * minutes if minutes else None
    verdicts = _tried(live, tests, until=until)
    rows = [_row(one, reasons, verdicts) for one in wanted]
    _show(rows)
    if file is not None:
        file.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", "utf-8")
    sys.exit(1 if any(row["ended"] == "survived" for row in rows) else 0)


def _tried(
    mutants: Sequence[Mutant], tests: Sequence[str], *, until: float | None
) -> dict[int, dict[str, Any]]:
    """Trial after trial, until every mutant is judged or the time is over."""
    verdicts: dict[int, dict[str, Any]] = {}
    names = {one.number: _title(one) for one in mutants}
    waiting = list(names)
    while waiting and (until is None or time.monotonic() < until):
        trying = None
        for told in _trial(waiting, tests, until):
            if "broken" in told:
                click.echo(f"  fails without any mutant: {told['broken']}", err=True)
            elif "trying" in told:
                trying = told["trying"]
            else:
                verdicts[told["mutant"]] = told
                click.echo(f"  {told['ended']:9} {names[told['mutant']]}", err=True)
        if until is not None and time.monotonic() >= until:
            break
        if trying is None:
            raise click.ClickException("the tests do not run as they are: see bin/test")
        if trying not in verdicts:
            verdicts[trying] = {"ended": "killed", "note": "the run of the tests broke off"}
        waiting = [number for number in waiting if number not in verdicts]
    return verdicts


def _trial(
    numbers: Sequence[int], tests: Sequence[str], until: float | None
) -> Iterator[dict[str, Any]]:
    """One run of the tests; what it says, line by line."""
    folder = Path(tempfile.mkdtemp(prefix="shebao-mutants-"))
    folder.chmod(0o711)  # The account of the database must get through.
    command = [sys.executable, "-m", "mutants.trial", *map(str, numbers), *tests]
    environ = {**os.environ, "TMPDIR": str(folder)}
    running = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=_ROOT, env=environ, start_new_session=True
    )
    assert running.stdout is not None
    try:
        for line in running.stdout:
            if line.startswith("{"):
                yield json.loads(line)
            if until is not None and time.monotonic() > until:
                break
    finally:
        with suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGTERM)
        running.wait()
        _end_databases(folder)
        shutil.rmtree(folder, ignore_errors=True)


def _end_databases(folder: Path) -> None:
    """End what a trial that was broken off has left running."""
    for pid_file in folder.glob("*/postgres/data/postmaster.pid"):
        with suppress(OSError, ValueError):
            os.kill(int(pid_file.read_text().split()[0]), signal.SIGQUIT)


def _reasons() -> Mapping[str, str]:
    """The mutants that are no mistakes, each with the reason."""
    told = tomllib.loads(_EQUIVALENT.read_text("utf-8"))
    return {one["mutant"]: one["because"] for one in told.get("equivalent", ())}


def _title(mutant: Mutant) -> str:
    return f"{mutant.file} {mutant.name}"


def _row(
    mutant: Mutant, reasons: Mapping[str, str], verdicts: Mapping[int, Mapping[str, Any]]
) -> dict[str, Any]:
    name = _title(mutant)
    ended, note = "not judged", ""
    if name in reasons:
        ended, note = "equivalent", reasons[name]
    elif mutant.number in verdicts:
        ended, note = verdicts[mutant.number]["ended"], verdicts[mutant.number]["note"]
    return {"mutant": name, "line": mutant.line, "ended": ended, "note": note}


def _show(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print how many of each file ended how, and all who survived."""
    console = Console(width=max(Console().width, _WIDE))
    ways = ("killed", "survived", "equivalent", "not judged")
    table = Table("file", *ways)
    for file in PATH:
        of = [row["ended"] for row in rows if row["mutant"].startswith(f"{file} ")]
        if of:
            table.add_row(file, *(str(of.count(way)) for way in ways))
    ended = [row["ended"] for row in rows]
    table.add_row("all", *(str(ended.count(way)) for way in ways))
    console.print(table)
    for row in rows:
        if row["ended"] == "survived":
            console.print(f"survived  line {row['line']:<4} {row['mutant']}  ({row['note']})")


if __name__ == "__main__":
    main(prog_name="bin/mutants")
