"""The glossary is true: its words are used, and the nouns of the core are all in it."""

from __future__ import annotations

import ast
import re
from collections import Counter

import pytest
from tests.house.repository import ROOT, SRC, code, files, named, text, tree

GLOSSARY = text(ROOT / "GLOSSARY.md")
ROWS = re.findall(r"^\| ([^|]+) \| `(\w+)` \| ([^|]+) \|$", GLOSSARY, re.MULTILINE)
WORDS = Counter(
    word for path in files(".py", under="src") for word in re.findall(r"[A-Za-z_]+", code(path))
)
MODULES = Counter(path.stem for path in files(".py", under="src"))
TERM = re.compile(r"\(([一-鿿、]+)\)")
NOUNS = [path for path in sorted((SRC / "core").rglob("*.py")) if path.name != "__init__.py"]
# Nouns of programs, not of the field: people who pay have no word for them.
WITHOUT = {"ids", "identity", "money", "refusals", "steps"}
KINDS = ("law", "guide", "form", "standard", "wire", "books", "ours")


@pytest.mark.parametrize(("term", "identifier", "source"), ROWS)
def test_a_word_of_the_glossary_is_used_by_the_code(term, identifier, source):
    assert WORDS[identifier] + MODULES[identifier] > 0, f"{term}: the code has no {identifier}"
    assert source.startswith(KINDS), "say where the word comes from"


@pytest.mark.parametrize("path", NOUNS, ids=named)
def test_a_noun_of_the_core_stands_in_the_glossary(path):
    first = (ast.get_docstring(tree(path)) or "").split("\n\n")[0]
    terms = TERM.findall(first)
    assert terms or path.stem in WITHOUT, "write its Chinese name after it: Bill (应缴): …"
    known = {word for term, _, _ in ROWS for word in re.split("[、 ]", term)}
    missing = {word for term in terms for word in term.split("、")} - known
    assert missing == set(), "add it to GLOSSARY.md"


def test_no_word_means_two_things():
    terms, identifiers = zip(*((term, identifier) for term, identifier, _ in ROWS), strict=True)
    assert [word for word, times in Counter(terms).items() if times > 1] == []
    assert [word for word, times in Counter(identifiers).items() if times > 1] == []


def test_every_line_of_the_tables_is_read():
    lines = [line for line in GLOSSARY.splitlines() if line.startswith("| ") and "`" in line]
    assert len(lines) == len(ROWS) > 40
