"""Choose (选用协议): under which of a payer's mandates an order is collected at once.

Every fund in the order must have a mandate in force, and all of them must stand on the same
account: one sum is taken once, from one account.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from shebao.core.channel import Method
from shebao.core.deduction.mandate import Mandate, MandateState
from shebao.core.money import Money
from shebao.core.order import Order
from shebao.core.policy.fund import Fund
from shebao.core.refusals import Refusal
from shebao.operations.world import World
from shebao.store import bills
from shebao.store.database import Tx
from shebao.store.deduction import mandates


@dataclass(eq=False)
class MandateMissing(Refusal):
    """还没有签约: no mandate of the payer is active for a fund in the order."""

    fund: str


@dataclass(eq=False)
class MandateSuspended(Refusal):
    """已暂停: the payer has suspended the mandate for a fund in the order."""

    fund: str


@dataclass(eq=False)
class MandatesDiffer(Refusal):
    """The funds in the order are agreed to on different accounts: they are paid apart."""

    funds: str


async def mandate_for(tx: Tx, world: World, order: Order, *, method: Method) -> Mandate:
    """The mandate an order is collected under; held, so that nobody ends it meanwhile.

    Raises MandateMissing, MandateSuspended and MandatesDiffer.
    """
    held = await bills.lock_of_orders(tx, region_code=order.region_code, order_ids=[order.id])
    owed = [(bill.scheme, bill.amount) for bill in held[order.id]]
    funds = _by_weight(world, order.region_code, owed)
    found = await mandates.lock_of_person(
        tx, region_code=order.region_code, person_id=order.payer_id, funds=funds
    )
    return pick([one for one in found if one.method is method], funds)


async def mandate_to_show(
    world: World, *, order: Order, schemes: Sequence[tuple[str, Money]], method: Method
) -> Mandate | Refusal:
    """The mandate an order would be collected under, or why there is none, to tell a payer."""
    funds = _by_weight(world, order.region_code, schemes)
    async with world.db.reading() as tx:
        found = await mandates.of_person(
            tx, region_code=order.region_code, person_id=order.payer_id
        )
    try:
        return pick([one for one in found if one.method is method], funds)
    except (MandateMissing, MandateSuspended, MandatesDiffer) as why:
        return why


def pick(found: Sequence[Mandate], funds: Sequence[Fund]) -> Mandate:
    """The mandate among these that stands for all of these funds, the weightiest first."""
    by_fund = {one.fund: one for one in found if one.state.in_force}
    for fund in funds:
        if fund not in by_fund:
            raise MandateMissing(fund.label)
        if by_fund[fund].state is MandateState.SUSPENDED:
            raise MandateSuspended(fund.label)
    chosen = [by_fund[fund] for fund in funds]
    if len({one.account.hash for one in chosen if one.account}) != 1:
        raise MandatesDiffer("、".join(fund.label for fund in funds))
    return chosen[0]


def _by_weight(world: World, region_code: str, owed: Sequence[tuple[str, Money]]) -> list[Fund]:
    """The funds of schemes and what is owed to each, the one that gets most first."""
    region = world.region(region_code)
    sums: Counter[Fund] = Counter()
    for scheme, amount in owed:
        sums[region.scheme(scheme).fund] += amount.fen
    return [fund for fund, _ in sums.most_common()]
