"""Repository: the files the rules of the house are about, and what Python makes of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
SRC: Final = ROOT / "src" / "shebao"
_OURS: Final = (
    "src",
    "tests",
    "bench",
    "chaos",
    "city",
    "mutants",
    "bin",
    "docs",
    "policies",
    "shells",
    ".ci",
)
_NOT_OURS: Final = re.compile(r"__pycache__|\.egg-info|\.pyc$|/golden/")


def files(*suffixes: str, under: str = "") -> list[Path]:
    """Our own files with these suffixes, in order."""
    folders = [ROOT / under] if under else [ROOT / name for name in _OURS]
    found = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    found += [] if under else [path for path in ROOT.iterdir() if path.is_file()]
    return sorted(
        path for path in found if path.suffix in suffixes and not _NOT_OURS.search(path.as_posix())
    )


def named(path: Path) -> str:
    """A file's name as people say it."""
    return path.relative_to(ROOT).as_posix() if isinstance(path, Path) else str(path)


@cache
def text(path: Path) -> str:
    """What a file says."""
    return path.read_text("utf-8")


@cache
def tree(path: Path) -> ast.Module:
    """What Python makes of a file."""
    return ast.parse(text(path))


@cache
def code(path: Path) -> str:
    """A file without its comments and docstrings, line for line."""
    bare = re.sub(r'[fr]?"""[\s\S]*?"""', lambda quoted: "\n" * quoted[0].count("\n"), text(path))
    return re.sub(r"#.*", "", bare)


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a file, methods and inner ones too."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines_with(pattern: str, path: Path, *, of: str) -> list[str]:
    """Where a pattern stands in a text made from a file, as path:line."""
    return [
        f"{named(path)}:{number}"
        for number, line in enumerate(of.splitlines(), start=1)
        if re.search(pattern, line)
    ]
