"""Entries (分录): an entry of the journal as a table of in and out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shebao.core.channel import Method
from shebao.core.journal import Entry, account_name
from shebao.core.money import ZERO, total
from shebao.core.policy.fund import Fund, Payer
from shebao.operations.issue_receipts import METHOD_NAMES


def entry_shown(entry: Entry) -> list[Mapping[str, Any]]:
    """An entry with what each account is called, and what both sides come to."""
    rows: list[Mapping[str, Any]] = [
        {
            "account": account_name(line.account),
            "of": _part_of(line.account.partition(":")[2]),
            "into": line.amount if line.amount > ZERO else None,
            "out": -line.amount if line.amount < ZERO else None,
        }
        for line in entry.lines
    ]
    both = total(line.amount for line in entry.lines if line.amount > ZERO)
    return [*rows, {"account": "合计", "of": "", "into": both, "out": both}]


def _part_of(word: str) -> str:
    """Whose account it is, in words: a fund's, a part of government's, a channel's."""
    if word in set(Fund):
        return Fund(word).label
    if word in set(Payer):
        return Payer(word).label
    return METHOD_NAMES[Method(word)] if word in set(Method) else ""
