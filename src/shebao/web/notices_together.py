"""Notices together (合单通知): a channel tells of several cities' parts in one letter.

There are few of these, so they are written down one by one. As at the other door, anything but
what the channel takes for yes makes it tell us again.
"""

from __future__ import annotations

import logging
from typing import Final

from starlette.types import Receive, Scope, Send

from shebao.core.channel import Forged, Method
from shebao.core.refusals import Unanswered
from shebao.operations.whole.hear import HeardTogether, judge_together, shelve_together
from shebao.operations.world import World
from shebao.web.notices import answer, body_of

LOG: Final = logging.getLogger(__name__)
TOGETHER: Final = "/notify-together/"
_PARTS: Final = 2


async def told_together(world: World, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one telling: ``POST /notify-together/{method}/{region}``."""
    body = await body_of(receive)
    try:
        heard, accepted = _read(world, scope, body)
    except (LookupError, ValueError):
        await answer(send, 404, b'{"code":"FAIL","message":"no such address"}')
        return
    except Forged as forged:
        LOG.warning("a notice was refused: %s", forged.why)
        await answer(send, 401, b'{"code":"FAIL","message":"signature refused"}')
        return
    try:
        cities = await shelve_together(world, heard)
    except Unanswered:
        LOG.warning("a notice could not be written down; the channel will tell us again")
        await answer(send, 503, b'{"code":"FAIL","message":"try again"}')
        return
    await answer(send, *accepted)
    await judge_together(world, cities)


def _read(world: World, scope: Scope, body: bytes) -> tuple[HeardTogether, tuple[int, bytes]]:
    """The notice, verified, and its answer. Raises Forged, or LookupError for no address."""
    parts = scope["path"][len(TOGETHER) :].split("/")
    if scope["method"] != "POST" or len(parts) != _PARTS:
        raise LookupError(scope["path"])
    method, home = Method(parts[0]), parts[1]
    together, _ = world.together[method], world.regions[home]
    headers = [(name.decode("latin-1"), said.decode("latin-1")) for name, said in scope["headers"]]
    now = world.now()
    told = together.open_notice(dict(headers), body, now=now)
    lines = "\n".join([f"{name}: {said}" for name, said in headers])
    return HeardTogether(home, method, now, lines, body, told), together.accepted
