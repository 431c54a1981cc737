"""Hands: how money is taken, and not taken any more, on each way of paying."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from shebao.cli.story.browser import PageDiffers
from shebao.cli.story.outside import Outside
from shebao.core.channel import Method, Scene
from shebao.core.desk.card import CardSlip
from shebao.core.desk.clerk import Clerk
from shebao.core.money import Money
from shebao.core.order import OrderState
from shebao.operations.desk.charge_card import Charged, charge_card
from shebao.operations.desk.open_at_counter import COUNTER_METHODS, CounterBasket, open_at_counter
from shebao.operations.desk.print_notice import print_notice
from shebao.operations.desk.take_cash import Cash, take_cash
from shebao.operations.expire import withdraw
from shebao.operations.look_at_order import OrderSeen, look_at_order
from shebao.operations.open_order import Basket, open_orders
from shebao.operations.pay import Wish, pay
from shebao.operations.world import World

_PATIENCE_SECONDS: Final = 60
_LOOKS_EVERY_SECONDS: Final = 0.2
_HEARS_OF_NOTHING_BEFORE: Final = {Method.UNIONPAY, Method.CARD, Method.AGREEMENT}
_OVER: Final = {OrderState.EXPIRED, OrderState.CANCELLED}


@dataclass(frozen=True, slots=True)
class Rail:
    """One way of paying, where it is gone through, and by whom."""

    method: Method
    region: str
    key: str
    entry: str

    @property
    def by_hand(self) -> bool:
        """Whether nothing goes back this way by itself."""
        return self.method in COUNTER_METHODS


@dataclass(frozen=True, slots=True)
class Hands:
    """A payer and a clerk who take one way of paying."""

    world: World
    outside: Outside
    rail: Rail
    payer_id: str
    clerk: Clerk

    async def opens(self, bill_id: str) -> str:
        """Open an order of one bill."""
        rail, bill_ids = self.rail, frozenset({bill_id})
        order_id = self.world.mint("ord")
        if rail.by_hand:
            wanted = CounterBasket(
                order_id=order_id, person_id=self.payer_id, bill_ids=bill_ids, method=rail.method
            )
            return await open_at_counter(self.world, self.clerk, wanted)
        basket = Basket(
            region_code=rail.region,
            order_id=order_id,
            payer_id=self.payer_id,
            entry_channel=rail.entry,
            bill_ids=bill_ids,
        )
        [opened] = await open_orders(self.world, [basket])
        if isinstance(opened, Exception):
            raise opened
        return opened

    async def pays(self, order_id: str) -> None:
        """Pay an order, and wait until it is paid."""
        amount = (await self.looks(order_id)).order.amount
        match self.rail.method:
            case Method.CASH:
                cash = Cash(self.world.mint("slp"), order_id, amount)
                await take_cash(self.world, self.clerk, cash)
            case Method.POS:
                await self._charges(order_id, amount)
            case Method.COUNTER:
                notice = await print_notice(self.world, self.clerk, order_id)
                await self.outside.pays_at_window(notice.number)
            case _:
                attempt_id = await self._goes_to_cashier(order_id)
                if self.rail.method is not Method.AGREEMENT:  # There the bank collects at once.
                    await self.outside.pays(attempt_id)

        async def paid() -> bool:
            return (await self.looks(order_id)).order.state is OrderState.PAID

        await until(paid, f"{self.rail.method} order {order_id} is not paid")

    async def gives_up(self, order_id: str) -> str:
        """Go as far as the cashier, give the order up, and see that nobody can pay it there."""
        number = attempt_id = ""
        method = self.rail.method
        if method is Method.COUNTER:
            number = (await print_notice(self.world, self.clerk, order_id)).number
        elif not self.rail.by_hand and method not in _HEARS_OF_NOTHING_BEFORE:
            attempt_id = await self._goes_to_cashier(order_id)
        await withdraw(
            self.world,
            region_code=self.rail.region,
            order_id=order_id,
            payer_id=self.payer_id,
        )

        async def over() -> bool:
            return (await self.looks(order_id)).order.state in _OVER

        await until(over, f"{method} order {order_id} is not over")
        if number and not await self.outside.is_refused_at_window(number):
            raise PageDiffers(f"the bank took money for {number}, which is given up")
        if attempt_id and not await self.outside.is_refused(attempt_id):
            raise PageDiffers(f"{method} took money for {attempt_id}, which is closed")
        return "已取消，渠道不再收款" if number or attempt_id else "已取消"

    async def looks(self, order_id: str) -> OrderSeen:
        """The order as its payer sees it."""
        return await look_at_order(
            self.world,
            region_code=self.rail.region,
            order_id=order_id,
            viewer_id=self.payer_id,
        )

    async def _goes_to_cashier(self, order_id: str) -> str:
        wish = Wish(
            region_code=self.rail.region,
            order_id=order_id,
            payer_id=self.payer_id,
            method=self.rail.method,
            scene=Scene.H5,
            payer_ip="127.0.0.1",
        )
        cashier = await pay(self.world, wish)
        if self.rail.method is not Method.AGREEMENT:
            await self.outside.goes_to(cashier)
        return (await self.looks(order_id)).attempts[-1].id

    async def _charges(self, order_id: str, amount: Money) -> None:
        told = await self.outside.charges(amount.fen)
        slip = CardSlip(told["terminal"], told["trace"], told["reference"], amount)
        await charge_card(self.world, self.clerk, Charged(order_id, slip))


async def until(ask: Callable[[], Awaitable[bool]], otherwise: str) -> None:
    """Wait until something is so. Raises PageDiffers when it never is."""
    clock = asyncio.get_running_loop()
    deadline = clock.time() + _PATIENCE_SECONDS
    while not await ask():
        if clock.time() > deadline:
            raise PageDiffers(otherwise)
        await asyncio.sleep(_LOOKS_EVERY_SECONDS)
