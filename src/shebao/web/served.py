"""Served: the web program from the moment it starts: the world is opened, then the doors."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from shebao.app import opened
from shebao.config import Config
from shebao.store.server.embedded import database_url
from shebao.web.main import CASHIERS, create
from shebao.web.notices import PREFIX, NoticeDoor

Answer = Callable[[Scope, Receive, Send], Awaitable[None]]
_LIFESPAN: Final = "lifespan"
_COLLECT_AFTER: Final = 20_000


class Served:
    """The ASGI application a server runs: pages for people, and the door for channels."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._open = contextlib.AsyncExitStack()
        self._pages: ASGIApp | None = None
        self._notices: Answer | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or the server's start and stop."""
        if scope["type"] == _LIFESPAN:
            await self._live(receive, send)
            return
        assert self._pages is not None
        assert self._notices is not None
        if scope["type"] == "http" and scope["path"].startswith(PREFIX):
            await self._notices(scope, receive, send)
        else:
            await self._pages(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Open the world when the server starts, and close it when it stops."""
        await receive()
        try:
            url = await self._open.enter_async_context(database_url(self._config))
            world = await self._open.enter_async_context(opened(self._config, url))
        except Exception as failure:
            await send({"type": "lifespan.startup.failed", "message": str(failure)})
            raise
        self._pages = create(
            world, inbox_url=_inbox(self._config), cashiers=_cashiers(self._config)
        )
        self._notices = NoticeDoor(world)
        _rest_the_collector()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._open.aclose()
        await send({"type": "lifespan.shutdown.complete"})


def _rest_the_collector() -> None:
    """Leave what lives as long as we do out of every collection, and collect less often.

    What a request makes is freed by counting references. The collector only looks for circles,
    and took a tenth of our time to find none.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER, 50, 50)


def _inbox(config: Config) -> str | None:
    """In a rehearsal, messages to telephones are read on the sandbox's page."""
    rehearsing = config.rehearsal and config.sandbox_url
    return f"{config.sandbox_url}/sms/inbox" if rehearsing else None


def _cashiers(config: Config) -> Sequence[str]:
    """Where our forms may lead: to the channels, or to who plays them."""
    return (config.sandbox_url,) if config.sandbox_url else CASHIERS
