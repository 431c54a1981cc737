"""Routes (帮家人缴): the pages of paying for one another."""

from __future__ import annotations

from typing import Final

from shebao.web.guard import Guard
from shebao.web.kernel import Route
from shebao.web.pages.family import kin, my_data, naming, pleas

_IN: Final = Guard.SIGNED_IN

FAMILY: Final = (
    Route("GET", "/me/data", _IN, my_data.show),
    Route("GET", "/me/data/history.zip", _IN, my_data.download),
    Route("GET", "/for-whom/other", _IN, naming.show),
    Route("POST", "/for-whom/other", _IN, naming.name, naming.show),
    Route("GET", "/for-whom/other/code", _IN, naming.code),
    Route("POST", "/for-whom/other/code", _IN, naming.bring_code, naming.code),
    Route("GET", "/family", _IN, kin.favourites),
    Route("POST", "/family/remove", _IN, kin.remove),
    Route("GET", "/me/who-saw", _IN, kin.who_saw),
    Route("POST", "/me/who-saw/forbid", _IN, kin.forbid),
    Route("POST", "/me/who-saw/allow", _IN, kin.allow),
    Route("GET", "/pleas", _IN, pleas.show),
    Route("POST", "/pleas", _IN, pleas.make, pleas.show),
    Route("POST", "/pleas/withdraw", _IN, pleas.withdraw),
    Route("GET", "/ask/{region_code}/{token}", _IN, pleas.asked),
    Route("POST", "/ask/{region_code}/{token}", _IN, pleas.take),
)
