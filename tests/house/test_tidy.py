"""The house rules a linter does not know. Each failure says what to do instead."""

import ast
import re

import pytest
from tests.house.repository import SRC, code, files, functions, lines_with, named, text, tree

FILE_LINES_MAX = 300
FUNCTION_LINES_MAX = 40
PYTHON = files(".py", under="src")
TESTS = files(".py", under="tests")
BENCHES = files(".py", under="bench")
READABLE = files(".py", ".sql", ".toml", ".html", ".typ", ".js")
ROOMS = [path for path in PYTHON if path.name != "__init__.py"]
VAGUE = {"utils", "util", "helpers", "helper", "manager", "service", "handler", "data", "info"}
VAGUE |= {"common", "misc", "stuff", "tools", "lib", "base"}

# What nobody writes, what they write instead, and the files where it is at home.
BANNED = {
    r"\bdatetime\.(now|today|utcnow)\b|\bdate\.today\b": (
        "time is handed in: world.now(), world.today(region_code)",
        {"app.py", "sandbox/clock.py"},
    ),
    r"\bfloat\b": ("money and rates are never floats: Money, Decimal, Fraction", set()),
    r"\.commit\(": ("only Database ends a transaction: db.transaction()", set()),
    r"\btime\.sleep\b": (
        "wait for the thing itself; only those who watch over processes may sleep",
        {"store/server.py", "store/server_cluster.py", "cli/children.py", "sandbox/process.py"},
    ),
    r"except (Base)?Exception\b|except:": (
        "name what can go wrong; only the outermost doors catch everything",
        {
            "operations/gathering.py",
            "store/database.py",
            "web/kernel.py",
            "web/notices.py",
            "web/served.py",
            "worker/sweep.py",
        },
    ),
    r"\bTYPE_CHECKING\b": ("a hidden import is still an import: move what both need", set()),
    r"\bos\.environ\b|\bgetenv\b": (
        "the environment is read once, in config.py, and handed down",
        {"config.py", "cli/main.py", "cli/stage.py", "cli/serve.py", "store/server_account.py"},
    ),
    r"\bprint\(": ("a command answers with click.echo; a program logs", {"cli/children.py"}),
}
IN_TESTS = {
    r"\bmonkeypatch\b|\bunittest\b|\bMagicMock\b|\bmocker\b": (
        "use the real part: the World's clock, dice and sandbox are there to be moved"
    ),
    r"pytest\.(mark\.)?(skip|xfail|importorskip)|\bskipif\b": (
        "a test that does not run keeps no promise: make it run, or delete it"
    ),
}
EVERYWHERE = {
    r"\b(TODO|FIXME|XXX|HACK)\b": "finish it, or say in docs/decisions why it waits",
    r"(?<![\w.])/(work|home|root|Users)/\w": "no path of one machine: start from the file's own place",
}


def placed(path):
    return path.relative_to(SRC).as_posix()


@pytest.mark.parametrize("path", READABLE, ids=named)
def test_a_file_fits_in_one_reading(path):
    lines = len(text(path).splitlines())
    assert lines <= FILE_LINES_MAX, f"{lines} lines: split it by subject, not by size"


@pytest.mark.parametrize("path", [*PYTHON, *TESTS, *BENCHES], ids=named)
def test_a_function_fits_on_one_screen(path):
    long = [node.name for node in functions(path) if node.end_lineno - node.lineno >= FUNCTION_LINES_MAX]
    assert long == [], "give the parts names of their own"


@pytest.mark.parametrize(("pattern", "instead"), BANNED.items(), ids=BANNED)
def test_nobody_writes_what_is_banned(pattern, instead):
    remedy, at_home = instead
    found = [
        place
        for path in PYTHON
        if placed(path) not in at_home
        for place in lines_with(pattern, path, of=code(path))
    ]
    assert found == [], remedy


@pytest.mark.parametrize(("pattern", "remedy"), IN_TESTS.items(), ids=IN_TESTS)
def test_tests_use_real_parts_and_all_of_them_run(pattern, remedy):
    ours = [path for path in TESTS if path.parent.name != "house"]
    found = [place for path in ours for place in lines_with(pattern, path, of=code(path))]
    assert found == [], remedy


@pytest.mark.parametrize(("pattern", "remedy"), EVERYWHERE.items(), ids=EVERYWHERE)
def test_nothing_is_left_lying_about(pattern, remedy):
    ours = [path for path in files(".py", ".sql", ".toml", ".html", ".md", ".css", ".js", "")]
    found = [
        place
        for path in ours
        if path.parent.name != "house"
        for place in lines_with(pattern, path, of=text(path))
    ]
    assert found == [], remedy


def test_a_door_may_look_but_not_write():
    doors = [path for room in ("web", "cli", "worker") for path in (SRC / room).rglob("*.py")]
    found = [place for path in doors for place in lines_with(r"\.transaction\(", path, of=code(path))]
    assert found == [], "look with reading() or snapshot(); change with an operation"


@pytest.mark.parametrize("path", ROOMS, ids=named)
def test_a_module_opens_with_its_name_and_one_sentence(path):
    first = (ast.get_docstring(tree(path)) or "(nothing)").split("\n\n")[0].replace("\n", " ")
    assert re.match(r"[A-Z][^:]*: \S", first), "write: Name: one sentence."
    assert first.endswith("."), "a sentence ends with its full stop"


@pytest.mark.parametrize("path", [path for path in PYTHON if path.name == "__init__.py"], ids=named)
def test_a_room_opens_with_one_sentence_and_no_code(path):
    [only] = tree(path).body
    assert isinstance(only, ast.Expr), "code lives in a module with a name"
    assert ast.get_docstring(tree(path)).endswith("."), "say in one sentence what the room is for"


@pytest.mark.parametrize("path", [*PYTHON, *TESTS, *BENCHES], ids=named)
def test_imports_stand_at_the_top_and_say_the_whole_name(path):
    top = set(tree(path).body)
    imports = [
        node for node in ast.walk(tree(path)) if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    inside = [f"{named(path)}:{node.lineno}" for node in imports if node not in top]
    relative = [f"{named(path)}:{node.lineno}" for node in imports if getattr(node, "level", 0)]
    assert inside == [], "an import inside a function hides a circle: move what both need"
    assert relative == [], "write shebao.room.module"


@pytest.mark.parametrize("path", [*PYTHON, *BENCHES], ids=named)
def test_nothing_has_a_name_that_says_nothing(path):
    classes = [node.name for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef)]
    vague = [name for name in classes if name.removeprefix("_").lower() in VAGUE]
    vague += [name for name in classes if re.search(r"(Manager|Helper|Handler|Service|Utils?)$", name)]
    assert path.stem not in VAGUE, "name the file after its subject"
    assert vague == [], "name the class after its subject"
