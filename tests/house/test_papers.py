"""What the documents name is there: files, tests, links, the keepers of every promise."""

from __future__ import annotations

import re

import pytest
from tests.house.repository import ROOT, files, named, text

PAPERS = [path for path in files(".md") if "generated" not in path.parts]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
PROMISES = re.findall(
    r"^\| (\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$",
    text(ROOT / "ARCHITECTURE.md"),
    re.MULTILINE,
)
PLACE = re.compile(
    r"`((?:src|tests|docs|policies|bin|bench|web|core|operations|store|gateways|worker|cli|sandbox)"
    r"/[\w./-]*|[\w-]+\.(?:toml|md))(?:::(\w+))?`"
)
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")


def found(place):
    """A place as the documents name it, from the repository or from the package."""
    at_home = [ROOT / place, ROOT / "src" / "shebao" / place, *ROOT.glob(f"policies/*/{place}")]
    return next((path for path in at_home if path.exists()), None)


@pytest.mark.parametrize("path", PAPERS, ids=named)
def test_every_link_leads_somewhere(path):
    broken = [link for link in LINK.findall(text(path)) if not (path.parent / link).exists()]
    assert broken == [], "mend the link, or make what it promises"


@pytest.mark.parametrize("path", PAPERS, ids=named)
def test_every_file_and_test_that_is_named_exists(path):
    missing = [
        f"{place}::{test}" if test else place
        for place, test in PLACE.findall(text(path))
        if (there := found(place)) is None or (test and f"def {test}(" not in text(there))
    ]
    assert missing == [], "the document speaks of something that is not there any more"


@pytest.mark.parametrize("path", DECISIONS, ids=named)
def test_a_decision_says_why_what_follows_and_what_enforces_it(path):
    sections = re.findall(r"^## (.+)$", text(path), re.MULTILINE)
    assert sections == ["Context", "Decision", "Consequences", "Enforced by"]
    assert text(path).startswith(f"# {int(path.name[:4])}. "), "numbered as its file is"
    assert PLACE.search(text(path).partition("## Enforced by")[2]), "name the test or the contract"
    assert re.search(r"\*\*.+?\*\*", text(path), re.DOTALL), "one sentence people will quote"


def test_decisions_are_numbered_one_after_another():
    assert [int(path.name[:4]) for path in DECISIONS] == [*range(1, len(DECISIONS) + 1)]


def test_there_are_twelve_promises():
    assert [int(number) for number, *_ in PROMISES] == [*range(1, 13)]


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise[0])
def test_a_promise_is_kept_in_two_places_and_watched(promise):
    _, _, here, there, watched = promise
    keepers = [PLACE.search(here), PLACE.search(there)]
    assert all(keepers), "name the file that keeps it"
    assert keepers[0][0] != keepers[1][0], "two places, so that one mistake does not break it"
    assert PLACE.search(watched), "name the test that watches it"


@pytest.mark.parametrize("path", PAPERS, ids=named)
def test_a_paper_has_one_title_and_opens_with_it(path):
    bare = re.sub(r"```[\s\S]*?```", "", text(path))
    assert len(re.findall(r"^# ", bare, re.MULTILINE)) == 1
    assert bare.startswith("# ")


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_first_page_fits_on_one_screen(name):
    lines = text(ROOT / name).splitlines()
    assert len(lines) <= 45
    assert {"bin/demo", "bin/test"} <= set(text(ROOT / name).split())
