"""Routes (便民服务): topping up, objecting, the list of payments, and what contributions cost."""

from __future__ import annotations

from typing import Final

from shebao.web.guard import Guard
from shebao.web.kernel import Route
from shebao.web.pages.services import (
    calendar,
    gaps,
    kiosk,
    objections,
    payment_list,
    rates,
    reminders,
    top_up,
)

_IN = Guard.SIGNED_IN

SERVICES: Final = (
    Route("GET", "/top-up", _IN, top_up.show),
    Route("POST", "/top-up", _IN, top_up.find, top_up.show),
    Route("GET", "/top-up/check", _IN, top_up.check),
    Route("POST", "/top-up/order", _IN, top_up.begin),
    Route("GET", "/receipts/{number}/objection", _IN, objections.begin),
    Route(
        "POST",
        "/receipts/{number}/objection",
        _IN,
        objections.send,
        objections.form,
        files=True,
    ),
    Route("GET", "/records/list", _IN, payment_list.show),
    Route("GET", "/gaps", _IN, gaps.show),
    Route("GET", "/calendar.ics", _IN, calendar.download),
    Route("GET", "/me/reminders", _IN, reminders.show),
    Route("POST", "/me/reminders", _IN, reminders.choose),
    Route("GET", "/rates", Guard.OPEN, rates.show),
    Route("GET", "/kiosk", Guard.OPEN, kiosk.show),
    Route("GET", "/kiosk/end", Guard.OPEN, kiosk.end),
    Route("GET", "/objections", _IN, objections.mine),
    Route("GET", "/objections/{objection_id}", _IN, objections.show),
    Route("GET", "/objections/{objection_id}/papers/{paper}", _IN, objections.paper),
)
