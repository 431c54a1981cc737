"""Invite: a guest is asked to do a piece of work, if it is installed anywhere we know of.

None of them belongs to what we need. An environment variable names the interpreter of a
throw-away environment that has one; else ours is tried.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from bench.run import say

_HERE: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Guest:
    """A program that does the same work: its script, what it needs, and how to install that."""

    name: str
    script: str
    module: str
    variable: str
    packages: str

    @property
    def how(self) -> str:
        """The one command that makes it come."""
        into = f"~/.cache/shebao/{self.module}"
        return (
            f"python3 -m venv {into} && {into}/bin/pip install {self.packages}"
            f" && export {self.variable}={into}/bin/python"
        )


OPENFISCA: Final = Guest(
    "OpenFisca", "openfisca_amounts.py", "openfisca_core", "SHEBAO_BENCH_OPENFISCA",
    "openfisca-core",
)  # fmt: skip
TRYTON: Final = Guest(
    "Tryton", "tryton_debits.py", "trytond", "SHEBAO_BENCH_TRYTON",
    "trytond trytond-account-payment-sepa",
)  # fmt: skip


async def ask(guest: Guest, **asked: Any) -> dict[str, Any] | None:
    """What a guest tells of its work; None, with a word how to install it, when it is not there."""
    python = os.environ.get(guest.variable) or (find_spec(guest.module) and sys.executable)
    if not python:
        say(f"{guest.name}: not installed; to have it beside us: {guest.how}")
        return None
    program = await asyncio.create_subprocess_exec(
        python, str(_HERE / guest.script), stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    said, _ = await program.communicate(json.dumps(asked).encode())
    assert program.returncode == 0, f"{guest.name} did not come to its end"
    told: dict[str, Any] = json.loads(said.splitlines()[-1])
    return told
