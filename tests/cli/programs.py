"""Programs: our command line, run within the tests, and as a program of its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from click.testing import CliRunner, Result

from shebao.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "shebao.cli.main")


def environ(**settings: str | Path) -> Mapping[str, str]:
    """The environment of this machine with these settings of ours, and no others."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SHEBAO_")}
    ours = {f"SHEBAO_{name.upper()}": str(value) for name, value in settings.items()}
    return {**kept, "PYTHONPATH": str(ROOT / "src"), **ours}


def run(*arguments: str, **settings: str | Path) -> Result:
    """Run a command to its end: a program of its own would take a second to load."""
    others = {name: None for name in os.environ if name.startswith("SHEBAO_")}
    return CliRunner().invoke(main, arguments, env={**others, **environ(**settings)})
