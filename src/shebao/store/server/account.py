"""Server account: whom PostgreSQL runs as.

PostgreSQL refuses to run as root. When we are root we hand it to an account that may do nothing
else: ``postgres`` where there is one, else ``nobody``. Otherwise it runs as we do.
"""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from shebao.core.refusals import Refusal

CANDIDATES: Final = ("postgres", "nobody")
# Nothing of our environment: a locale or a PG… variable must not change the database.
ENVIRONMENT: Final[Mapping[str, str]] = {"LC_ALL": "C", "PATH": os.defpath}


@dataclass(eq=False)
class NoAccountForDatabase(Refusal):
    """We are root, and neither candidate account exists to run the database."""

    accounts: str


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody on this machine who can own a data folder and run a server."""

    name: str
    uid: int
    gid: int

    @property
    def is_us(self) -> bool:
        """Whether that somebody is who we are already."""
        return self.uid == os.geteuid()

    def identity(self) -> dict[str, Any]:
        """Arguments that make ``subprocess`` start a program as this account."""
        if self.is_us:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def run(self, command: Sequence[str | Path], typed: str = "") -> tuple[int, str]:
        """Run a program to its end as this account; its exit code and all it said."""
        try:
            done = subprocess.run(  # noqa: S603  Our own binaries and arguments.
                command,
                input=typed,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                cwd="/",  # Ours may be a folder this account cannot enter.
                env=ENVIRONMENT,
                check=False,
                **self.identity(),
            )
        except PermissionError as error:
            return 126, str(error)
        return done.returncode, done.stdout

    def reaches(self, folder: Path) -> bool:
        """Whether this account can enter a folder: asked of the system, not computed."""
        return self.is_us or self.run(["/bin/sh", "-c", 'cd -- "$0"', folder])[0] == 0

    def own(self, folder: Path) -> None:
        """Make a folder that only this account (and root) can look into."""
        folder.mkdir(mode=0o700)
        if not self.is_us:
            os.chown(folder, self.uid, self.gid)


def account_for(data: Path) -> Account:
    """Choose who runs the server: the owner of the data if there is one, else the usual account."""
    if os.geteuid() != 0:
        return _owner(os.geteuid(), os.getegid())
    if data.exists() and data.stat().st_uid != 0:
        return _owner(data.stat().st_uid, data.stat().st_gid)
    for name in CANDIDATES:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, found.pw_uid, found.pw_gid)
    raise NoAccountForDatabase(" / ".join(CANDIDATES))


def _owner(uid: int, gid: int) -> Account:
    """Somebody by number: in containers numbers often have no name."""
    try:
        found = pwd.getpwuid(uid)
    except KeyError:
        return Account(str(uid), uid, gid)
    return Account(found.pw_name, uid, found.pw_gid)
