"""Text replies (短信回复): the carrier tells us what a telephone answered to a text, signed."""

from __future__ import annotations

import logging
from typing import Final

from starlette.types import Receive, Scope, Send

from shebao.core.channel import Forged
from shebao.operations.reminding.choose import answered
from shebao.operations.world import World
from shebao.web.fields import FormUnreadable
from shebao.web.reading import body_of

LOG: Final = logging.getLogger(__name__)
PATH: Final = "/told/sms"


async def told_of_reply(world: World, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one telling: ``POST /told/sms``."""
    headers = {name.decode("latin-1"): said.decode("latin-1") for name, said in scope["headers"]}
    status = 204
    try:
        reply = world.messages.open_reply(headers, await body_of(receive))
    except (Forged, FormUnreadable) as forged:
        LOG.warning("a telling of an answer was refused: %s", forged)
        status = 401
    else:
        await answered(world, reply)
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": b""})
