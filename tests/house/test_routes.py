"""Every page has a guard, and only those named here may be opened by anybody."""

from __future__ import annotations

import inspect

import pytest

from shebao.web.guard import Guard
from shebao.web.routes import ROUTES

# What somebody may see who has not signed in. A line here is a decision: say why in the review.
FOR_ANYBODY = {
    ("GET", "/"),
    ("GET", "/accessibility"),
    ("GET", "/help"),
    ("GET", "/privacy"),
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("GET", "/sign-in/code"),
    ("POST", "/sign-in/code"),
    ("GET", "/verify"),
}


def told(route):
    return f"{route.method} {route.path}"


def test_only_these_pages_are_for_anybody():
    unguarded = {(route.method, route.path) for route in ROUTES if route.guard is Guard.OPEN}
    assert unguarded == FOR_ANYBODY, "guard the page, or name it here"


@pytest.mark.parametrize("route", ROUTES, ids=told)
def test_every_page_has_a_guard_we_know(route):
    assert isinstance(route.guard, Guard)


@pytest.mark.parametrize("route", ROUTES, ids=told)
def test_every_page_says_what_it_is_for(route):
    assert (inspect.getdoc(route.handler) or "").split("\n")[0].endswith(".")


def test_no_page_is_answered_by_two_functions():
    places = [(route.method, route.path) for route in ROUTES]
    assert len(places) == len(set(places))


@pytest.mark.parametrize("route", [one for one in ROUTES if one.again], ids=told)
def test_only_a_form_is_shown_again(route):
    assert route.method == "POST"
