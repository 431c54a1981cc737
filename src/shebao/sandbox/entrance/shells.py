"""Shells: plays a mini program around one of our pages: the kit of its page, and its own cashier.

It does what the programs in ``shells/`` do, and no more: it brings the ticket, opens the cashier
with what it is told, and comes back to the result, whatever happened.
"""

from __future__ import annotations

import json
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from shebao.sandbox import pages
from shebao.sandbox.pages import tag
from shebao.sandbox.town import Town

PATH: Final = "/apps/shell"
_OURS: Final = frozenset({"127.0.0.1", "localhost", "shebao.test"})
_CASHIERS: Final = {"wechat": "/cashier/jsapi", "alipay": "/alipay/cashier/tradepay"}
_PLACES: Final = {"wechat": "window.wx = { miniProgram: kit };", "alipay": "window.my = kit;"}
_KIT: Final = """(function () {
  var here = new URL(document.currentScript.src).origin;
  var kit = { redirectTo: function (asked) {
    var told = { app: %s, home: location.origin, page: asked.url };
    location.href = here + '%s?' + new URLSearchParams(told);
  } };
  %s
})();
"""


def kit(_town: Town, request: Request) -> Response:
    """The script by which a page speaks to the program it is open in."""
    app = str(request.path_params["app"])
    if app not in _PLACES:
        return Response(status_code=404)
    script = _KIT % (json.dumps(app), PATH, _PLACES[app])
    return Response(script, media_type="text/javascript; charset=utf-8")


async def cashier(_town: Town, request: Request) -> Response:
    """The program's own page: bring the ticket, and open the app's cashier."""
    asked = request.query_params
    app, home, page = (asked.get(name, "") for name in ("app", "home", "page"))
    if app not in _CASHIERS or urlsplit(home).hostname not in _OURS:
        return pages.page("小程序", tag("h1", "不认得这个小程序"), status=404)
    ticket = parse_qs(urlsplit(page).query).get("ticket", [""])[0]
    async with httpx.AsyncClient(base_url=home, trust_env=False) as program:
        answer = await program.post(
            "/shell/cashier", data={"ticket": ticket}, headers={"accept": "application/json"}
        )
    if answer.status_code != httpx.codes.OK:
        return RedirectResponse(f"{home}/unpaid", status_code=303)
    told = answer.json()
    opened = {**told["parameters"], "redirect_url": f"{home}/result/{told['order']}"}
    return RedirectResponse(f"{_CASHIERS[app]}?{urlencode(opened)}", status_code=303)
