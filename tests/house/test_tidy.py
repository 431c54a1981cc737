"""Everything fits in one reading, has a name that says something, and opens with a sentence."""

import ast
import re

from tests.house.repository import files, functions, named, text, tree

FILE_LINES_MAX = 300
FUNCTION_LINES_MAX = 40
PYTHON = files(".py", under="src")
TESTS = files(".py", under="tests")
BENCHES = [
    path for room in ("bench", "chaos", "city", "mutants") for path in files(".py", under=room)
]
LISTS = {"schema.sql"}  # Looked up, never read from end to end.
READABLE = [
    path for path in files(".py", ".sql", ".toml", ".html", ".typ", ".js") if path.name not in LISTS
]
ROOMS = [path for path in PYTHON if path.name != "__init__.py"]
VAGUE = {"utils", "util", "helpers", "helper", "manager", "service", "handler", "data", "info"}
VAGUE |= {"common", "misc", "stuff", "tools", "lib"}


def test_a_file_fits_in_one_reading():
    long = {named(path): lines for path in READABLE if (lines := _lines(path)) > FILE_LINES_MAX}
    assert long == {}, "split it by subject, not by size"


def test_a_function_fits_on_one_screen():
    long = [
        f"{named(path)}: {node.name}"
        for path in [*PYTHON, *TESTS, *BENCHES]
        for node in functions(path)
        if node.end_lineno - node.lineno >= FUNCTION_LINES_MAX
    ]
    assert long == [], "give the parts names of their own"


def test_a_module_opens_with_its_name_and_one_sentence():
    nameless = [named(path) for path in ROOMS if not re.match(r"[A-Z][^:]*: \S", _first(path))]
    endless = [named(path) for path in ROOMS if not _first(path).endswith(".")]
    assert nameless == [], "write: Name: one sentence."
    assert endless == [], "a sentence ends with its full stop"


def test_a_room_opens_with_one_sentence_and_no_code():
    doors = [path for path in PYTHON if path.name == "__init__.py"]
    busy = [named(path) for path in doors if len(tree(path).body) != 1]
    silent = [named(path) for path in doors if not _first(path).endswith(".")]
    assert busy == [], "code lives in a module with a name"
    assert silent == [], "say in one sentence what the room is for"


def test_imports_stand_at_the_top_and_say_the_whole_name():
    imports = [
        (f"{named(path)}:{node.lineno}", node, node in tree(path).body)
        for path in [*PYTHON, *TESTS, *BENCHES]
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    inside = [place for place, _, at_top in imports if not at_top]
    relative = [place for place, node, _ in imports if getattr(node, "level", 0)]
    assert inside == [], "an import inside a function hides a circle: move what both need"
    assert relative == [], "write shebao.room.module"


def test_nothing_has_a_name_that_says_nothing():
    paths = [*PYTHON, *BENCHES]
    classes = [
        (path, node.name)
        for path in paths
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef)
    ]
    vague = [f"{named(path)}: {name}" for path, name in classes if _says_nothing(name)]
    assert [named(path) for path in paths if path.stem in VAGUE] == [], "name it after its subject"
    assert vague == [], "name the class after its subject"


def _lines(path):
    return len(text(path).splitlines())


def _first(path):
    """The first sentence of a module."""
    return (ast.get_docstring(tree(path)) or "(nothing)").split("\n\n")[0].replace("\n", " ")


def _says_nothing(name):
    ending = re.search(r"(Manager|Helper|Handler|Service|Utils?)$", name)
    return bool(ending) or name.removeprefix("_").lower() in VAGUE
