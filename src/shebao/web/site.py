"""Site: what every visit shares: the world, what is gathered, where the outside doors are."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

from shebao.core.attempt import Attempt
from shebao.core.channel import Outcome
from shebao.core.refusals import Unanswered
from shebao.operations.collect import judge_waiting
from shebao.operations.gathering import Gathering
from shebao.operations.inquire import inquire
from shebao.operations.open_order import Basket, open_orders
from shebao.operations.payables import Ask, Payables, payables
from shebao.operations.sign_in import who
from shebao.operations.world import World
from shebao.store.sessions import Session
from shebao.web.assets import Assets, load_assets

ASK_EVERY: Final = timedelta(seconds=3)
WAIT_SECONDS: Final = 1.5  # A page does not wait longer for a channel; the answer is not lost.
_REMEMBERED: Final = 5000


@dataclass(frozen=True, slots=True)
class Site:
    """What every visit shares."""

    world: World
    assets: Assets
    who: Gathering[tuple[str, str], Session]
    payables: Gathering[Ask, Payables]
    orders: Gathering[Basket, str]
    inquiries: Inquiries
    inbox_url: str = ""  # In rehearsals: where people read the messages we send.
    cashiers: tuple[str, ...] = ()  # The origins our forms may lead to.

    @property
    def secure(self) -> bool:
        """Whether people reach us by https."""
        return self.world.base_url.startswith("https:")


@dataclass(eq=False)
class Inquiries:
    """Asks channels on behalf of who waits at a page: not too often, and not for too long."""

    world: World
    asked: dict[str, datetime] = field(default_factory=dict)
    running: set[asyncio.Task[Any]] = field(default_factory=set)

    async def ask(self, attempt: Attempt) -> bool:
        """Ask what became of an attempt; whether it is known to be paid now."""
        now = self.world.now()
        if self.asked.get(attempt.id, now - ASK_EVERY) > now - ASK_EVERY:
            return False
        if len(self.asked) >= _REMEMBERED:
            self.asked.clear()
        self.asked[attempt.id] = now
        task = asyncio.create_task(self._ask(attempt))
        self.keep(task)
        done, _ = await asyncio.wait({task}, timeout=WAIT_SECONDS)
        return task in done and task.result()

    def keep(self, task: asyncio.Task[Any]) -> None:
        """Hold on to a question until it is answered, whoever still waits for it."""
        self.running.add(task)
        task.add_done_callback(self.running.discard)

    async def _ask(self, attempt: Attempt) -> bool:
        try:
            outcome = await inquire(
                self.world,
                region_code=attempt.region_code,
                method=attempt.method,
                attempt_id=attempt.id,
            )
            if outcome is Outcome.PAID:
                await judge_waiting(self.world, attempt.region_code)
        except Unanswered:  # The books are away; the page finds out by itself.
            return False
        return outcome is Outcome.PAID


def open_site(world: World, *, inbox_url: str, cashiers: Sequence[str]) -> Site:
    """Make what every visit will share."""
    rehearsal = (_origin(inbox_url),) if inbox_url else ()
    return Site(
        world=world,
        assets=load_assets(),
        who=Gathering(partial(who, world)),
        payables=Gathering(partial(payables, world)),
        orders=Gathering(partial(open_orders, world)),
        inquiries=Inquiries(world),
        inbox_url=inbox_url,
        cashiers=(*cashiers, *rehearsal),
    )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
