"""Every refusal has words for the person who reads it: what happened, and what to do now."""

from __future__ import annotations

import re
import string
from dataclasses import fields
from importlib import import_module
from pkgutil import walk_packages

import pytest
from tests.house.repository import files, lines_with, text

import shebao
from shebao.core.refusals import Refusal
from shebao.web.routes import ROUTES
from shebao.web.words import load_messages

MESSAGES = load_messages()
OURS = [
    import_module(module.name)
    for module in walk_packages(shebao.__path__, "shebao.")
    if not module.name.endswith("__main__") and not module.name.startswith("shebao.sandbox")
]
REFUSALS = {
    kind.code: kind
    for module in OURS
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, Refusal) and kind is not Refusal
}
# Told to whoever runs the program, by their own remedy, never to a payer.
ELSEWHERE = {"setting_not_understood"}
SAID = {code: entry for code, entry in MESSAGES.items() if "says" in entry}
BANNED = ["系统异常", "系统错误", "未知错误", "操作失败", "非法", "请联系管理员", "！", "!"]


def sentences(entry):
    """Every text of an entry, those for particular facts too."""
    for value in entry.values():
        if isinstance(value, str):
            yield value
        else:
            yield from sentences(value)


@pytest.mark.parametrize("code", sorted(REFUSALS.keys() - ELSEWHERE))
def test_a_refusal_says_what_happened_and_what_to_do(code):
    said = MESSAGES.get(code, {})
    assert {"says", "do"} <= said.keys(), f"add [{code}] to web/messages/"
    assert re.search(r"[一-鿿]", said["says"] + said["do"]), "in plain 简体中文"


def test_no_words_are_left_over_from_a_refusal_that_is_gone():
    assert SAID.keys() - REFUSALS.keys() == set(), "take them out of web/messages/"


@pytest.mark.parametrize("code", sorted(SAID.keys() & REFUSALS.keys()))
def test_words_name_only_facts_that_the_refusal_has(code):
    asked = {
        name.partition(".")[0].partition("[")[0]
        for sentence in sentences(SAID[code])
        for _, name, _, _ in string.Formatter().parse(sentence)
        if name
    }
    assert asked <= {fact.name for fact in fields(REFUSALS[code])}


@pytest.mark.parametrize("code", sorted(SAID))
def test_words_do_not_blame_or_alarm_anybody(code):
    found = [word for word in BANNED for said in sentences(SAID[code]) if word in said]
    assert found == [], "say what happened and what to do, calmly"


def test_a_code_is_the_name_of_its_class_and_belongs_to_one():
    kinds = {kind for module in OURS for kind in vars(module).values() if kind in REFUSALS.values()}
    assert len(kinds) == len(REFUSALS)
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", code) for code in REFUSALS)


def test_a_refusal_carries_facts_and_no_sentences():
    found = [
        place
        for path in files(".py", under="src/shebao/core")
        for place in lines_with(r"raise [A-Z]\w+\([^)]*[一-鿿]{6}", path, of=text(path))
    ]
    assert found == [], "the words live in web/messages/"


PLACES = [re.sub(r"\{\w+\}", "[^/]+", route.path) for route in ROUTES if route.method == "GET"]
ACTS = re.compile(r"请|不用|不要|可以|再|shebao")


def parts(entry):
    """Every named text of an entry, those for particular facts too."""
    for name, value in entry.items():
        if isinstance(value, dict):
            yield from parts(value)
        else:
            yield name, value


@pytest.mark.parametrize("code", sorted(SAID))
def test_a_refusal_leads_to_a_page_there_is_and_its_words_say_what_to_do(code):
    entry = SAID[code]
    paths = [
        re.sub(r"\{\w+\}", "x", re.split("[?#]", said)[0])
        for name, said in parts(entry)
        if name == "link"
    ]
    nowhere = [path for path in paths if not any(re.fullmatch(one, path) for one in PLACES)]
    assert nowhere == [], "it must lead to a page there is"
    assert ("link" in entry) == ("link_text" in entry), "a link says where it leads"
    deeds = [said for name, said in parts(entry) if name == "do" and code not in ELSEWHERE]
    assert all(map(ACTS.search, deeds)), "what can be done about it?"
