"""Every page has a guard, and only those named here may be opened by anybody."""

from __future__ import annotations

import inspect

import pytest

from shebao.core.desk.clerk import Duty
from shebao.web.guard import Guard
from shebao.web.routes import ROUTES
from shebao.web.visit import is_at_work

# What somebody may see who has not signed in. A line here is a decision: say why in the review.
FOR_ANYBODY = {
    ("GET", "/"),
    ("GET", "/accessibility"),
    ("GET", "/advice"),
    ("GET", "/help"),
    ("GET", "/kiosk"),
    ("GET", "/kiosk/end"),
    ("GET", "/privacy"),
    ("GET", "/rates"),
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("GET", "/sign-in/code"),
    ("POST", "/sign-in/code"),
    ("GET", "/enter"),
    ("GET", "/sign-in/app"),
    ("GET", "/sign-in/face"),
    ("GET", "/sign-in/face/back"),
    ("GET", "/sign-in/face/go"),
    ("GET", "/sign-in/password"),
    ("GET", "/sign-in/portal"),
    ("GET", "/sign-in/portal/back"),
    ("GET", "/sign-in/reset"),
    ("GET", "/sign-in/reset/new"),
    ("GET", "/sign-in/scan"),
    ("GET", "/sign-in/second"),
    ("GET", "/sign-in/second/code"),
    ("GET", "/sign-in/second/passkey"),
    ("POST", "/sign-in/face"),
    ("POST", "/sign-in/password"),
    ("POST", "/sign-in/reset"),
    ("POST", "/sign-in/reset/new"),
    ("POST", "/sign-in/scan"),
    ("POST", "/sign-in/scan/enter"),
    ("POST", "/sign-in/second"),
    ("POST", "/sign-in/second/code"),
    ("POST", "/sign-in/second/passkey"),
    ("GET", "/verify"),
    ("GET", "/console/sign-in"),
    ("POST", "/console/sign-in"),
    ("GET", "/console/sign-in/code"),
    ("POST", "/console/sign-in/code"),
}
AT_WORK = [route for route in ROUTES if is_at_work(route.path)]


def told(route):
    return f"{route.method} {route.path}"


def test_only_these_pages_are_for_anybody():
    unguarded = {(route.method, route.path) for route in ROUTES if route.guard is Guard.OPEN}
    assert unguarded == FOR_ANYBODY, "guard the page, or name it here"


def test_only_a_cashier_posts_a_form_that_is_not_ours():
    posted = {(route.method, route.path) for route in ROUTES if route.guard is Guard.COMES_BACK}
    assert posted == {("POST", "/result/{order_id}")}, "nothing in such a form is believed"


def test_only_a_mini_program_brings_a_ticket():
    brought = {(route.method, route.path) for route in ROUTES if route.guard is Guard.TICKET}
    assert brought == {("POST", "/shell/cashier")}, "a ticket is good once, for one cashier"


@pytest.mark.parametrize("route", ROUTES, ids=told)
def test_every_page_has_a_guard_we_know(route):
    assert isinstance(route.guard, Guard)


@pytest.mark.parametrize("route", AT_WORK, ids=told)
def test_where_clerks_work_only_clerks_come_in(route):
    by_the_door = (route.method, route.path) in FOR_ANYBODY
    assert route.guard.for_clerks or by_the_door, "guard it with a duty, or with Guard.CLERK"


@pytest.mark.parametrize("route", [one for one in ROUTES if one not in AT_WORK], ids=told)
def test_no_duty_opens_a_page_of_payers(route):
    assert not route.guard.for_clerks, "a page of clerks begins with /console or /desk"


def test_what_a_clerk_changes_takes_a_duty():
    without = {
        told(route)
        for route in AT_WORK
        if route.method == "POST" and route.guard.for_clerks and route.guard.duty is None
    }
    assert without == {"POST /console/sign-out"}


def test_every_duty_has_its_guard():
    assert {guard.duty for guard in Guard} - {None} == set(Duty)


@pytest.mark.parametrize("route", ROUTES, ids=told)
def test_every_page_says_what_it_is_for(route):
    assert (inspect.getdoc(route.handler) or "").split("\n")[0].endswith(".")


def test_no_page_is_answered_by_two_functions():
    places = [(route.method, route.path) for route in ROUTES]
    assert len(places) == len(set(places))


@pytest.mark.parametrize("route", [one for one in ROUTES if one.again], ids=told)
def test_only_a_form_is_shown_again(route):
    assert route.method == "POST"
