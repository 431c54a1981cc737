"""Face notices (刷脸结果通知): the provider tells us of a check by itself, signed."""

from __future__ import annotations

import logging
from typing import Final

from starlette.types import Receive, Scope, Send

from shebao.core.channel import Forged
from shebao.operations.entrance import face
from shebao.operations.world import World
from shebao.web.fields import FormUnreadable
from shebao.web.reading import body_of

LOG: Final = logging.getLogger(__name__)


async def told_of_face(world: World, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one telling: ``POST /told/face/{region}``."""
    provider, region_code = world.entrances.face, scope["path"].rpartition("/")[2]
    if scope["method"] != "POST" or provider is None or region_code not in world.regions:
        await _answer(send, 404)
        return
    headers = {name.decode("latin-1"): said.decode("latin-1") for name, said in scope["headers"]}
    try:
        told = provider.open_telling(headers, await body_of(receive))
    except (Forged, FormUnreadable) as forged:
        LOG.warning("a telling of a face was refused: %s", forged)
        await _answer(send, 401)
        return
    await face.told_of_face(world, region_code=region_code, told=told)
    await _answer(send, 204)


async def _answer(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": b""})
