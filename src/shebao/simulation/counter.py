"""Counter: on a simulated day people ask for their money back, and two clerks decide.

They ask twice, think better of it, decide at the same moment and against their own region's
rules; what they are refused is part of the game.
"""

from __future__ import annotations

from typing import Final

from shebao.core.desk.clerk import Clerk, Duty
from shebao.core.desk.request import Request
from shebao.operations.desk.decide import approve, check, queue, reject
from shebao.operations.desk.requests import Ask, ask, ask_for, askable, take_back
from shebao.simulation.cast import Payer
from shebao.simulation.ground import TODAY
from shebao.simulation.market import Market
from shebao.store import receipts

_OFFICE: Final = "便民服务中心"
_DUTIES: Final = frozenset(
    {
        *(Duty.REFUND_ASK, Duty.REFUND_APPROVE, Duty.BOOKS_PROPOSE, Duty.BOOKS_APPROVE),
        *(Duty.COUNTER, Duty.CASHIER),
    }
)
_SHOWN: Final = "带来了参保证明"


def clerks(region_code: str) -> tuple[Clerk, Clerk]:
    """The two clerks of a region: one proposes what the other approves."""
    first, second = (
        Clerk(region_code, f"clk_{region_code}_{number}", name, _OFFICE, _DUTIES)
        for number, name in enumerate(("陈小敏", "周建国"))
    )
    return first, second


class Counter:
    """Where money is asked for that was paid rightly, and given back all the same."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._dice = market.dice

    async def somebody_asks(self) -> None:
        """Somebody asks for the money of a receipt, or a clerk does for them, perhaps twice."""
        payer = self._dice.choice(self._market.cast)
        numbers = await self._receipts(payer)
        if not numbers:
            return
        number = self._dice.choice(numbers)
        seeing = self._market.world_of(self._market.ground.world)
        found = await askable(
            seeing, region_code=payer.region_code, number=number, viewer_id=payer.person_id
        )
        if not found.rules:
            return
        wanted = Ask(payer.region_code, number, self._dice.choice(found.rules).ground, _SHOWN)
        world = self._market.program.world
        for _ in range(self._dice.choice([1, 1, 2])):
            if self._dice.randrange(3) == 0:
                clerk = self._dice.choice(clerks(payer.region_code))
                asking = ask_for(world, wanted, clerk)
            else:
                asking = ask(world, wanted, payer_id=payer.person_id)
            self._market.begin(f"{payer.name} 申请退费 …{number[-4:]}", asking)

    async def clerks_decide(self) -> None:
        """A clerk checks, approves or rejects something, or its payer takes it back."""
        seeing = self._market.world_of(self._market.ground.world)
        queues = [(code, (await queue(seeing, code))[0]) for code in TODAY]
        there = [(code, waiting) for code, waiting in queues if waiting]
        if not there:
            return
        region_code, waiting = self._dice.choice(there)
        request = self._dice.choice(waiting).request
        for _ in range(self._dice.choice([1, 2, 2])):
            self._decide(request, self._dice.choice(clerks(region_code)))

    def _decide(self, request: Request, clerk: Clerk) -> None:
        world, what = self._market.program.world, self._dice.randrange(10)
        if what == 0:
            taking = take_back(
                world,
                region_code=request.region_code,
                request_id=request.id,
                payer_id=request.payer_id,
            )
            self._market.begin("撤回退费申请", taking)
        elif what == 1:
            self._market.begin("退费不予同意", reject(world, clerk, request.id, "材料不全"))
        elif what <= 4:  # noqa: PLR2004
            self._market.begin("退费初审", check(world, clerk, request.id))
        else:
            self._market.begin("退费复核同意", approve(world, clerk, request.id))

    async def _receipts(self, payer: Payer) -> list[str]:
        async with self._market.ground.look.reading() as tx:
            own = await receipts.of_person(
                tx, region_code=payer.region_code, person_id=payer.person_id
            )
            others = await receipts.by_payer_for_others(
                tx, region_code=payer.region_code, payer_id=payer.person_id
            )
        return [one.number for one in [*own, *others] if one.payer_id == payer.person_id]
