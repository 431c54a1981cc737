"""Routes (柜台): every page of the counter is a line here, with the duty it asks for."""

from __future__ import annotations

from typing import Final

from shebao.web.desk import cashier, find, orders, payouts, slips, till
from shebao.web.guard import Guard
from shebao.web.kernel import Route

_COUNTER, _CASHIER = Guard.COUNTER, Guard.CASHIER
_ORDER: Final = "/desk/orders/{order_id}"
_HAND_IN: Final = "/desk/hand-ins/{hand_in_id}"

DESK: Final = (
    Route("GET", "/desk", _COUNTER, find.show),
    Route("POST", "/desk/find", _COUNTER, find.find, find.show),
    Route("POST", "/desk/notices", _COUNTER, find.by_notice, find.show),
    Route("GET", "/desk/people/{person_id}", _COUNTER, find.owed),
    Route("POST", "/desk/people/{person_id}/orders", _COUNTER, find.open_order, find.owed),
    Route("POST", "/desk/people/{person_id}/let-go", _COUNTER, find.let_go),
    Route("GET", f"{_ORDER}/cash", _COUNTER, orders.show),
    Route("POST", f"{_ORDER}/cash", _COUNTER, orders.cash, orders.show),
    Route("GET", f"{_ORDER}/pos", _COUNTER, orders.show),
    Route("POST", f"{_ORDER}/card", _COUNTER, orders.card, orders.show),
    Route("GET", f"{_ORDER}/counter", _COUNTER, orders.show),
    Route("POST", f"{_ORDER}/notice", _COUNTER, orders.notice),
    Route("GET", f"{_ORDER}/sheet", _COUNTER, orders.sheet),
    Route("POST", f"{_ORDER}/bank-slip", _COUNTER, orders.bank_slip, orders.show),
    Route("POST", f"{_ORDER}/withdraw", _COUNTER, orders.withdraw),
    Route("GET", f"{_ORDER}/receipts/{{number}}", _COUNTER, orders.receipt),
    Route("GET", "/desk/slips/{slip_id}", _COUNTER, slips.show),
    Route("POST", "/desk/slips/{slip_id}/void", _COUNTER, slips.void, slips.show),
    Route("GET", "/desk/till", _COUNTER, till.show),
    Route("POST", "/desk/till/hand-in", _COUNTER, till.hand_in, till.show),
    Route("GET", "/desk/payouts", _COUNTER, payouts.show),
    Route("POST", "/desk/payouts/{refund_id}", _COUNTER, payouts.pay_out, payouts.show),
    Route("GET", _HAND_IN, Guard.CLERK, till.one_hand_in),
    Route("POST", f"{_HAND_IN}/receive", _CASHIER, cashier.receive, till.one_hand_in),
    Route("POST", f"{_HAND_IN}/send-back", _CASHIER, cashier.refuse, till.one_hand_in),
    Route("GET", "/desk/cashier", _CASHIER, cashier.show),
    Route("POST", "/desk/deposits", _CASHIER, cashier.deposit, cashier.show),
    Route("GET", "/desk/overdue", _CASHIER, cashier.overdue),
)
