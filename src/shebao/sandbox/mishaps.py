"""Mishaps: the faults that befall any request, whatever wire it came on."""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from shebao.sandbox.faults import Faults, Kind, Place

_PATIENCE_SECONDS: Final = 60


async def on_the_way_in(faults: Faults, place: Place) -> Response | None:
    """Delay a request that is to be slow; answer in our stead one that is to find nobody."""
    slow = faults.strikes(place, (Kind.SLOW,))
    if slow is not None:
        await asyncio.sleep(slow.ms / 1000)
    if faults.strikes(place, (Kind.UNAVAILABLE,)) is not None:
        return PlainTextResponse("503 Service Unavailable\n", status_code=503)
    return None


async def on_the_way_out(
    faults: Faults, place: Place, request: Request, response: Response
) -> Response:
    """Lose the answer to what has been done, if it is to be lost."""
    if faults.strikes(place, (Kind.ANSWER_LOST,)) is not None:
        return PlainTextResponse("502 Bad Gateway\n", status_code=502)
    if faults.strikes(place, (Kind.ANSWER_HANGS,)) is not None:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await request.receive()  # The body is read: what comes now is their leaving.
        except TimeoutError:
            pass
        return PlainTextResponse("504 Gateway Timeout\n", status_code=504)
    return response
