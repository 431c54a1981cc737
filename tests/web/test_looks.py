"""A look is two attributes of the root: pages say the same, in the same order, in all of them."""

from __future__ import annotations

import re
from importlib import resources

TEMPLATES = resources.files("shebao.web") / "templates"
ASKED = re.compile(r"\{[{%][^}]*?(?:\bmode\b(?!\s*=[^=])|\btheme\b|\belder\b)[^}]*[%}]\}")
MAY = {
    "{{ mode }}",
    "{{ theme }}",
    "{{ '#0d45b8' if theme == 'blue' else '#9c1620' }}",  # The colour of the browser's own bar.
    "{{ '标准版' if mode == 'elder' else '大字版' }}",  # The switch.
    "{{ '标准字号' if mode == 'elder' else '大字' }}",  # And that of the console.
}


def texts(folder=TEMPLATES):
    for one in folder.iterdir():
        yield from texts(one) if one.is_dir() else [one.read_text("utf-8")]


def test_templates_ask_how_pages_look_only_for_the_root_and_the_switch():
    assert {asked for text in texts() for asked in ASKED.findall(text)} == MAY


def test_asking_anywhere_else_would_be_noticed():
    found = ASKED.findall("{% if mode == 'elder' %}{{ m.text(mode='text') }}{{ theme }}")
    assert found == ["{% if mode == 'elder' %}", "{{ theme }}"]
