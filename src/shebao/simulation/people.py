"""People: what payers do on a simulated day: open, pay, dawdle, go elsewhere, pay twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from shebao.core.attempt import Attempt
from shebao.core.bill import BillState
from shebao.core.channel import Cashier, Outcome, Scene
from shebao.core.money import Money
from shebao.core.period import Period
from shebao.core.policy.choice import Choice, ChoiceKind
from shebao.operations.collect import judge_waiting
from shebao.operations.desk.open_at_counter import COUNTER_METHODS
from shebao.operations.elect import Wish as Choosing
from shebao.operations.elect import elect
from shebao.operations.expire import withdraw
from shebao.operations.inquire import inquire
from shebao.operations.open_order import Basket
from shebao.operations.pay import Wish, pay
from shebao.sandbox.faults import Plan, Twist
from shebao.simulation.cast import Payer, Visit
from shebao.simulation.ground import BEIJING
from shebao.simulation.market import Market
from shebao.simulation.rails.rail import Left, Rail, silent
from shebao.store import attempts, bills
from shebao.worker.sweep import sweep

_OPENID: Final = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"
_PERIOD: Final = Period(2025)
_AS_FAR_AS_THE_WIRE: Final = 2  # The attempt is written down, and the channel not asked yet.


class People:
    """The payers of a market."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._dice = market.dice

    async def opens(self) -> None:
        """Somebody opens an order of some of what they owe, or of what an old page showed."""
        payer = self._dice.choice(self._market.cast)
        owed = await self._owed(payer)
        if not owed:
            return
        chosen = self._dice.sample(owed, self._dice.randrange(1, min(3, len(owed)) + 1))
        basket = Basket(
            region_code=payer.region_code,
            order_id=self._market.program.world.mint("ord"),
            payer_id=payer.person_id,
            entry_channel=self._dice.choice(payer.entry_channels),
            bill_ids=frozenset(chosen),
        )
        payer.baskets.append(basket)
        for _ in range(self._dice.choice([1, 1, 1, 2])):
            self._submit(payer, basket)

    async def submits_again(self) -> None:
        """Somebody goes back and submits a form again, perhaps with something else in it."""
        payer = self._somebody(lambda one: one.baskets)
        if payer is None:
            return
        basket = self._dice.choice(payer.baskets)
        if self._dice.random() < 0.3:  # noqa: PLR2004
            basket = replace(basket, bill_ids=frozenset(sorted(basket.bill_ids)[1:]))
        self._submit(payer, basket)

    async def pays(self) -> None:
        """Somebody goes on to the channel with one of their orders, mostly the newest."""
        payer = self._somebody(lambda one: one.baskets)
        if payer is None:
            return
        basket = payer.baskets[-1] if self._lightly(3) else self._dice.choice(payer.baskets)
        for _ in range(self._dice.choice([1, 1, 2])):  # In one tab, or in two.
            self._goes_to_pay(payer, basket)

    async def pays_while_the_machine_stalls(self) -> None:
        """Somebody goes on to the channel, and gets there when nobody expects it any more."""
        payer = self._somebody(lambda one: one.baskets)
        if payer is None:
            return
        await self._market.weave()
        self._goes_to_pay(payer, payer.baskets[-1])
        await self._market.weave(_AS_FAR_AS_THE_WIRE)
        self._market.loom.hold()
        for seconds in (65, 10):
            await self._market.passes(seconds)
            self._market.begin("后台巡检", sweep(self._market.program.world))
            await self._market.weave()
        self._market.loom.let_go()

    async def stands_at_the_cashier(self) -> None:
        """Somebody with a cashier open pays, pays another sum, dawdles, declines or leaves."""
        payer = self._somebody(lambda one: one.visits)
        if payer is None:
            return
        visit = payer.visits[-1] if self._lightly(2) else self._dice.choice(payer.visits)
        number = await _arrives(visit)
        if number is None:
            self._market.note(f"{payer.name} 到收银台时已经打不开")
            return
        does = self._dice.choices(
            [self._pays, self._pays_another_sum, self._dawdles, self._declines, self._has_nothing],
            weights=[10, 1, 4, 2, 3],
        )[0]
        try:
            does(payer, visit.rail, number)
        except Left as no:
            self._market.note(f"{payer.name} 在收银台付不了：{no}")

    async def bank_answers_late(self) -> None:
        """A payment that was under way when the channel closed the order succeeds after all."""
        payer = self._somebody(lambda one: one.visits)
        if payer is None:
            return
        found = [visit for visit in payer.visits if visit.number is not None]
        closed = [one for one in found if one.rail.is_closed(one.number or "")]
        if not closed:
            return
        visit = self._dice.choice(closed)
        quiet = not self._lightly(2)  # Then only the channel's file will ever tell.
        try:
            visit.rail.pay_after_all(visit.number or "", silent(quiet=quiet))
        except Left:
            return
        told = "，渠道不通知" if quiet else ""
        self._market.note(f"{payer.name} 的银行在关单之后才扣款成功{told}")
        newest = found[-1]
        if newest.rail.is_open(newest.number or ""):
            self._pays(payer, newest.rail, newest.number or "")  # Twice, then, perhaps.

    async def withdraws(self) -> None:
        """Somebody gives an order up."""
        payer = self._somebody(lambda one: one.baskets)
        if payer is None:
            return
        basket = self._dice.choice(payer.baskets)
        self._market.begin(
            f"{payer.name} 取消 {_short(basket)}",
            withdraw(
                self._market.program.world,
                region_code=basket.region_code,
                order_id=basket.order_id,
                payer_id=payer.person_id,
            ),
        )

    async def looks_at_the_result(self) -> None:
        """Somebody waits at the result page, which asks the channel."""
        payer = self._somebody(lambda one: one.baskets)
        if payer is None:
            return
        basket = self._dice.choice(payer.baskets)
        async with self._market.ground.look.reading() as tx:
            tried = await attempts.of_orders(
                tx, region_code=basket.region_code, order_ids=[basket.order_id]
            )
        live = [one for one in tried.get(basket.order_id, ()) if one.state.is_live]
        if live:
            asking = self._ask(live[-1])
            self._market.begin(f"{payer.name} 等 {_short(basket)} 的结果", asking)

    async def chooses_again(self) -> None:
        """Somebody in Beijing chooses an amount, or another one."""
        payer = self._somebody(lambda one: one.region_code == BEIJING)
        if payer is None:
            return
        amount = Money.yuan(str(self._dice.randrange(10, 91) * 100))
        wish = Choosing(
            region_code=payer.region_code,
            payer_id=payer.person_id,
            entry_channel=payer.entry_channels[0],
            enrolment_id=payer.enrolment.id,
            periods=(_PERIOD,),
            choice=Choice(ChoiceKind.AMOUNT, amount),
        )
        self._market.begin(
            f"{payer.name} 选缴费金额 {amount}", elect(self._market.program.world, wish)
        )

    def _somebody(self, who: Callable[[Payer], object]) -> Payer | None:
        found = [payer for payer in self._market.cast if who(payer)]
        return self._dice.choice(found) if found else None

    def _lightly(self, times: int) -> bool:
        """True in so many cases of one more."""
        return self._dice.randrange(times + 1) > 0

    async def _owed(self, payer: Payer) -> list[str]:
        async with self._market.ground.look.reading() as tx:
            found = await bills.of_persons(
                tx, region_code=payer.region_code, person_ids=payer.pays_for
            )
        owed = [held.bill for person_id in payer.pays_for for held in found.get(person_id, ())]
        old_page = not self._lightly(7)
        return [bill.id for bill in owed if old_page or bill.state is BillState.PAYABLE]

    def _goes_to_pay(self, payer: Payer, basket: Basket) -> None:
        region = self._market.ground.world.region(basket.region_code)
        offered = region.channels[basket.entry_channel].methods
        ways = [one for one in self._market.mix if one in offered and one not in COUNTER_METHODS]
        if not ways:
            return  # It was opened at a counter.
        rail = self._market.outside.rails[self._dice.choice(ways)]
        scene = self._dice.choice(rail.scenes)
        wish = Wish(
            region_code=basket.region_code,
            order_id=basket.order_id,
            payer_id=payer.person_id,
            method=rail.method,
            scene=scene,
            payer_ip="127.0.0.1",
            openid=_OPENID if scene is Scene.JSAPI else None,
        )
        how = f"用 {rail.method} {scene} 支付"
        self._market.begin(f"{payer.name} {how} {_short(basket)}", self._go(payer, rail, wish))

    def _submit(self, payer: Payer, basket: Basket) -> None:
        self._market.begin(
            f"{payer.name} 生成缴费单 {_short(basket)}（{len(basket.bill_ids)} 项）",
            self._market.program.orders.put(basket),
        )

    async def _go(self, payer: Payer, rail: Rail, wish: Wish) -> Cashier:
        cashier = await pay(self._market.program.world, wish)
        payer.visits.append(Visit(rail, cashier))
        return cashier

    async def _ask(self, attempt: Attempt) -> Outcome:
        world = self._market.program.world
        code, method = attempt.region_code, attempt.method
        outcome = await inquire(world, region_code=code, method=method, attempt_id=attempt.id)
        if outcome is Outcome.PAID:
            await judge_waiting(world, code)
        return outcome

    def _pays(self, payer: Payer, rail: Rail, number: str) -> None:
        """The channel may forget to tell us: then we have to ask."""
        quiet = not self._lightly(2)
        rail.pay(number, silent(quiet=quiet))
        self._market.note(f"{payer.name} 付款成功{'，渠道不通知' if quiet else ''}")

    def _pays_another_sum(self, payer: Payer, rail: Rail, number: str) -> None:
        fen = rail.fen(number)
        rail.decline(number)
        rail.charge(number, self._dice.choice([1, fen + 1, fen * 2]))
        rail.pay(number, Plan())
        self._market.note(f"{payer.name} 付了另一个金额")

    def _dawdles(self, payer: Payer, rail: Rail, number: str) -> None:
        seconds = self._dice.choice([5, 40, 70, 600, 1795, 1805])
        rail.pay_later(number, silent(quiet=not self._lightly(2)), wait_ms=seconds * 1000)
        self._market.note(f"{payer.name} {seconds} 秒后才付款")

    def _declines(self, payer: Payer, rail: Rail, number: str) -> None:
        rail.decline(number)
        self._market.note(f"{payer.name} 在收银台取消")

    def _has_nothing(self, payer: Payer, rail: Rail, number: str) -> None:
        if not rail.is_open(number):
            raise Left(number)
        rail.pay(number, Plan(frozenset({Twist.INSUFFICIENT_FUNDS})))
        self._market.note(f"{payer.name} 余额不足")


async def _arrives(visit: Visit) -> str | None:
    """The number of what the payer finds at the cashier; a form may not be taken any more."""
    visit.number = await visit.rail.reached(visit.cashier) or visit.number
    return visit.number


def _short(basket: Basket) -> str:
    """An order as a person who follows the story knows it."""
    return f"…{basket.order_id[-4:]}"
