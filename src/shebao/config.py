"""Config: what the environment may say, read once and handed down.

One row of ``SETTINGS`` for each variable; the page docs/generated/settings.md is made from it.
Nobody else looks at the environment.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from shebao.core.refusals import Refusal

WEB_PORT: Final = 8000
SANDBOX_PORT: Final = 8100
LOG_LEVELS: Final = ("debug", "info", "warning", "error")
_REPOSITORY: Final = Path(__file__).resolve().parents[2]
_REGION_DIGITS: Final = 6


@dataclass(eq=False)
class SettingNotUnderstood(Refusal):
    """A variable of the environment holds what we cannot use. The remedy is plain English."""

    setting: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Setting:
    """A variable of the environment: what stands there when nobody sets it, and what it is for."""

    name: str
    default: str
    help: str


SETTINGS: Final = (
    Setting(
        "SHEBAO_HOME",
        "/var/lib/shebao for root, ~/.local/share/shebao on Linux, "
        "~/Library/Application Support/shebao on macOS",
        "The folder where everything that must last is kept: database, keys, certificates.",
    ),
    Setting(
        "SHEBAO_DATABASE_URL",
        "",
        "A PostgreSQL server of yours (16 or later), as postgresql://user:password@host/name. "
        "Without it we run our own in SHEBAO_HOME, on a socket, reachable from nowhere else.",
    ),
    Setting(
        "SHEBAO_KEYS",
        "",
        "The keys that personal numbers are encrypted with. Without it a ring is made in "
        "SHEBAO_HOME: right for a demo; a real installation keeps its keys apart from its data.",
    ),
    Setting(
        "SHEBAO_POLICIES",
        "policies/ of the repository",
        "The folder of policy packs, one folder a region.",
    ),
    Setting(
        "SHEBAO_BASE_URL",
        f"http://127.0.0.1:{WEB_PORT}",
        "The address people and channels reach us at: in QR codes, and where notices are sent.",
    ),
    Setting(
        "SHEBAO_SANDBOX_URL",
        "",
        "The address of the rehearsal world that plays channels, real-name check and SMS, such as "
        f"http://127.0.0.1:{SANDBOX_PORT}. Without it we speak to the real ones.",
    ),
    Setting(
        "SHEBAO_CREDENTIALS",
        "credentials/ in SHEBAO_HOME",
        "The folder with what channels gave us: merchant numbers, keys, certificates.",
    ),
    Setting(
        "SHEBAO_REHEARSAL",
        "",
        "For rehearsals only: the business date of a region, such as "
        "330200=2024-02-06,110000=2025-03-01. Regions not named live today.",
    ),
    Setting("SHEBAO_LOG", "info", f"How much to log: {', '.join(LOG_LEVELS)}."),
)


@dataclass(frozen=True, slots=True)
class Config:
    """What the environment said, checked."""

    home: Path
    database_url: str | None = field(repr=False)  # It may hold a password.
    keys: str | None = field(repr=False)
    policies: Path
    base_url: str
    sandbox_url: str  # Empty when everybody outside is real.
    credentials: Path
    rehearsal: Mapping[str, date]
    log: str


def read_config(environ: Mapping[str, str]) -> Config:
    """Read every setting. An empty variable is the same as none."""
    given = {name: value.strip() for name, value in environ.items() if value.strip()}
    home = _home(given)
    return Config(
        home=home,
        database_url=_database_url(given),
        keys=given.get("SHEBAO_KEYS"),
        policies=_folder(given, "SHEBAO_POLICIES", _REPOSITORY / "policies"),
        base_url=_address(given, "SHEBAO_BASE_URL", default=f"http://127.0.0.1:{WEB_PORT}"),
        sandbox_url=_address(given, "SHEBAO_SANDBOX_URL", default=""),
        credentials=_folder(given, "SHEBAO_CREDENTIALS", home / "credentials"),
        rehearsal=_rehearsal(given.get("SHEBAO_REHEARSAL", "")),
        log=_log(given.get("SHEBAO_LOG", "info").lower()),
    )


def _home(given: Mapping[str, str]) -> Path:
    if "SHEBAO_HOME" in given:
        return _folder(given, "SHEBAO_HOME", Path())
    if os.geteuid() == 0:
        return Path("/var/lib/shebao")
    home = Path(given.get("HOME") or Path.home())
    if sys.platform == "darwin":
        return home / "Library/Application Support/shebao"
    return Path(given.get("XDG_DATA_HOME") or home / ".local/share", "shebao")


def _folder(given: Mapping[str, str], name: str, default: Path) -> Path:
    if name not in given:
        return default
    folder = Path(given[name]).expanduser().absolute()
    if folder.exists() and not folder.is_dir():
        raise SettingNotUnderstood(name, f"{folder} is a file; name a folder")
    return folder


def _database_url(given: Mapping[str, str]) -> str | None:
    name = "SHEBAO_DATABASE_URL"
    if name not in given:
        return None
    parts = urlsplit(given[name])
    if parts.scheme not in {"postgresql", "postgres"}:
        raise SettingNotUnderstood(name, "write postgresql://user:password@host:5432/name")
    return given[name]


def _address(given: Mapping[str, str], name: str, *, default: str) -> str:
    if name not in given:
        return default
    address = given[name].rstrip("/")
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
        raise SettingNotUnderstood(name, "write an address such as https://shebao.example.cn")
    return address


def _rehearsal(text: str) -> Mapping[str, date]:
    days = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        region, _, day = pair.partition("=")
        if len(region) != _REGION_DIGITS or not region.isdecimal():
            raise SettingNotUnderstood(
                "SHEBAO_REHEARSAL", f"{region!r} is no region; write 330200=2024-02-06,…"
            )
        try:
            days[region] = date.fromisoformat(day)
        except ValueError:
            raise SettingNotUnderstood(
                "SHEBAO_REHEARSAL", f"{day!r} is no date; write 330200=2024-02-06,…"
            ) from None
    return days


def _log(level: str) -> str:
    if level not in LOG_LEVELS:
        raise SettingNotUnderstood("SHEBAO_LOG", f"write one of {', '.join(LOG_LEVELS)}")
    return level
