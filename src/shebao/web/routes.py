"""Routes: the site map. Every page is a line here, with who may open it."""

from __future__ import annotations

from typing import Final

from shebao.web.collector.routes import COLLECTOR
from shebao.web.console.routes import CONSOLE
from shebao.web.desk.routes import DESK
from shebao.web.guard import Guard
from shebao.web.kernel import Route
from shebao.web.pages import (
    about,
    advice,
    agreements,
    batch_tier,
    batches,
    choose,
    city,
    confirm,
    home,
    in_app,
    items,
    mini,
    offices,
    parts,
    pay,
    receipts,
    records,
    result,
    unpaid,
    verify,
    where,
    whom,
)
from shebao.web.pages.basket.routes import BASKET
from shebao.web.pages.declaring.routes import DECLARING
from shebao.web.pages.entrance.routes import ENTRANCE
from shebao.web.pages.family.routes import FAMILY
from shebao.web.pages.proofs.routes import PROOFS
from shebao.web.pages.refunds.routes import REFUNDS
from shebao.web.pages.services.routes import SERVICES

_OPEN, _IN = Guard.OPEN, Guard.SIGNED_IN

ROUTES: Final = (
    Route("GET", "/items", _IN, items.show),
    Route("GET", "/home", _IN, home.show),
    Route("GET", "/result/{order_id}", _IN, result.show),
    Route("POST", "/result/{order_id}", Guard.COMES_BACK, result.come_back),
    Route("GET", "/confirm", _IN, confirm.show),
    Route("POST", "/orders", _IN, confirm.open_order),
    Route("GET", "/orders/{order_id}/pay", _IN, pay.show),
    Route("POST", "/orders/{order_id}/pay", _IN, pay.begin, pay.show),
    Route("GET", "/orders/{order_id}/cashier", _IN, pay.cashier),
    Route("GET", "/orders/{order_id}/scan", _IN, pay.scan),
    Route("GET", "/orders/{order_id}/scan.png", _IN, pay.scan_picture),
    Route("GET", "/orders/{order_id}/app", _IN, in_app.show),
    Route("GET", "/orders/{order_id}/parts", _IN, parts.show),
    Route("GET", "/orders/{order_id}/mini", _IN, mini.show),
    Route("POST", "/shell/cashier", Guard.TICKET, mini.cashier),
    Route("POST", "/orders/{order_id}/withdraw", _IN, unpaid.give_up),
    Route("GET", "/unpaid", _IN, unpaid.show),
    Route("GET", "/advice", _OPEN, advice.show),
    Route("GET", "/choose/{enrolment_id}/advice", _IN, advice.mine),
    Route("GET", "/choose/{enrolment_id}", _IN, choose.show),
    Route("POST", "/choose/{enrolment_id}", _IN, choose.elect_it, choose.show),
    Route("GET", "/agreements", _IN, agreements.show),
    Route("POST", "/agreements", _IN, agreements.sign),
    Route("GET", "/agreements/{mandate_id}", _IN, agreements.one),
    Route("POST", "/agreements/{mandate_id}/suspend", _IN, agreements.suspend),
    Route("POST", "/agreements/{mandate_id}/resume", _IN, agreements.resume),
    Route("POST", "/agreements/{mandate_id}/cancel", _IN, agreements.cancel),
    Route("GET", "/batches", _IN, batches.show),
    Route("POST", "/batches/release", _IN, batches.release),
    Route("POST", "/batches/skip", _IN, batches.skip),
    Route("GET", "/batches/tier/{enrolment_id}", _IN, batch_tier.show),
    Route("POST", "/batches/tier/{enrolment_id}", _IN, batch_tier.choose_it, batch_tier.show),
    Route("GET", "/for-whom", _IN, whom.show),
    Route("GET", "/offices", _IN, offices.districts),
    Route("GET", "/offices/{district}", _IN, offices.district),
    Route("GET", "/records", _IN, records.show),
    Route("GET", "/receipts/{number}", _IN, receipts.show),
    Route("GET", "/receipts/{number}/pdf", _IN, receipts.pdf),
    Route("GET", "/receipts/{number}/where", _IN, where.of_receipt),
    Route("GET", "/orders/{order_id}/where", _IN, where.show),
    Route("GET", "/", _OPEN, city.show),
    Route("GET", "/verify", _OPEN, verify.show),
    Route("GET", "/help", _OPEN, about.answers),
    Route("GET", "/privacy", _OPEN, about.privacy),
    Route("GET", "/accessibility", _OPEN, about.accessibility),
    *BASKET,
    *DECLARING,
    *SERVICES,
    *PROOFS,
    *REFUNDS,
    *ENTRANCE,
    *FAMILY,
    *CONSOLE,
    *DESK,
    *COLLECTOR,
)
