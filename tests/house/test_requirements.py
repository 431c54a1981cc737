"""What we install is pinned, hashed, said why, and named without saying where to fetch it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(ROOT.glob("requirements/*.txt"))
PIN = re.compile(
    r"^([a-z0-9.-]+)==([^ ]+) \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.MULTILINE
)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
WANTED = {
    "runtime.txt": PROJECT["dependencies"],
    "dev.txt": PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"],
}
ADDRESSES = ("http", "index-url", "find-links", "trusted-host", "://", "git+", "file:/")
REMEDY = "compile it again as CONTRIBUTING.md says"


def pins(name: str) -> dict[str, str]:
    found = PIN.findall((ROOT / "requirements" / name).read_text())
    return {package: version for package, version, _ in found}


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=!~; \[]", wanted)[0].lower() for wanted in requirements}


def test_there_is_a_file_for_running_and_one_for_developing() -> None:
    assert [file.name for file in FILES] == ["dev.txt", "runtime.txt"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_requirement_is_pinned_and_hashed(file: Path) -> None:
    left = PIN.sub("", file.read_text())
    left = re.sub(r"^ *#.*\n", "", left, flags=re.MULTILINE)
    assert left.strip() == "", f"{file.name}: {REMEDY}"


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_file_says_where_to_fetch_from(file: Path, address: str) -> None:
    lines = [line for line in file.read_text().splitlines() if not is_named(line)]
    assert [line for line in lines if address in line] == [], "leave that to who installs"


def is_named(line: str) -> bool:
    """Whether a line only names packages: some have *http* in their name."""
    return re.fullmatch(r"[a-z0-9.-]+==[^ /]+ \\| *# via [a-z0-9., ()-]+", line) is not None


@pytest.mark.parametrize("name", WANTED)
def test_what_the_project_wants_is_what_is_pinned(name: str) -> None:
    assert names(WANTED[name]) - pins(name).keys() == set(), REMEDY


def test_what_is_tested_is_what_runs() -> None:
    assert pins("runtime.txt").items() - pins("dev.txt").items() == set(), REMEDY


def test_every_dependency_has_its_reason_beside_it() -> None:
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    listed = [line for line in lines if re.match(r' {2}"[A-Za-z0-9-]+[><=]', line)]
    assert len(listed) == len(WANTED["dev.txt"])
    assert [line for line in listed if not re.search(r'",\s+# \S+', line)] == []
