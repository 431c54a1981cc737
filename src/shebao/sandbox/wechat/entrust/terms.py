"""Terms: the plan people sign and the key of the older wire, in the folder both sides read."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shebao.sandbox import papers

_FACTS: Final = "entrust.json"


@dataclass(frozen=True, slots=True)
class Terms:
    """One plan of one merchant."""

    plan_id: str
    key: str


def open_folder(folder: Path) -> Terms:
    """Read the folder's terms, making them first when it has none."""
    file = folder / _FACTS
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        made = {"plan_id": papers.digits(6), "key": secrets.token_hex(16)}
        papers.write(file, papers.facts(made), mode=papers.SECRET)
    told = json.loads(file.read_text())
    return Terms(told["plan_id"], told["key"])
