"""Notices (渠道通知): a channel's telling is verified, written down as it came, and answered.

Those that arrive together are written down together; what they mean is decided afterwards, in
batches of all that waits by then, so that the busier the day, the less a notice costs.
This is the hottest path of the house, so it speaks ASGI itself and routing never sees it. An
answer other than 204 makes the channel tell us again, which is what we want when we could not
write it down.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from starlette.types import Receive, Scope, Send

from shebao.core.agreement import AgreementTold
from shebao.core.channel import Forged, Method, TakenBack
from shebao.core.refusals import Unanswered
from shebao.gateways.channel import Telling
from shebao.operations.collect import judge_waiting, shelve
from shebao.operations.deduction.confirm import judge_mandate_notices, shelve_telling
from shebao.operations.deduction.reverse import judge_reversals, shelve_reversal
from shebao.operations.gathering import Gathering, Rounds
from shebao.operations.refund import judge_refund_notices
from shebao.operations.world import World
from shebao.store.deduction.mandates import MandateNotice
from shebao.store.deduction.reversals import ReversalNotice
from shebao.store.notices import Notice, Subject

LOG: Final = logging.getLogger(__name__)
PREFIX: Final = "/notify/"
_BODY_MAX: Final = 64 * 1024
_PARTS: Final = 2
Heard = Notice | MandateNotice | ReversalNotice


class NoticeDoor:
    """The door channels come in by: ``POST /notify/{method}/{region}``."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._shelving: Gathering[Notice, None] = Gathering(self._shelve)
        self._payments = Rounds(lambda region: judge_waiting(world, region))
        self._refunds = Rounds(lambda region: judge_refund_notices(world, region))
        self._mandates = Rounds(lambda region: judge_mandate_notices(world, region))
        self._reversals = Rounds(lambda region: judge_reversals(world, region))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one telling."""
        body = await body_of(receive)
        try:
            notice, accepted = self._read(scope, body)
        except (LookupError, ValueError):
            await answer(send, 404, b'{"code":"FAIL","message":"no such address"}')
            return
        except Forged as forged:
            LOG.warning("a notice was refused: %s", forged.why)
            await answer(send, 401, b'{"code":"FAIL","message":"signature refused"}')
            return
        try:
            await self._keep(notice)
        except Unanswered:
            LOG.warning("a notice could not be written down; the channel will tell us again")
            await answer(send, 503, b'{"code":"FAIL","message":"try again"}')
            return
        except Exception:
            LOG.exception("a notice could not be written down; the channel will tell us again")
            await answer(send, 500, b'{"code":"FAIL","message":"try again"}')
            return
        await answer(send, *accepted)

    def _read(self, scope: Scope, body: bytes) -> tuple[Heard, tuple[int, bytes]]:
        """The notice, verified, and its answer. Raises Forged, or LookupError for no address."""
        parts = scope["path"][len(PREFIX) :].split("/")
        if scope["method"] != "POST" or len(parts) != _PARTS:
            raise LookupError(scope["path"])
        method, region_code = Method(parts[0]), parts[1]
        channel, _ = self._world.channels[method], self._world.regions[region_code]
        headers = [
            (name.decode("latin-1"), said.decode("latin-1")) for name, said in scope["headers"]
        ]
        now = self._world.now()
        told = channel.open_notice(dict(headers), body, now=now)
        lines = "\n".join([f"{name}: {said}" for name, said in headers])
        return _heard(region_code, method, now, lines, body, told), channel.accepted

    async def _keep(self, notice: Heard) -> None:
        """Write a notice down; of payments and refunds there are many, and they go together."""
        region_code = notice.region_code
        match notice:
            case Notice():
                await self._shelving.put(notice)
            case MandateNotice():
                await shelve_telling(self._world, notice)
                self._mandates.ask(region_code)
            case ReversalNotice():
                await shelve_reversal(self._world, notice)
                self._reversals.ask(region_code)

    async def _shelve(self, heard: Sequence[Notice]) -> list[None]:
        """Write a batch down, and have it judged without anybody waiting for it."""
        await shelve(self._world, heard)
        for notice in heard:
            rounds = self._payments if notice.subject is Subject.PAYMENT else self._refunds
            rounds.ask(notice.region_code)
        return [None] * len(heard)


def _heard(
    region_code: str, method: Method, at: datetime, lines: str, body: bytes, told: Telling
) -> Heard:
    """A notice for the shelf of what it is about."""
    match told:
        case AgreementTold():
            name, about = told.notice_id, told.mandate_id
            return MandateNotice(region_code, method, name, at, lines, body, about)
        case TakenBack():
            return ReversalNotice(region_code, method.held_by, at, lines, body, told)
        case _:
            return Notice(region_code, method.held_by, at, lines, body, told)


async def body_of(receive: Receive) -> bytes:
    """The body as it came; one that is too long is cut, and fails its signature."""
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if not message.get("more_body") or len(body) > _BODY_MAX:
            return body[:_BODY_MAX]


async def answer(send: Send, status: int, body: bytes) -> None:
    """Answer a channel."""
    kind = b"application/json" if body.startswith(b"{") else b"text/plain"
    headers = [(b"content-type", kind)] if body else []
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
