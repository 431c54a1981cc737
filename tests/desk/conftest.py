"""An office with clerks and a cashier, and residents of Changzhou who come to its counter."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from itertools import count

import httpx
import pytest

from shebao.core.channel import Method, Outcome, Told
from shebao.core.desk.clerk import Clerk, Duty
from shebao.core.identity import IdType, parse_id
from shebao.core.journal import cash, till
from shebao.core.money import Money
from shebao.gateways.counter.account import read_account
from shebao.gateways.counter.files import CounterFiles
from shebao.operations.collect import judge_waiting, shelve
from shebao.operations.desk.find_person import LookReason, Number, find_person
from shebao.operations.desk.hand_in_cash import Counted, submit_hand_in
from shebao.operations.desk.look_at_till import look_at_till
from shebao.operations.desk.open_at_counter import CounterBasket, open_at_counter
from shebao.operations.desk.take_cash import Cash, take_cash
from shebao.operations.enrol import Membership, register
from shebao.operations.open_order import Basket, open_orders
from shebao.operations.sign_in import new_person
from shebao.store import attempts, bills, journal, orders, payments, promises
from shebao.store.notices import Notice

CHANGZHOU = "320400"
ADULT = Membership(scheme="resident_medical", district="320402", category="non_working")
UNJUDGED = "SELECT count(*) FROM notices WHERE region_code = $1 AND judged_at IS NULL"
_OFFICES = count(1)


@dataclass
class Comer:
    """Somebody who comes to the counter owing 930 yuan."""

    world: object
    person: object
    number: str

    async def bill(self):
        async with self.world.db.reading() as tx:
            found = await bills.of_persons(tx, region_code=CHANGZHOU, person_ids=[self.person.id])
        [held] = found[self.person.id]
        return held.bill

    async def order(self, clerk, method=Method.CASH):
        """What the clerk opens for them."""
        basket = CounterBasket(
            order_id=self.world.mint("ord"),
            person_id=self.person.id,
            bill_ids=frozenset([(await self.bill()).id]),
            method=method,
        )
        return await open_at_counter(self.world, clerk, basket)

    async def online_order(self):
        """What they open on their own telephone."""
        bill = await self.bill()
        order_id = self.world.mint("ord")
        basket = Basket(
            region_code=CHANGZHOU,
            order_id=order_id,
            payer_id=self.person.id,
            entry_channel="wechat_mini",
            bill_ids=frozenset([bill.id]),
        )
        [opened] = await open_orders(self.world, [basket])
        return opened


@dataclass
class Office:
    """One office of Changzhou, whose people nobody else is."""

    world: object
    name: str
    clerk: Clerk
    cashier: Clerk

    def another(self, *duties):
        """One more person of the office."""
        return Clerk(
            CHANGZHOU,
            self.world.mint("clk"),
            "赵六",
            self.name,
            frozenset(duties or [Duty.COUNTER]),
        )

    async def takes(self, order_id, received="1000", *, clerk=None, slip_id=None):
        notes = Cash(slip_id or self.world.mint("slp"), order_id, Money.yuan(received))
        return await take_cash(self.world, clerk or self.clerk, notes)

    async def collects(self, comer):
        """Cash of somebody who comes: the slip."""
        return await self.takes(await comer.order(self.clerk))

    async def hands_in(self, *slips, amount=None, clerk=None):
        due = Money(sum(slip.amount.fen for slip in slips))
        counted = Counted(
            self.world.mint("hdn"), frozenset(slip.id for slip in slips), amount or due
        )
        return await submit_hand_in(self.world, clerk or self.clerk, counted)

    async def in_till(self, clerk=None):
        return await self.holds(till(self.name, (clerk or self.clerk).id))

    async def in_safe(self):
        return await self.holds(cash(self.name))

    async def holds(self, account):
        async with self.world.db.reading() as tx:
            return await journal.balance(tx, region_code=CHANGZHOU, account=account)

    async def counted_till(self):
        return (await look_at_till(self.world, self.clerk)).cash

    async def verdict(self, slip):
        """What became of a slip's money."""
        async with self.world.db.reading() as tx:
            found = await payments.of_order(tx, region_code=CHANGZHOU, order_id=slip.order_id)
        [money] = [one for one in found if one.reference == slip.reference]
        return money


@pytest.fixture
def office(world):
    name = f"T{next(_OFFICES):04d}"
    clerk = Clerk(CHANGZHOU, world.mint("clk"), "钱七", name, frozenset([Duty.COUNTER]))
    cashier = Clerk(
        CHANGZHOU, world.mint("clk"), "孙八", name, frozenset([Duty.CASHIER, Duty.COUNTER])
    )
    return Office(world, name, clerk, cashier)


@pytest.fixture
def comes(world, people):
    """Let somebody come to the counter."""

    async def comes():
        number = people.number(born="19790203", prefix="320402")
        parsed = parse_id(IdType.RESIDENT, number, on=world.today(CHANGZHOU))
        kept, _ = await register(
            world,
            region_code=CHANGZHOU,
            person=new_person(world, name="周九九", number=parsed),
            memberships=[ADULT],
        )
        return Comer(world, kept, number)

    return comes


@pytest.fixture
async def comer(comes):
    return await comes()


@pytest.fixture
async def bank(outside):
    """The bank's windows, the acquirer's terminals, and where cash is brought."""
    async with httpx.AsyncClient(
        base_url=f"{outside.url}/sandbox/counter", trust_env=False
    ) as http:
        yield http


@pytest.fixture
def files(config, transport, world):
    """What reads the files of the bank and of the acquirer."""
    account = read_account(config.credentials, base_url=config.sandbox_url)

    def of(kind):
        return CounterFiles(kind, account, transport, world.now, world.entropy)

    return of


@pytest.fixture
def dropped(bank, tmp_path):
    """A file of today as whoever rehearses drops it."""

    async def drop(kind):
        said = await bank.get(f"/files/{kind}")
        file = tmp_path / f"{kind}.txt"
        file.write_bytes(said.content)
        return file

    return drop


@pytest.fixture
def finds(world, office):
    async def finds(comer, reason=LookReason.PAYS, clerk=None):
        return await find_person(
            world,
            clerk or office.clerk,
            Number(IdType.RESIDENT, comer.number),
            reason=reason,
        )

    return finds


@pytest.fixture
def without(office):
    """The clerk, without any duty."""
    return replace(office.clerk, duties=frozenset())


@pytest.fixture
def pays_online(world):
    """Somebody pays on their telephone, and the channel tells us."""

    async def pays(comer):
        order_id = await comer.online_order()
        attempt_id = world.mint("att")
        async with world.db.transaction() as tx:
            locked = await orders.lock(tx, region_code=CHANGZHOU, order_ids=[order_id])
            order, at = locked[order_id], world.now()
            await attempts.begin(tx, order, attempt_id=attempt_id, method=Method.WECHAT, at=at)
            await orders.step(tx, region_code=CHANGZHOU, moves=[(order, "submitted")], at=at)
            await orders.point_at_attempt(
                tx, order, attempt_id=attempt_id, expires_at=order.expires_at
            )
        told = Told(
            attempt_id=attempt_id,
            outcome=Outcome.PAID,
            amount=order.amount,
            reference=f"4200{attempt_id[3:]}",
            happened_at=world.now(),
            notice_id=f"EV-{attempt_id}",
        )
        await shelve(world, [Notice(CHANGZHOU, Method.WECHAT, world.now(), "", b"{}", told)])
        while await judge_waiting(world, CHANGZHOU):
            pass
        return order_id

    return pays


@pytest.fixture
def settled(world):
    """Wait until everything that was told is judged, by us or by the door it came in through."""

    async def settled():
        while await judge_waiting(world, CHANGZHOU) or await unjudged():
            await asyncio.sleep(0)

    async def unjudged():
        async with world.db.reading() as tx:
            return await tx.connection.fetchval(UNJUDGED, CHANGZHOU)

    return settled


@pytest.fixture
async def outside_goes_wrong(outside):
    """Let the next requests of a kind go wrong outside."""
    async with httpx.AsyncClient(base_url=outside.url, trust_env=False) as http:

        async def goes_wrong(kind, **told):
            (await http.post("/sandbox/faults", json={"kind": kind, **told})).raise_for_status()

        yield goes_wrong
        await http.delete("/sandbox/faults")


@pytest.fixture
def state_of(world):
    async def state(order_id):
        async with world.db.reading() as tx:
            return (await orders.by_id(tx, region_code=CHANGZHOU, order_id=order_id)).state

    return state


@pytest.fixture(autouse=True)
async def _promises_are_kept(world):
    """After every test of this room, no promise is broken."""
    yield
    async with world.db.reading() as tx:
        broken = await promises.broken(tx)
    assert {name: rows for name, rows in broken.items() if rows} == {}
