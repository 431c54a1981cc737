"""Payer: one person on the way through the pages and a channel's cashier, whatever happens."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final
from urllib.parse import parse_qs, urlsplit

from city import browsers
from city.browsers import OrderForm
from city.residents import bill_of

from chaos.ground import ALIPAY_ONE_IN, Ground
from chaos.line import Answer, Line

_TRIES: Final = 25
_AGAIN_SECONDS: Final = (0.1, 0.5)
_LOOKS: Final = 16
_LOOKS_EVERY: Final = 0.5
_BEGINS: Final = 4
_EITHER: Final = f"{browsers.PAGE},application/json;q=0.1"  # Refusals as facts, pages as pages.
_JSON: Final = "application/json"
_SEE_OTHER: Final = 303
_OVER: Final = 409
_SERVER_ERROR: Final = 500
# What the payer's channel will do, and in how many of a thousand payments.
_TWISTS: Final = {
    "notice_twice": 40,
    "notice_concurrently": 30,
    "notice_late": 30,
    "notice_never": 15,
    "notice_out_of_order": 15,
    "notice_forged_first": 15,
}
_LEAVES, _DAWDLES, _TWO_TABS, _CLICKS_TWICE, _LOOKS_AFTER = 20, 20, 30, 30, 80
_OF: Final = 1000


class GaveUpError(Exception):
    """The payer does not go on with this order."""


@dataclass(slots=True)
class Known:
    """What payers have seen with their own eyes."""

    opened: set[str] = field(default_factory=set)
    paid: set[str] = field(default_factory=set)  # Told on the result page.
    at_cashier: int = 0  # Payments made at a cashier.
    begun: list[tuple[float, float]] = field(default_factory=list)  # Sent, and at a cashier.
    unanswered: int = 0
    errors: int = 0
    refused: dict[str, int] = field(default_factory=dict)


class Payer:
    """One browser in one pair of hands after the other."""

    def __init__(self, ground: Ground, known: Known, dice: Random) -> None:
        self._ground = ground
        self._known = known
        self._dice = dice
        self._pages = Line(ground.port)
        self._cashier = Line(ground.sandbox_port)

    async def pay(self, person: int, which: Sequence[int]) -> None:
        """Open an order over some bills of a person, and pay it, or leave it."""
        cookie = self._ground.cookies[person]
        bills = [bill_of(person, one) for one in which]
        form = browsers.order_form(self._ground.vault, cookie, bills)
        try:
            await self._open(form, cookie)
            there = await self._begin(form.order_id, person)
            await self._at_cashier(form.order_id, cookie, there)
        except (GaveUpError, OSError):
            return  # The bill stays owed; whatever was begun, the program looks after.

    def close(self) -> None:
        """Close the browser."""
        self._pages.close()
        self._cashier.close()

    async def _open(self, form: OrderForm, cookie: str) -> None:
        request = self._request("/orders", cookie, form.fields)
        if self._now_and_then(_CLICKS_TWICE):
            await self._twice(request)
        answer = await self._persist(request)
        if answer.status != _SEE_OTHER:
            self._refused(answer)
            raise GaveUpError
        self._known.opened.add(form.order_id)

    async def _begin(self, order_id: str, person: int) -> str:
        """Go to the cashier: its address. While the last try is being asked about, wait."""
        method = "alipay" if person % ALIPAY_ONE_IN == 0 else "wechat"
        cookie, now = self._ground.cookies[person], asyncio.get_running_loop().time
        fields = {"csrf": browsers.csrf(self._ground.vault, cookie), "method": method}
        request = self._request(f"/orders/{order_id}/pay", cookie, fields)
        if self._now_and_then(_TWO_TABS):
            await self._twice(request)
        for _ in range(_BEGINS):
            sent_at = now()
            answer = await self._persist(request)
            if answer.status == _SEE_OTHER and not answer.location.startswith("/"):
                self._known.begun.append((sent_at, now()))
                return answer.location
            if answer.status != _SEE_OTHER:
                self._refused(answer)
            if await self._look(order_id, cookie) != "waiting":
                raise GaveUpError
            await asyncio.sleep(1)
        if self._now_and_then(_OF // 2):
            await self._withdraw(order_id, cookie)
        raise GaveUpError

    async def _at_cashier(self, order_id: str, cookie: str, there: str) -> None:
        """Pay there, or dawdle, or leave; and come back to see, now and then."""
        address, fields = await self._met(there)
        if self._now_and_then(_LEAVES):
            await self._send(address, {**fields, "action": "leave"})
            if self._now_and_then(_OF // 2):
                await self._withdraw(order_id, cookie)
            return
        if self._now_and_then(_DAWDLES):
            seconds = str(self._dice.randint(1, 3))
            await self._send(address, {**fields, "action": "late", "seconds": seconds})
        else:
            twists = [name for name, often in _TWISTS.items() if self._now_and_then(often)]
            await self._send(address, {**fields, "action": "pay", "fault": twists})
        self._known.at_cashier += 1
        if self._now_and_then(_LOOKS_AFTER):
            await self._wait_until_paid(order_id, cookie)

    async def _met(self, there: str) -> tuple[str, dict[str, str]]:
        """Where the cashier's form goes, and what it carries along."""
        parts = urlsplit(there)
        told = {name: said[0] for name, said in parse_qs(parts.query).items()}
        if "token" in told:
            return "/cashier", {"token": told["token"], "redirect_url": told["redirect_url"]}
        opened = await self._get(f"{parts.path}?{parts.query}")
        token = parse_qs(urlsplit(opened.location).query)["token"][0]
        await self._get(opened.location)
        return "/alipay/cashier", {"token": token}

    async def _get(self, path: str) -> Answer:
        return await self._cashier.ask(browsers.request(path, port=self._ground.sandbox_port))

    async def _send(self, path: str, fields: dict[str, object]) -> None:
        port = self._ground.sandbox_port
        await self._cashier.ask(browsers.request(path, port=port, form=fields))

    async def _wait_until_paid(self, order_id: str, cookie: str) -> None:
        for _ in range(_LOOKS):
            if await self._look(order_id, cookie) != "waiting":
                return
            await asyncio.sleep(_LOOKS_EVERY)

    async def _look(self, order_id: str, cookie: str) -> str:
        """What the result page says."""
        request = self._request(f"/result/{order_id}", cookie, accept=_JSON)
        answer = await self._persist(request)
        state = str(json.loads(answer.body).get("state", "")) if answer.status < _OVER else ""
        if state == "paid":
            self._known.paid.add(order_id)
        return "waiting" if state == "failed" else state

    async def _withdraw(self, order_id: str, cookie: str) -> None:
        fields = {"csrf": browsers.csrf(self._ground.vault, cookie)}
        await self._persist(self._request(f"/orders/{order_id}/withdraw", cookie, fields))

    async def _persist(self, request: bytes) -> Answer:
        """Ask until there is an answer that is not our own mistake or silence."""
        for _ in range(_TRIES):
            try:
                answer = await self._pages.ask(request)
            except OSError:
                self._known.unanswered += 1
            else:
                if answer.status < _SERVER_ERROR:
                    return answer
                self._known.errors += 1
            await asyncio.sleep(self._dice.uniform(*_AGAIN_SECONDS))
        raise GaveUpError

    async def _twice(self, request: bytes) -> None:
        """Send a form once more at the same time, from another tab, and forget about it."""
        tab = Line(self._ground.port)
        try:
            await asyncio.gather(tab.ask(request), self._pages.ask(request))
        except OSError:
            self._known.unanswered += 1
        finally:
            tab.close()

    def _request(
        self,
        path: str,
        cookie: str,
        form: Mapping[str, object] | None = None,
        *,
        accept: str = _EITHER,
    ) -> bytes:
        return browsers.request(
            path, port=self._ground.port, cookie=cookie, form=form, accept=accept
        )

    def _refused(self, answer: Answer) -> None:
        try:
            code = str(json.loads(answer.body)["code"])
        except (ValueError, LookupError):
            code = f"status {answer.status}"
        self._known.refused[code] = self._known.refused.get(code, 0) + 1

    def _now_and_then(self, often: int) -> bool:
        return self._dice.randrange(_OF) < often
