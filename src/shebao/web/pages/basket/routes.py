"""Routes (一起缴): the pages on which a family pays for several cities at once."""

from __future__ import annotations

from typing import Final

from shebao.web.guard import Guard
from shebao.web.kernel import Route
from shebao.web.pages.basket import check, cities, pay, result, show

_IN: Final = Guard.SIGNED_IN

BASKET: Final = (
    Route("POST", "/cities", Guard.KNOWN, cities.go_on),
    Route("GET", "/in/{region_code}", Guard.KNOWN, cities.turn_to),
    Route("GET", "/basket", _IN, show.show),
    Route("POST", "/basket", _IN, show.put_in_here),
    Route("POST", "/basket/remove", _IN, show.remove),
    Route("GET", "/basket/check", _IN, check.show),
    Route("POST", "/basket/orders", _IN, check.open_orders),
    Route("GET", "/orders/{order_id}/together", _IN, result.of_order),
    Route("GET", "/together/{whole_id}", _IN, result.show),
    Route("GET", "/together/{whole_id}/pay", _IN, pay.show),
    Route("POST", "/together/{whole_id}/pay", _IN, pay.begin, pay.show),
    Route("GET", "/together/{whole_id}/scan", _IN, pay.scan),
    Route("GET", "/together/{whole_id}/app", _IN, pay.in_app),
    Route("POST", "/together/{whole_id}/withdraw", _IN, pay.give_up),
    Route("POST", "/together/{whole_id}/apart", _IN, pay.apart),
)
