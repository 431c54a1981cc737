"""Door: where agreements are signed in WeChat, and where merchants ask about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from shebao.sandbox import pages
from shebao.sandbox.faults import plan
from shebao.sandbox.ledger import columns
from shebao.sandbox.pages import tag
from shebao.sandbox.town import Town
from shebao.sandbox.wechat.entrust import contracts, papay, xml

_PAGE: Final = "/papay/h5entrustweb"
_LEVERS: Final = "/sandbox/entrust"


def routes(town: Town) -> list[Route]:
    """Every address of WeChat's agreements."""

    async def show(request: Request) -> Response:
        return _show(town, dict(request.query_params))

    async def act(request: Request) -> Response:
        filled = parse_qs((await request.body()).decode())
        return _act(town, {name: values[-1] for name, values in filled.items()})

    async def ask(request: Request) -> Response:
        return await papay.answer(town, request)

    async def pull(request: Request) -> Response:
        told = await request.json() if await request.body() else {}
        try:
            return JSONResponse(_pull(town, request, told))
        except (LookupError, ValueError) as wrong:
            return JSONResponse({"code": "malformed", "message": str(wrong)}, status_code=400)

    return [
        Route(_PAGE, show, methods=["GET"]),
        Route(_PAGE, act, methods=["POST"]),
        *(Route(path, ask, methods=["POST"]) for path in papay.SERVICES),
        Route(f"{_LEVERS}/next", pull, methods=["POST"]),
        Route(f"{_LEVERS}/contracts/{{code}}/end", pull, methods=["POST"]),
        Route(f"{_LEVERS}/contracts/{{code}}", pull, methods=["GET"]),
    ]


def wake(town: Town) -> None:
    """Take up what was still to be told when the program ended."""
    town.entrust.courier.resume()


def _show(town: Town, told: Mapping[str, str]) -> Response:
    if not _is_ours(town, told):
        return pages.page("无法签约", tag("h1", "签名错误，无法签约"), status=400)
    if contracts.find(town.ledger, told["contract_code"]) is not None:
        return pages.page("已经签约", tag("h1", "已经签约"), tag("p", "请回到缴费页面。"))
    keep = [tag("input", type="hidden", name=name, value=value) for name, value in told.items()]
    form = tag(
        "form",
        *keep,
        tag("button", "同意并开通", name="action", value="sign", cls="pay"),
        method="post",
        action=_PAGE,
    )
    words = f"{told.get('contract_display_account', '')}，开通后商户会按期自动扣款。"
    return pages.page("微信委托代扣", tag("h1", "微信委托代扣"), tag("p", words), form)


def _act(town: Town, told: dict[str, str]) -> Response:
    faults = [told.pop("fault")] if "fault" in told else []
    told.pop("action", None)
    if not _is_ours(town, told):
        return pages.page("无法签约", tag("h1", "签名错误，无法签约"), status=400)
    contracts.sign(town, told, plan(faults))
    return pages.page("已开通", tag("h1", "已开通"), tag("p", "请回到缴费页面。"))


def _is_ours(town: Town, told: Mapping[str, str]) -> bool:
    known, terms = town.credentials, town.entrust.terms
    whom = (told.get("appid"), told.get("mch_id"), told.get("plan_id"))
    return whom == (known.appid, known.mchid, terms.plan_id) and xml.is_signed(terms.key, told)


def _pull(town: Town, request: Request, told: Mapping[str, Any]) -> dict[str, Any]:
    code = request.path_params.get("code")
    if code is None:
        town.entrust.plans.append(plan(told.get("faults", ())))
        return {"waiting": len(town.entrust.plans)}
    contract = contracts.find(town.ledger, code)
    if contract is None:
        raise LookupError("no contract of this code")
    if request.method == "POST":
        wanted = plan(told.get("faults", ()))
        contract = contracts.end(town, contract, by="2", plan=wanted)
    return columns(contract)
