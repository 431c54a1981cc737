"""Till: at a counter people pay in cash, by card or with a notice they take to a bank.

A clerk whose machine dies types the same slip in again. In the evening the cash is counted by two
people and brought to the bank, whose file says what arrived.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from shebao.core.bill import BillState
from shebao.core.channel import Cashier, Method
from shebao.core.desk.card import CardSlip
from shebao.core.desk.clerk import Clerk
from shebao.core.desk.deposit import DepositLine
from shebao.core.money import ZERO, Money
from shebao.operations.desk.charge_card import Charged, charge_card
from shebao.operations.desk.deposit_cash import deposit_cash, hear_of_deposits
from shebao.operations.desk.hand_in_cash import Counted, receive_hand_in, submit_hand_in
from shebao.operations.desk.look_at_till import look_at_till
from shebao.operations.desk.open_at_counter import (
    COUNTER_METHODS,
    CounterBasket,
    give_up,
    open_at_counter,
    way_in,
)
from shebao.operations.desk.pay_out_cash import cash_to_pay_out, pay_out_cash
from shebao.operations.desk.print_notice import print_notice
from shebao.operations.desk.take_cash import Cash, take_cash
from shebao.operations.open_order import Basket
from shebao.operations.world import World
from shebao.sandbox.counter import window
from shebao.simulation.cast import Payer, Visit
from shebao.simulation.counter import clerks
from shebao.simulation.ground import CHANGZHOU
from shebao.simulation.market import Market
from shebao.simulation.rails.window import TerminalRail
from shebao.store import bills, orders

_TERMINAL: Final = "10450001"
_COUNTERS: Final = frozenset({"counter", "pos"})
_NOTES_FEN: Final = 10_000


@dataclass(slots=True)
class Standing:
    """Somebody before a clerk, and the paper that is filled in for them."""

    payer: Payer
    clerk: Clerk
    order_id: str
    method: Method
    cash: Cash | None = None
    charged: Charged | None = None


class Till:
    """The counter of an office in Changzhou."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._dice = market.dice
        self._queue: list[Standing] = []

    async def somebody_comes(self) -> None:
        """Somebody comes to the counter, and a clerk opens an order for them."""
        here = [one for one in self._market.cast if one.region_code == CHANGZHOU]
        ways = [way for way in COUNTER_METHODS if way in self._market.mix]
        if not here or not ways:
            return
        payer, method = self._dice.choice(here), self._dice.choice(ways)
        owed = await self._owed(payer)
        if not owed:
            return
        clerk = self._dice.choice(clerks(CHANGZHOU))
        chosen = self._dice.sample(owed, self._dice.randrange(1, min(3, len(owed)) + 1))
        order_id, world = self._market.program.world.mint("ord"), self._market.program.world
        basket = CounterBasket(
            order_id=order_id,
            person_id=payer.person_id,
            bill_ids=frozenset(chosen),
            method=method,
        )
        payer.baskets.append(
            Basket(
                region_code=CHANGZHOU,
                order_id=order_id,
                payer_id=payer.person_id,
                entry_channel=way_in(world.region(CHANGZHOU), method).id,
                bill_ids=basket.bill_ids,
            )
        )
        self._queue.append(Standing(payer, clerk, order_id, method))
        opening = open_at_counter(world, clerk, basket)
        self._market.begin(f"{payer.name} 在柜台用 {method} 缴费 …{order_id[-4:]}", opening)

    async def clerk_serves(self) -> None:
        """A clerk takes the money of somebody who stands there; what was typed, once more."""
        if not self._queue:
            return
        one = self._dice.choice(self._queue)
        async with self._market.ground.look.reading() as tx:
            if not await orders.existing(tx, region_code=CHANGZHOU, order_ids=[one.order_id]):
                return
            order = await orders.by_id(tx, region_code=CHANGZHOU, order_id=one.order_id)
        world, name = self._market.program.world, one.payer.name
        for _ in range(self._dice.choice([1, 1, 2])):
            match one.method:
                case Method.CASH:
                    taking = take_cash(world, one.clerk, self._notes(one, order.amount))
                    self._market.begin(f"收 {name} 现金", taking)
                case Method.POS:
                    charging = charge_card(world, one.clerk, self._charged(one, order.amount))
                    self._market.begin(f"{name} 刷卡", charging)
                case _:
                    self._market.begin(f"给 {name} 打印缴款通知单", self._print(world, one))

    async def notices_are_given_up(self) -> None:
        """Whoever will not go to the bank any more says so: a printed notice lives for days."""
        for payer in self._market.cast:
            for basket in payer.baskets:
                if basket.entry_channel in _COUNTERS:
                    leaving = give_up(
                        self._market.program.world,
                        clerks(CHANGZHOU)[0],
                        order_id=basket.order_id,
                        person_id=payer.person_id,
                    )
                    self._market.begin(f"{payer.name} 不缴了 …{basket.order_id[-4:]}", leaving)

    async def evening_comes(self) -> None:
        """What waits is given back in cash, all else is counted twice and brought to the bank."""
        if Method.CASH not in self._market.mix:
            return
        for clerk in clerks(CHANGZHOU):
            for _ in range(2):
                self._market.begin("退付现金", self._pay_out(clerk))
                await self._market.weave()
            self._market.begin("交款", self._hand_in(clerk))
            await self._market.weave()
        self._market.begin("缴存现金", self._bring())
        await self._market.weave()

    async def _owed(self, payer: Payer) -> list[str]:
        async with self._market.ground.look.reading() as tx:
            found = await bills.of_persons(tx, region_code=CHANGZHOU, person_ids=[payer.person_id])
        owed = [held.bill for held in found.get(payer.person_id, ())]
        return [bill.id for bill in owed if bill.state is BillState.PAYABLE]

    def _notes(self, one: Standing, amount: Money) -> Cash:
        if one.cash is None:
            received = Money((amount.fen // _NOTES_FEN + 1) * _NOTES_FEN)
            one.cash = Cash(self._market.program.world.mint("slp"), one.order_id, received)
        return one.cash

    def _charged(self, one: Standing, amount: Money) -> Charged:
        """The slip of a terminal that has charged a card, now and then another sum."""
        if one.charged is None:
            terminal = self._market.outside.rails[Method.POS]
            assert isinstance(terminal, TerminalRail)
            fen = amount.fen + self._dice.choice([0, 0, 0, 0, 1])
            paper = terminal.charges(_TERMINAL, fen)
            slip = CardSlip(amount=Money(fen), **paper)
            one.charged = Charged(one.order_id, slip, differs=fen != amount.fen)
            self._market.note(f"{one.payer.name} 的卡被扣 {fen} 分")
        return one.charged

    async def _print(self, world: World, one: Standing) -> None:
        notice = await print_notice(world, one.clerk, one.order_id)
        rail = self._market.outside.rails[Method.COUNTER]
        one.payer.visits.append(Visit(rail, Cashier(code=notice.number)))

    async def _pay_out(self, clerk: Clerk) -> None:
        world = self._market.program.world
        held = (await look_at_till(world, clerk)).cash
        for due in await cash_to_pay_out(world, clerk):
            if due.amount <= held:
                held -= due.amount
                await pay_out_cash(world, clerk, refund_id=due.refund_id, signed_by="王本人")

    async def _hand_in(self, clerk: Clerk) -> None:
        world = self._market.program.world
        seen = await look_at_till(world, clerk)
        if not seen.held or seen.cash == ZERO:
            return
        counted = Counted(world.mint("hdn"), frozenset(one.id for one in seen.held), seen.cash)
        hand_in = await submit_hand_in(world, clerk, counted)
        [cashier] = [one for one in clerks(CHANGZHOU) if one.id != clerk.id]
        await receive_hand_in(world, cashier, hand_in_id=hand_in.id, counted=hand_in.amount)
        self._market.note(f"{clerk.name} 交款 {hand_in.amount} 元")

    async def _bring(self) -> None:
        world, cashier = self._market.program.world, clerks(CHANGZHOU)[0]
        deposit = await deposit_cash(world, cashier, bank_serial=f"{self._market.seed:012}")
        town, at = self._market.outside.town, world.now()
        window.bring_cash(
            town, office=cashier.office, fen=deposit.amount.fen, serial=deposit.bank_serial
        )
        line = DepositLine(1, deposit.bank_serial, deposit.amount, at)
        await hear_of_deposits(world, region_code=CHANGZHOU, lines=[line])
