"""Demo residents: who lives in the demo, and on which day of their city's year it plays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from shebao.config import Config
from shebao.store.database import Database


async def load_demo(config: Config, db: Database) -> None:
    """Bring in the residents, unless they are there."""
    assert db.url, config


def people_file(home: Path) -> Path:
    """Write down whom the sandbox's real-name check shall know."""
    file = home / "people.json"
    file.write_text("[]")
    return file


def rehearsal_days() -> Mapping[str, date]:
    """The business date of each region in the demo."""
    return {}


def introductions() -> str:
    """The residents as a person needs them to sign in: names, numbers, telephones."""
    return ""
