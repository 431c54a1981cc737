"""Gate: every message to the bank comes in here, verified, and goes out signed.

A message is JSON with a head and a body, signed as a whole (RSA, SHA-256) in a header. The
answer's head repeats the serial number of the question, so an old answer fits no new one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from shebao.sandbox import clock, mishaps
from shebao.sandbox.bank import signing
from shebao.sandbox.bank.refusals import BUSINESS, BUSY, OK, SAID, BankRefusal
from shebao.sandbox.faults import Kind, Place
from shebao.sandbox.town import Town

_BODY_MOST: Final = 64 * 1024
_WINDOW_MS: Final = 5 * 60 * 1000
_SERIAL_CHARACTERS: Final = 32


@dataclass(frozen=True, slots=True)
class Call:
    """A verified message."""

    code: str
    body: Mapping[str, Any]
    base_url: str  # How an account holder's browser reaches us.

    def text(self, name: str, *, most: int = 256) -> str:
        """A required text. Raises BankRefusal."""
        value = self.body.get(name)
        if not isinstance(value, str) or not 1 <= len(value) <= most:
            raise BankRefusal("9002")
        return value

    def maybe(self, name: str) -> str:
        """An optional text."""
        return str(self.body.get(name) or "")

    def fen(self, name: str) -> int:
        """A required amount of at least one fen. Raises BankRefusal."""
        try:
            fen = signing.read_fen(self.text(name))
        except ValueError:
            raise BankRefusal("9002") from None
        if fen < 1:
            raise BankRefusal("9002")
        return fen

    def time_ms(self, name: str) -> int:
        """A required time. Raises BankRefusal."""
        try:
            return signing.read_stamp(self.text(name))
        except ValueError:
            raise BankRefusal("9002") from None


@dataclass(frozen=True, slots=True)
class Said:
    """What the bank answers: a code that says how it went, and the facts."""

    facts: Mapping[str, Any]
    code: str = OK


@dataclass(frozen=True, slots=True)
class Teller:
    """What the bank does for one transaction code."""

    place: Place
    act: Callable[[Town, Call], Said]


async def answer(town: Town, request: Request, services: Mapping[str, Teller]) -> Response:
    """Do what a message asks, and answer it signed."""
    body = await request.body()
    head = _head(body)
    teller = services.get(str(head.get("trans_code")))
    place = teller.place if teller else Place.PLATFORM
    absent = await mishaps.on_the_way_in(town.faults, place)
    if absent is not None:
        return absent
    code, words, facts = _done(town, request, teller, body)
    forged = town.faults.strikes(place, (Kind.ANSWER_FORGED,)) is not None
    answered = {
        "version": "1.0",
        "trans_code": str(head.get("trans_code", "")),
        "serial": str(head.get("serial", "")),
        "time": signing.stamp(clock.now_ms()),
        "retCd": code,
        "retMsg": words,
    }
    said = signing.packed(answered, dict(facts))
    signature = signing.signed(town.bank.keys.private, said, forged=forged)
    response = Response(
        said,
        media_type="application/json;charset=utf-8",
        headers={signing.HEADER: signature},
    )
    return await mishaps.on_the_way_out(town.faults, place, request, response)


def _done(
    town: Town, request: Request, teller: Teller | None, body: bytes
) -> tuple[str, str, Mapping[str, Any]]:
    """The code, the words and the facts of an answer."""
    try:
        call = _verified(town, request, body)
        if teller is None:
            return BUSINESS, SAID["9002"], {"reject_code": "9002", "reject_msg": SAID["9002"]}
        if town.faults.strikes(teller.place, (Kind.SYSTEM_ERROR,)) is not None:
            return BUSY, "银行系统繁忙，请稍后查询", {}
        said = teller.act(town, call)
    except BankRefusal as no:
        return BUSINESS, no.says, {"reject_code": no.code, "reject_msg": SAID[no.code]}
    return said.code, "成功" if said.code == OK else "交易处理中，请查询", said.facts


def _verified(town: Town, request: Request, body: bytes) -> Call:
    signature = request.headers.get(signing.HEADER, "")
    keys = town.bank.keys
    if len(body) > _BODY_MOST or not signing.is_signed(keys.merchant_public, signature, body):
        raise BankRefusal("9001")
    head = _head(body)
    told = json.loads(body).get("body")
    serial = str(head.get("serial", ""))
    if head.get("merchant_no") != keys.merchant_no or not isinstance(told, dict):
        raise BankRefusal("9002")
    if len(serial) != _SERIAL_CHARACTERS or not town.nonces.is_new(f"bank {serial}"):
        raise BankRefusal("9001")  # Said before: a replay.
    try:
        sent_ms = signing.read_stamp(str(head.get("time", "")))
    except ValueError:
        raise BankRefusal("9002") from None
    if abs(clock.now_ms() - sent_ms) > _WINDOW_MS:
        raise BankRefusal("9001")
    base_url = town.settings.public_url or str(request.base_url)
    return Call(str(head.get("trans_code")), told, base_url.rstrip("/"))


def _head(body: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    head = told.get("head") if isinstance(told, dict) else None
    return head if isinstance(head, dict) else {}
