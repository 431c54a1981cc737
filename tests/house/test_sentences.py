"""A test is named by the promise it keeps, says one thing, and takes one way through."""

from __future__ import annotations

import ast

from tests.house.repository import files, functions, named, tree

TESTS = [path for path in files(".py", under="tests") if path.name.startswith("test_")]
WORDS_MIN = 4
BRANCHES = (ast.If, ast.For, ast.AsyncFor, ast.Match, ast.Try)


PROMISES = [
    (path, node) for path in TESTS for node in functions(path) if node.name.startswith("test_")
]


def test_the_name_of_a_test_is_a_sentence():
    short = [
        f"{named(path)}: {node.name}"
        for path, node in PROMISES
        if len(node.name.removeprefix("test_").split("_")) < WORDS_MIN
    ]
    assert short == [], "say what is promised, as test_told_twice_is_told_once does"


def test_a_test_takes_one_way_through():
    branching = [
        f"{named(path)}:{inner.lineno}"
        for path, node in PROMISES
        for inner in ast.walk(node)
        if isinstance(inner, BRANCHES) and not _repeats(inner)
    ]
    assert branching == [], "cases belong in parametrize; another way is another test"


def test_a_test_can_fail():
    hollow = [
        f"{named(path)}: {node.name}"
        for path, node in PROMISES
        if not any(_asks(inner) for inner in ast.walk(node))
    ]
    assert hollow == [], "a test that asserts nothing keeps no promise"


def test_a_room_of_tests_opens_with_the_claim_it_defends():
    first = {path: (ast.get_docstring(tree(path)) or "").split("\n\n")[0] for path in TESTS}
    silent = [named(path) for path, said in first.items() if not said.endswith(".")]
    assert silent == [], "one sentence: what holds as long as these tests pass"


def _asks(node):
    """Whether this is a question: an assert, an expected refusal, or somebody else's expect()."""
    if isinstance(node, ast.Assert):
        return True
    if not isinstance(node, ast.Call):
        return False
    called = ast.unparse(node.func)
    return called.endswith(("raises", "expect")) or "assert" in called


def _repeats(node):
    """Whether this does the same a number of times, and takes no cases one by one."""
    return isinstance(node, ast.For) and ast.unparse(node.target) == "_"
