"""Chaos: a storm over the whole system under load, and then every fen is looked for."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import click
import uvloop

from chaos.crowd import Crowd
from chaos.ground import Ground, Say, raised
from chaos.proof import UNREACHABLE, at_rest, prove
from chaos.report import Report, progress
from chaos.storm import Storm
from chaos.weather import forecast

SETTLE_SECONDS: Final = 90
_PREFIX: Final = "shebao-chaos-"
_MEMORY: Final = Path("/dev/shm")
_ROOM_BYTES: Final = 3 * 1024**3
_PEOPLE_A_SECOND: Final = 150
_PEOPLE_LEAST: Final = 1_000
_LOOKS_EVERY: Final = 0.5
_TELLS_EVERY: Final = 2
_WARMS_UP: Final = 1.5


async def weather(seed: int, seconds: float, home: Path, say: Say) -> Report:
    """Raise everything, let it storm, wait until it has come to rest, and look."""
    people = max(_PEOPLE_LEAST, int(seconds * _PEOPLE_A_SECOND))
    async with raised(home, people=people, say=say) as ground:
        crowd, storm = Crowd(ground, seed), Storm(ground, seed, say)
        crowd.come()
        await asyncio.sleep(_WARMS_UP)
        await ground.take_stock()
        say(f"{seconds:g} seconds of storm, seed {seed}")
        telling = asyncio.create_task(_tell(crowd, storm, say))
        await asyncio.gather(storm.rage(forecast(seed, seconds)), asyncio.sleep(seconds))
        await storm.calm()
        ended = time.monotonic()
        telling.cancel()
        say("the storm is over; payers finish what they have begun")
        await crowd.leave()
        settled, left = await _settle(ground, ended)
        say("looking for every fen")
        findings = await prove(ground, crowd.known)
        findings.violations += [f"not at rest after {SETTLE_SECONDS} s: {what}" for what in left]
        await storm.end()
    return Report(
        seed=seed, seconds=seconds, damage=storm.damage, known=crowd.known,
        settled_after_s=settled, findings=findings,
    )  # fmt: skip


async def _settle(ground: Ground, ended: float) -> tuple[float | None, list[str]]:
    """Wait until all has come to rest: after how long, or what has not."""
    left: list[str] = ["nobody has looked"]
    while time.monotonic() < ended + SETTLE_SECONDS:
        try:
            left = await at_rest(ground)
        except UNREACHABLE as failure:
            left = [f"the books cannot be read: {failure!r}"]
        if not left:
            return time.monotonic() - ended, []
        await asyncio.sleep(_LOOKS_EVERY)
    return None, left


async def _tell(crowd: Crowd, storm: Storm, say: Say) -> None:
    began = time.monotonic()
    while True:
        await asyncio.sleep(_TELLS_EVERY)
        say(progress(time.monotonic() - began, crowd.known, storm.damage))


def _roomy() -> Path | None:
    """Memory, if there is enough: what is killed here are programs, and those survive in it."""
    if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM_BYTES:
        return _MEMORY
    return None


def _kept(home: Path) -> Path:
    """The folder, where it does not take up memory."""
    if home.parent != _MEMORY:
        return home
    return Path(shutil.move(home, tempfile.gettempdir()))


def _say(words: str) -> None:
    click.echo(f"  {words}", err=True)


@click.command()
@click.option("--seed", type=int, default=1, show_default=True, help="Decides what goes wrong.")
@click.option("--seconds", type=click.FloatRange(4), default=60, show_default=True)
@click.option("--json", "file", type=click.Path(path_type=Path), help="Also write the report.")
@click.option("--keep", is_flag=True, help="Keep the folder of a storm that went well, too.")
def main(*, seed: int, seconds: float, file: Path | None, keep: bool) -> None:
    """Shake everything, and see that no money is lost."""
    home = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_roomy()))
    report = None
    try:
        report = uvloop.run(weather(seed, seconds, home, _say))
    finally:
        if keep or report is None or report.violations:
            click.echo(f"books and logs are kept in {_kept(home)}", err=True)
        else:
            shutil.rmtree(home, ignore_errors=True)
    if file is not None:
        report.write(file)
    click.echo("\n".join(report.lines()))
    sys.exit(1 if report.violations else 0)


if __name__ == "__main__":
    main(prog_name="bin/chaos")
