"""Gallery of the basket: one payer before the bills of three cities, from the basket to the end."""

from __future__ import annotations

from dataclasses import dataclass

from tests.journeys.gallery import Cast, at
from tests.journeys.town import CHANGZHOU, NINGBO, WUXI, Resident, Town

from shebao.core.channel import Method, Scene
from shebao.operations.enrol import Membership
from shebao.operations.entrance.cities import cities_of, go_to_city
from shebao.operations.family.basket import put_in
from shebao.operations.whole.open import FamilyBasket, InCity, open_whole
from shebao.operations.whole.pay import WholeWish, pay_whole
from shebao.store import orders, wholes
from shebao.store.sessions import Session

MINE = Membership(scheme="resident_pension", district="330212")
MOTHERS = Membership(scheme="resident_pension", district="320402")
FATHERS = Membership(scheme="resident_pension", district="320211")


@dataclass(eq=False)
class Relatives:
    """A child in Ningbo, a mother in Changzhou, a father in Wuxi, and what each owes."""

    payer: Resident
    mother: Resident
    father: Resident
    sessions: dict[str, Session]

    @property
    def people(self) -> dict[str, Resident]:
        """Who owes something, by city."""
        return {NINGBO: self.payer, CHANGZHOU: self.mother, WUXI: self.father}


async def relatives(town: Town) -> Relatives:
    """A family of three cities; the child is signed in at all of them and has named its parents."""
    payer = await town.sign_in(await town.insured(NINGBO, MINE))
    mother = await town.insured(CHANGZHOU, MOTHERS, born="19520304")
    father = await town.insured(WUXI, FATHERS, born="19500607")
    for one in (payer, mother, father):
        await town.decide(one, "resident_pension", "500.00")
    home = (await cities_of(town.world, payer.token))[0]
    for code in (CHANGZHOU, WUXI):
        await go_to_city(town.world, session=home, token=payer.token, region_code=code)
    found = {one.region_code: one for one in await cities_of(town.world, payer.token)}
    for code, parent in ((CHANGZHOU, mother), (WUXI, father)):
        there = Resident(code, payer.name, payer.number, payer.phone, found[code].person_id)
        await town.agrees(there)
        await town.lets_pay_for(there, parent)
    return Relatives(payer, mother, father, found)


async def filled(town: Town, family: Relatives) -> dict[str, frozenset[str]]:
    """Put what everybody owes into the basket; the bills by city."""
    bills = {}
    for code, one in family.people.items():
        bills[code] = frozenset(bill.id for bill in await town.bills_of(one))
        await put_in(town.world, session=family.sessions[code], bill_ids=bills[code])
    return bills


async def whole_of(town: Town, family: Relatives, bills: dict[str, frozenset[str]]) -> str:
    """Open a whole of what is in the basket."""
    whole = await open_whole(
        town.world,
        FamilyBasket(
            region_code=NINGBO,
            whole_id=town.world.mint("who"),
            payer_id=family.payer.person_id,
            cities=[
                InCity(code, one.person_id, one.entry_channel, bills[code])
                for code, one in family.sessions.items()
            ],
        ),
    )
    return whole.id


async def tried(town: Town, family: Relatives, whole_id: str, scene: Scene) -> str:
    """Go to the cashier with a whole; the number it has there."""
    await pay_whole(
        town.world,
        WholeWish(
            region_code=NINGBO,
            whole_id=whole_id,
            payer_id=family.payer.person_id,
            method=Method.WECHAT,
            scene=scene,
            payer_ip="127.0.0.1",
        ),
    )
    async with town.world.db.reading() as tx:
        whole = await wholes.by_id(tx, region_codes=[NINGBO], whole_id=whole_id)
        assert whole is not None
        one = whole.orders[0]
        order = await orders.by_id(tx, region_code=one.region_code, order_id=one.order_id)
        assert order.attempt_id is not None
        begun = await wholes.try_of(tx, region_code=one.region_code, attempt_id=order.attempt_id)
    assert begun is not None
    return begun.id


async def assemble_basket(town: Town, cast: Cast) -> None:
    """One family with a full basket, one about to pay, and one that has paid."""
    choosing, paying, paid = [await relatives(town) for _ in range(3)]
    await filled(town, choosing)
    opened = await whole_of(town, paying, await filled(town, paying))
    done = await whole_of(town, paid, await filled(town, paid))
    await town.plays(await tried(town, paid, done, Scene.H5))
    cast.choosing, cast.paying, cast.joined = choosing.payer, paying.payer, paid.payer
    cast.paths |= {
        "together_pay": f"/together/{opened}/pay",
        "together_done": f"/together/{done}",
    }


BASKET = (
    at("home_together", "choosing", "/home", "宁波市社保缴费"),
    at("basket", "choosing", "/basket", "家庭合并缴费"),
    at("basket_check", "choosing", "/basket/check", "请核对缴费信息"),
    at("basket_empty", "nobody", "/basket", "家庭合并缴费"),
    at("together_pay", "paying", "{together_pay}", "应缴金额"),
    at("unpaid_together", "paying", "/unpaid", "待支付"),
    at("together_paid", "joined", "{together_done}", "缴费成功"),
)
