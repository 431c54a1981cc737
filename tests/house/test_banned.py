"""What nobody writes here, and what they write instead. The remedy is in the failure."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from tests.house.repository import ROOT, SRC, code, files, lines_with, named, text

PYTHON = files(".py", under="src")
TESTS = [path for path in files(".py", under="tests") if path.parent.name != "house"]
WRITTEN = [
    path
    for path in files("", ".py", ".sql", ".toml", ".html", ".md", ".css", ".js", ".typ")
    if path.parent.name != "house" and path.name != ".git"  # Of a second work tree: a file.
]


@dataclass(frozen=True)
class Banned:
    """A pattern, something it finds, what to do instead, and the files where it is at home."""

    name: str
    pattern: str
    such_as: str
    instead: str
    at_home: tuple[str, ...] = ()

    def found_in(self, paths, said):
        """Where it stands away from home."""
        return [
            place
            for path in paths
            if not named(path).removeprefix("src/shebao/").startswith(self.at_home or ("\0",))
            for place in lines_with(self.pattern, path, of=said(path))
        ]


IN_CODE = [
    Banned(
        "a clock of one's own",
        r"\bdatetime\.(now|today|utcnow)\b|\bdate\.today\b|\btime\.time\b",
        "datetime.now(UTC)",
        "time is handed in: world.now(), world.today(region_code)",
        ("app.py", "sandbox/clock.py"),
    ),
    Banned(
        "dice of one's own",
        r"\b(secrets|random)\.\w|\bos\.urandom\b|\buuid\b",
        "secrets.token_bytes(8)",
        "dice are handed in: world.mint(), world.entropy()",
        ("app.py", "sandbox/", "cli/"),
    ),
    Banned(
        "float",
        r"\bfloat\b",
        "rate: float",
        "money and rates are never floats: Money, Decimal, Fraction",
        ("store/server",),  # Seconds until a process is given up.
    ),
    Banned(
        "commit",
        r"\.commit\(",
        "connection.commit()",
        "only Database ends a transaction: db.transaction()",
    ),
    Banned(
        "sleep",
        r"\btime\.sleep\b",
        "time.sleep(1)",
        "wait for the thing itself; only those who watch over processes may sleep",
        ("store/server", "cli/children.py", "sandbox/process.py"),
    ),
    Banned(
        "blind except",
        r"except (Base)?Exception\b|except:|suppress\((Base)?Exception\)",
        "except Exception:",
        "name what can go wrong; only the outermost doors catch everything",
        (
            "operations/gathering.py",
            "sandbox/ledger.py",  # Rolls back, and raises again.
            "store/database.py",  # The same.
            "web/main.py",  # Shows a calm page, and raises again.
            "web/notices.py",
            "web/served.py",
            "worker/sweep.py",
        ),
    ),
    Banned(
        "hidden import",
        r"\bTYPE_CHECKING\b",
        "if TYPE_CHECKING:",
        "a hidden import is an import: move what both need",
    ),
    Banned(
        "environment",
        r"\bos\.environ\b|\bgetenv\b",
        'os.environ["HOME"]',
        "the environment is read once, in config.py, and handed down",
        ("config.py", "cli/", "store/server/account.py"),
    ),
    Banned(
        "print",
        r"(?<!def )(?<![.\w])print\(",
        'print("here")',
        "a command answers with click.echo; a program logs",
        ("cli/children.py", "sandbox/main.py"),
    ),
]
IN_TESTS = [
    Banned(
        "a part that is not real",
        r"\bmonkeypatch\b|\bunittest\b|Mock\b|\bmocker\b",
        "def test_it(monkeypatch):",
        "use the real part: the World's clock, dice and sandbox are there to be moved",
    ),
    Banned(
        "a test that does not run",
        r"pytest\.(mark\.)?(skip|xfail|importorskip)|\bskipif\b",
        "@pytest.mark.skip",
        "a test that does not run keeps no promise: make it run, or delete it",
    ),
]
ANYWHERE = [
    Banned(
        "work left lying about",
        r"\b(TODO|FIXME|XXX|HACK)\b",
        "# TODO",
        "finish it, or say in docs/decisions why it waits",
    ),
    Banned(
        "a path of one machine",
        r"(?<![\w.])/(work|root|Users)/\w",
        "/root/shebao",
        "start from the file's own place, or from SHEBAO_HOME",
    ),
    Banned(
        "how it came to be written",
        r"(?i)\b(LLM|chatbot|copilot|AI[- ]generated|language model|coding agent|sub-?agent|AI session)\b",
        "written by an LLM",
        "these pages are about contributions; who wrote them, and with what, is nobody's question",
    ),
]


@pytest.mark.parametrize("banned", IN_CODE, ids=lambda banned: banned.name)
def test_the_code_does_not_hold(banned):
    assert banned.found_in(PYTHON, code) == [], banned.instead


@pytest.mark.parametrize("banned", IN_TESTS, ids=lambda banned: banned.name)
def test_the_tests_do_not_hold(banned):
    assert banned.found_in(TESTS, code) == [], banned.instead


@pytest.mark.parametrize("banned", ANYWHERE, ids=lambda banned: banned.name)
def test_nothing_we_publish_holds(banned):
    assert banned.found_in(WRITTEN, text) == [], banned.instead


def test_a_door_may_look_but_not_write():
    doors = [path for room in ("web", "cli", "worker") for path in (SRC / room).rglob("*.py")]
    writing = Banned("writing", r"\.transaction\(", "db.transaction()", "")
    assert writing.found_in(doors, code) == [], "look with reading(); change with an operation"


@pytest.mark.parametrize("banned", [*IN_CODE, *IN_TESTS, *ANYWHERE], ids=lambda banned: banned.name)
def test_every_rule_finds_what_it_bans(banned):
    assert re.search(banned.pattern, banned.such_as), "the pattern is wrong"


@pytest.mark.parametrize("banned", [*IN_CODE, *IN_TESTS, *ANYWHERE], ids=lambda banned: banned.name)
def test_every_home_of_an_exception_exists(banned):
    nowhere = [home for home in banned.at_home if not [*SRC.glob(f"{home}*")]]
    assert nowhere == [], f"take the exception out: {ROOT.name} has no such file any more"
