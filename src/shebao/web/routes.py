"""Routes: the site map. Every page is a line here, with who may open it."""

from __future__ import annotations

from typing import Final

from shebao.web.guard import Guard
from shebao.web.kernel import Route
from shebao.web.pages import (
    about,
    choose,
    city,
    confirm,
    home,
    items,
    pay,
    receipts,
    records,
    result,
    sign_in,
    unpaid,
    verify,
    whom,
)

_OPEN, _IN = Guard.OPEN, Guard.SIGNED_IN

ROUTES: Final = (
    Route("GET", "/items", _IN, items.show),
    Route("GET", "/home", _IN, home.show),
    Route("GET", "/result/{order_id}", _IN, result.show),
    Route("GET", "/confirm", _IN, confirm.show),
    Route("POST", "/orders", _IN, confirm.open_order),
    Route("GET", "/orders/{order_id}/pay", _IN, pay.show),
    Route("POST", "/orders/{order_id}/pay", _IN, pay.begin, pay.show),
    Route("GET", "/orders/{order_id}/scan", _IN, pay.scan),
    Route("POST", "/orders/{order_id}/withdraw", _IN, unpaid.give_up),
    Route("GET", "/unpaid", _IN, unpaid.show),
    Route("GET", "/choose/{enrolment_id}", _IN, choose.show),
    Route("POST", "/choose/{enrolment_id}", _IN, choose.elect_it, choose.show),
    Route("GET", "/for-whom", _IN, whom.show),
    Route("GET", "/for-whom/other", _IN, whom.other),
    Route("POST", "/for-whom/other", _IN, whom.name, whom.other),
    Route("GET", "/records", _IN, records.show),
    Route("GET", "/receipts/{number}", _IN, receipts.show),
    Route("GET", "/receipts/{number}/pdf", _IN, receipts.pdf),
    Route("GET", "/", _OPEN, city.show),
    Route("GET", "/sign-in", _OPEN, sign_in.show),
    Route("POST", "/sign-in", _OPEN, sign_in.begin, sign_in.show),
    Route("GET", "/sign-in/code", _OPEN, sign_in.code),
    Route("POST", "/sign-in/code", _OPEN, sign_in.finish, sign_in.code),
    Route("POST", "/sign-out", _IN, sign_in.leave),
    Route("GET", "/verify", _OPEN, verify.show),
    Route("GET", "/help", _OPEN, about.answers),
    Route("GET", "/privacy", _OPEN, about.privacy),
    Route("GET", "/accessibility", _OPEN, about.accessibility),
)
