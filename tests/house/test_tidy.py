"""Everything fits in one reading, has a name that says something, and opens with a sentence."""

import ast
import re

import pytest
from tests.house.repository import files, functions, named, text, tree

FILE_LINES_MAX = 300
FUNCTION_LINES_MAX = 40
PYTHON = files(".py", under="src")
TESTS = files(".py", under="tests")
BENCHES = [
    path for room in ("bench", "chaos", "city", "mutants") for path in files(".py", under=room)
]
LISTS = {"messages.toml", "schema.sql"}  # Looked up, never read from end to end.
READABLE = [
    path for path in files(".py", ".sql", ".toml", ".html", ".typ", ".js") if path.name not in LISTS
]
ROOMS = [path for path in PYTHON if path.name != "__init__.py"]
VAGUE = {"utils", "util", "helpers", "helper", "manager", "service", "handler", "data", "info"}
VAGUE |= {"common", "misc", "stuff", "tools", "lib"}


@pytest.mark.parametrize("path", READABLE, ids=named)
def test_a_file_fits_in_one_reading(path):
    lines = len(text(path).splitlines())
    assert lines <= FILE_LINES_MAX, f"{lines} lines: split it by subject, not by size"


@pytest.mark.parametrize("path", [*PYTHON, *TESTS, *BENCHES], ids=named)
def test_a_function_fits_on_one_screen(path):
    long = [
        node.name for node in functions(path) if node.end_lineno - node.lineno >= FUNCTION_LINES_MAX
    ]
    assert long == [], "give the parts names of their own"


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
    vague += [
        name for name in classes if re.search(r"(Manager|Helper|Handler|Service|Utils?)$", name)
    ]
    assert path.stem not in VAGUE, "name the file after its subject"
    assert vague == [], "name the class after its subject"
