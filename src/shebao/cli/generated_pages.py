"""Generated pages: what docs/generated/ says, made from the code it speaks of."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, Final

import click

from shebao.config import SETTINGS
from shebao.core import attempt, bill, election, enrolment, order, payment, receipt, refund
from shebao.core.deduction import mandate, reversal
from shebao.core.desk import clerk, objection, request
from shebao.core.entrance import consent, credential, face_check, scan
from shebao.core.family import kin, plea
from shebao.core.policy.region import Region
from shebao.core.policy.scheme import Scheme, Version
from shebao.core.roster import collector, line, roster
from shebao.core.steps import Steps

MACHINES: Final[tuple[Steps[Any, Any], ...]] = (
    enrolment.STEPS,
    election.STEPS,
    bill.STEPS,
    order.STEPS,
    attempt.STEPS,
    payment.STEPS,
    refund.STEPS,
    receipt.STEPS,
    mandate.STEPS,
    reversal.STEPS,
    request.STEPS,
    objection.STEPS,
    clerk.STEPS,
    credential.STEPS,
    scan.STEPS,
    face_check.STEPS,
    consent.STEPS,
    kin.STEPS,
    plea.STEPS,
    collector.STEPS,
    roster.STEPS,
    line.STEPS,
)
_MEMBER: Final = re.compile(r'^    [A-Z_]+ = "([a-z_]+)"  # (.+)$', re.MULTILINE)
_MADE: Final = "Made by `bin/shebao docs write` from {source}; a test keeps it true."
_CONFIDENCE: Final = (
    "Confidence: **S** seen in an official document, or in a copy of one; **SEED** seen in the "
    "city's own guide for payers; **D** derived from official figures; **unconfirmed** kept on "
    "file and never charged."
)


def schema_page(schema: str) -> str:
    """The schema as it is after all migrations."""
    made = _MADE.format(source="src/shebao/store/migrations/").replace("`", "")
    return f"-- The schema after all migrations, as the database knows it.\n-- {made}\n\n{schema}"


def states_page() -> str:
    """Every machine: a picture, and a table of its states."""
    parts = ["# States", _MADE.format(source="the STEPS tables in src/shebao/core/")]
    for machine in MACHINES:
        parts += [f"## {machine.thing}", _picture(machine), _states(machine)]
    return "\n\n".join(parts) + "\n"


def settings_page() -> str:
    """Every variable of the environment."""
    rows = [
        f"| `{setting.name}` | {setting.default or 'not set'} | {setting.help} |"
        for setting in SETTINGS
    ]
    title = ["# Settings", "", _MADE.format(source="src/shebao/config.py"), ""]
    head = ["| variable | if nobody sets it | what it is for |", "|---|---|---|"]
    return "\n".join([*title, *head, *rows]) + "\n"


def commands_page(root: click.Command) -> str:
    """Every command, with its help as it is printed."""
    parts = [
        "# Commands",
        _MADE.format(source="src/shebao/cli/"),
        "Exit codes: 0 done, 1 refused, 2 misuse, 3 unanswered.",
    ]
    for path, command in _commands(root, ("shebao",)):
        options = [
            f"| `{' '.join(option.opts)}` | {option.help or ''} |"
            for option in command.params
            if isinstance(option, click.Option) and not option.hidden
        ]
        usage = " ".join(command.collect_usage_pieces(click.Context(command)))
        parts += [f"## {' '.join(path)}", f"    {' '.join(path)} {usage}", command.help or ""]
        if options:
            parts.append("\n".join(["| option | |", "|---|---|", *options]))
    return "\n\n".join(parts) + "\n"


def policies_page(regions: Mapping[str, Region]) -> str:
    """Every version of every scheme, with the document it stands on."""
    parts = [
        "# Policies",
        _MADE.format(source="policies/"),
        _CONFIDENCE,
    ]
    for region in regions.values():
        parts.append(f"## {region.code} {region.name}")
        parts += [_scheme(scheme) for scheme in region.schemes.values()]
    return "\n\n".join(parts) + "\n"


def _picture(machine: Steps[Any, Any]) -> str:
    edges = [
        f"    {before} --> {after}: {event}" for (before, event), after in machine.table.items()
    ]
    return "\n".join(["```mermaid", "stateDiagram-v2", *edges, "```"])


def _states(machine: Steps[Any, Any]) -> str:
    states = type(next(iter(machine.table.values())))
    meanings = _meanings(states)
    rows = ["| state | means | may become |", "|---|---|---|"]
    for state in states:
        onwards = [
            f"{after} ({event})"
            for (before, event), after in machine.table.items()
            if before == state
        ]
        rows.append(f"| {state} | {meanings[str(state)]} | {', '.join(onwards) or '—'} |")
    return "\n".join(rows)


def _meanings(states: type[StrEnum]) -> Mapping[str, str]:
    """The comment beside each state: its Chinese name."""
    return dict(_MEMBER.findall(inspect.getsource(states)))


def _commands(
    command: click.Command, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name in sorted(command.commands):
            yield from _commands(command.commands[name], (*path, name))


def _scheme(scheme: Scheme) -> str:
    rows = [
        f"### {scheme.id} {scheme.name}",
        "",
        f"Sources read again on {scheme.reviewed_on}.",
        "",
        "| version | in force | confidence | source |",
        "|---|---|---|---|",
    ]
    rows += [
        f"| {version.id} | {_in_force(version)} | {version.confidence} | {version.source} |"
        for version in scheme.versions
    ]
    return "\n".join(rows)


def _in_force(version: Version) -> str:
    until = f" to {version.ends}" if version.ends else " on"
    known = f", known from {version.known_from}" if version.known_from else ""
    return f"{version.begins}{until}{known}"
