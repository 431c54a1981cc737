"""Identity: a registry that knows some people, and says whether a name and number are theirs."""

from __future__ import annotations

import json
import secrets
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from shebao.sandbox.ledger import Ledger
from shebao.sandbox.registry import Malformed, Reply, text
from shebao.sandbox.town import Town

_NAME_MOST: Final = 100
_NUMBER_MOST: Final = 40
_STATUSES: Final = ("ok", "blocked")
_ADD: Final = """
    INSERT INTO people (id_number, name, id_type, status)
    VALUES (:id_number, :name, :id_type, :status)
    ON CONFLICT (id_number) DO UPDATE
    SET name = excluded.name, id_type = excluded.id_type, status = excluded.status
"""


def check(town: Town, told: Mapping[str, Any]) -> Reply:
    """Say whether a person of this name and number is known: never whose the number is."""
    name = text(told, "name", most=_NAME_MOST)
    id_type = text(told, "id_type", most=_NUMBER_MOST)
    number = text(told, "id_number", most=_NUMBER_MOST).upper()
    sql = "SELECT * FROM people WHERE id_number = :number"
    result = _result(town.ledger.row(sql, {"number": number}), name=name, id_type=id_type)
    return Reply(200, {"request_id": f"idc{secrets.token_hex(12)}", "result": result})


def add_people(ledger: Ledger, people: Iterable[Mapping[str, Any]]) -> int:
    """Let the registry know some people; a number known already gets its new name and status."""
    rows = [_person(told) for told in people]
    with ledger.together():
        for row in rows:
            ledger.write(_ADD, row)
    return len(rows)


def load(ledger: Ledger, path: Path) -> int:
    """Let the registry know everybody in a TOML or JSON file."""
    content = path.read_text(encoding="utf-8")
    told = json.loads(content) if path.suffix == ".json" else tomllib.loads(content)
    return add_people(ledger, told["person"] if isinstance(told, dict) else told)


def known(ledger: Ledger) -> list[dict[str, Any]]:
    """Everybody the registry knows."""
    return ledger.rows("SELECT name, id_number, id_type, status FROM people ORDER BY rowid")


def _result(person: Mapping[str, Any] | None, *, name: str, id_type: str) -> str:
    # A person whose file names no document is known by the number alone.
    if person is None or person["id_type"] not in (None, id_type):
        return "unknown"
    if person["name"] != name:
        return "mismatch"
    return "blocked" if person["status"] == "blocked" else "match"


def _person(told: Mapping[str, Any]) -> dict[str, str | None]:
    status = told.get("status", "ok")
    if status not in _STATUSES:
        raise Malformed("status", "ok or blocked")
    id_type = told.get("id_type")
    return {
        "name": text(told, "name", most=_NAME_MOST),
        "id_number": text(told, "id_number", most=_NUMBER_MOST).upper(),
        "id_type": None if id_type is None else text(told, "id_type", most=_NUMBER_MOST),
        "status": status,
    }
