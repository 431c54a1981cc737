"""Nothing is written that nobody uses: every public name of the program has a reader."""

from __future__ import annotations

import ast
import re
from collections import Counter

from tests.house.repository import files, named, text, tree

PYTHON = [path for path in files(".py", under="src") if path.name != "__init__.py"]
WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
USED = Counter(word for path in PYTHON for word in WORD.findall(text(path)))
USED.update(
    word
    for path in files(".html", ".toml", ".typ", under="src") + files(".toml", under="policies")
    for word in WORD.findall(text(path))
)
# Called by somebody who does not write the name: a framework, a protocol, or a person's shell.
CALLED_BY_OTHERS = re.compile(r"click|\.command|\.group|validator|fixture|\.route|overload")
FRAMEWORK = {
    *("convert", "parse_args", "invoke", "main"),  # click
    *("handle_starttag", "handle_endtag", "handle_data"),  # html.parser
    "async_sign_raw",  # pyhanko
    "emit",  # logging
    *("handle_async_request", "connection_made", "connection_lost", "data_received"),  # asyncio
    *("eof_received", "pause_writing", "resume_writing"),
    *("on_message_begin", "on_header", "on_headers_complete", "on_body"),  # httptools
    "on_message_complete",
}
# Part of the program, and started by whoever tests or measures it.
FOR_TESTS = {"SandboxProcess"}


def public(path):
    """The names a module offers: functions, classes, and the methods of those."""
    for node in tree(path).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node
        if isinstance(node, ast.ClassDef):
            yield from (
                inner
                for inner in node.body
                if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef)
            )


def test_every_public_name_has_a_reader():
    unread = [
        f"{named(path)}: {node.name}"
        for path in PYTHON
        for node in public(path)
        if USED[node.name] < 2
        and not node.name.startswith("_")
        and node.name not in FRAMEWORK | FOR_TESTS
        and not any(CALLED_BY_OTHERS.search(ast.unparse(mark)) for mark in node.decorator_list)
    ]
    assert unread == [], "nobody uses it: take it out, or wait until somebody needs it"
