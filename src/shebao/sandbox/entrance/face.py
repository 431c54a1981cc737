"""Face: a provider that plays looking at a face: a page with a prompt, and a signed word after it.

No camera is opened and no image is taken: whoever rehearses says what the provider shall see.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qs

import httpx
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from shebao.sandbox import clock, pages
from shebao.sandbox.entrance.desk import FaceCheck
from shebao.sandbox.pages import tag
from shebao.sandbox.registry import Malformed, Reply, signature, text
from shebao.sandbox.town import Town

PATH: Final = "/face/page"
_TEXT_MOST: Final = 400
_PROMPTS: Final = ("请慢慢眨两下眼", "请向左转头，再转回来", "请张一下嘴")
_RESULTS: Final[Mapping[str, tuple[str, str]]] = {
    "pass": ("passed", ""),
    "other": ("failed", "和证件照片不是同一个人"),
    "still": ("failed", "没有检测到真人"),
    "leave": ("failed", "中途退出"),
}
_CHOICES: Final = {
    "pass": "照做了，是本人",
    "other": "不是本人",
    "still": "举着一张照片",
    "leave": "不刷了",
}
_TRIES: Final = 3
_telling: set[asyncio.Task[None]] = set()


def begin(town: Town, told: Mapping[str, Any], *, base: str) -> Reply:
    """Begin a check."""
    wanted = {
        name: text(told, name, most=_TEXT_MOST)
        for name in ("order_no", "name", "id_number", "return_url", "notify_url")
    }
    check = FaceCheck(
        reference=f"fr{secrets.token_hex(12)}", token=secrets.token_urlsafe(18), **wanted
    )
    town.entrance.checks[check.reference] = check
    return Reply(200, {"reference": check.reference, "url": f"{base}{PATH}?token={check.token}"})


def query(town: Town, told: Mapping[str, Any]) -> Reply:
    """Say what became of a check."""
    reference = text(told, "reference", most=_TEXT_MOST)
    check = town.entrance.checks.get(reference)
    if check is None:
        raise Malformed("reference", "no such check")
    return Reply(200, _said(check))


def page(town: Town, request: Request) -> Response:
    """The page with the prompt."""
    check = _of_token(town, request.query_params.get("token", ""))
    if check is None or check.result != "pending":
        return pages.page("刷脸核验", tag("h1", "这次核验已经结束"), status=404)
    prompt = _PROMPTS[len(check.reference + check.token) % len(_PROMPTS)]
    hidden = tag("input", type="hidden", name="token", value=check.token)
    buttons = [
        tag("button", words, name="see", value=value, cls="pay" if value == "pass" else "")
        for value, words in _CHOICES.items()
    ]
    silent = tag("label", tag("input", type="checkbox", name="silent", value="1"), " 核验通知不来")
    note = tag("p", "演练不打开摄像头，也不留照片。请选这次让它看到什么：", cls="muted")
    form = tag("form", hidden, *buttons, tag("p", silent), method="post", action=PATH)
    return pages.page("刷脸核验", tag("h1", prompt), note, form)


async def act(town: Town, request: Request) -> Response:
    """Take what whoever rehearses has chosen, tell our customer, and send the payer back."""
    form = parse_qs((await request.body()).decode())
    check = _of_token(town, form.get("token", [""])[-1])
    seen = _RESULTS.get(form.get("see", [""])[-1])
    if check is None or seen is None or check.result != "pending":
        return pages.page("刷脸核验", tag("h1", "这次核验已经结束"), status=404)
    check.result, check.reason = seen
    if "silent" not in form:
        task = asyncio.create_task(_tell(town, check))
        _telling.add(task)
        task.add_done_callback(_telling.discard)
        await asyncio.wait({task}, timeout=1)
    return RedirectResponse(check.return_url, status_code=303)


def telling(town: Town, check: FaceCheck) -> tuple[dict[str, str], bytes]:
    """What our customer is told of a check, and the headers that prove who says it."""
    body = json.dumps(_said(check), ensure_ascii=False, separators=(",", ":")).encode()
    timestamp, nonce = str(clock.now_seconds()), secrets.token_hex(16)
    signed = signature(town.entrance.keys.face.secret, timestamp, nonce, body)
    return {
        "content-type": "application/json",
        "x-timestamp": timestamp,
        "x-nonce": nonce,
        "x-signature": signed,
    }, body


async def _tell(town: Town, check: FaceCheck) -> None:
    async with httpx.AsyncClient(trust_env=False, timeout=5) as customer:
        for _ in range(_TRIES):
            headers, body = telling(town, check)
            try:
                answer = await customer.post(check.notify_url, content=body, headers=headers)
            except httpx.HTTPError:
                continue
            if answer.is_success:
                return


def _of_token(town: Town, token: str) -> FaceCheck | None:
    return next((one for one in town.entrance.checks.values() if one.token == token), None)


def _said(check: FaceCheck) -> dict[str, str]:
    """Whatever is told of a check: never an image."""
    return {
        "reference": check.reference,
        "order_no": check.order_no,
        "result": check.result,
        "reason": check.reason,
    }
