"""Town: the whole system, raised as one command raises it, with residents nobody else uses."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import httpx
from tests.agreeing import agrees

from shebao.app import opened
from shebao.cli.demo_residents import resident
from shebao.cli.stage import free_ports, set_for, stage
from shebao.config import Config, read_config
from shebao.core.bill import Bill, BillKind
from shebao.core.channel import Method, Scene
from shebao.core.enrolment import Enrolment
from shebao.core.entrance.way import Way
from shebao.core.identity import IdType, check_digit, parse_id
from shebao.core.money import Money
from shebao.core.period import Period
from shebao.operations.arrival import Came, begin_session_of
from shebao.operations.enrol import Membership, register
from shebao.operations.family.naming import name_payee
from shebao.operations.issue_bills import Decision, push_decisions
from shebao.operations.open_order import Basket, open_orders
from shebao.operations.pay import Wish, pay
from shebao.operations.payables import Ask, Payables, payables
from shebao.operations.sign_in import Claim, begin_sign_in, finish_sign_in, new_person
from shebao.operations.world import World
from shebao.store import attempts, sessions

BEIJING, WUXI, CHANGZHOU, NINGBO = "110000", "320200", "320400", "330200"
PREFIXES = {BEIJING: "110106", WUXI: "320211", CHANGZHOU: "320402", NINGBO: "330212"}
_GIVEN = "一丁七万三上下不与丑专且世丘业东丝两严中丰串临丸丹为主"


@dataclass(eq=False)
class Resident:
    """Somebody who lives in a city of the rehearsal."""

    region: str
    name: str
    number: str
    phone: str
    person_id: str = ""
    enrolments: Mapping[str, Enrolment] = field(default_factory=dict)
    token: str = ""

    @property
    def session(self) -> str:
        """What the browser of somebody signed in keeps."""
        return f"{self.region}.{self.token}"


@dataclass(eq=False)
class Town:
    """The system that was raised, the books behind it, and the levers of the outside world."""

    config: Config
    world: World
    outside: httpx.AsyncClient
    serials: Iterator[int] = field(default_factory=lambda: count(101))

    @property
    def url(self) -> str:
        """Where the pages are."""
        return self.config.base_url

    def entry(self, one: Resident) -> str:
        """What a browser keeps of the city and the way in."""
        return f"{one.region}.{self.world.region(one.region).default_channel}"

    def stranger(self, region: str, *, born: str = "19790203", phone: str = "") -> Resident:
        """A person whom nobody knows yet."""
        serial = next(self.serials)
        seventeen = f"{PREFIXES[region]}{born}{serial:03d}"
        name = f"殷{_GIVEN[serial % 25]}{_GIVEN[serial // 25 % 25]}"
        return Resident(
            region, name, seventeen + check_digit(seventeen), phone or f"139{serial:08d}"
        )

    async def citizen(self, region: str, **kwargs: str) -> Resident:
        """A person whom the registry knows, and nobody else."""
        one = self.stranger(region, **kwargs)
        told = {"name": one.name, "id_number": one.number, "id_type": str(IdType.RESIDENT)}
        (await self.outside.post("/sandbox/people", json=told)).raise_for_status()
        return one

    async def insured(self, region: str, *memberships: Membership, **kwargs: str) -> Resident:
        """A person who belongs to some schemes of a city."""
        one = await self.citizen(region, **kwargs)
        number = parse_id(IdType.RESIDENT, one.number, on=self.world.today(region))
        person = new_person(self.world, name=one.name, number=number, phone=one.phone)
        kept, told = await register(
            self.world, region_code=region, person=person, memberships=memberships
        )
        one.person_id = kept.id
        await self.agrees(one)
        one.enrolments = {enrolment.scheme: enrolment for enrolment in told}
        return one

    async def demo(self, key: str) -> Resident:
        """One of the residents of the demo."""
        told = resident(key)
        return Resident(told["region"], told["name"], told["id_number"], told["phone"])

    async def decide(self, one: Resident, scheme: str, amount: str, *, year: str = "2021") -> None:
        """What an agency pushes: money owed for an earlier year."""
        decision = Decision(
            kind=BillKind.BACK_PAY,
            period=Period.parse(year),
            amount=Money.yuan(amount),
            government=Money.yuan("0"),
            document=f"核定-{one.number[-6:]}-{year}",
            label=f"补缴 {year} 年",
        )
        await push_decisions(self.world, enrolment=one.enrolments[scheme], decisions=[decision])

    async def code(self, phone: str) -> str:
        """The newest code a telephone got."""
        told = await self.outside.get("/sms/inbox.json", params={"phone": phone})
        return str(told.json()[0]["parameters"]["code"])

    async def sign_in(self, one: Resident) -> Resident:
        """Begin a session without a page, for journeys that are about something else."""
        if not one.token:
            channel = self.world.region(one.region).default_channel
            sign_in_id, person = await begin_sign_in(
                self.world,
                region_code=one.region,
                entry_channel=channel,
                claim=Claim(one.name, IdType.RESIDENT, one.number),
                phone=one.phone,
            )
            code = await self.code(one.phone)
            one.person_id = person.id
            one.token = await finish_sign_in(
                self.world, region_code=one.region, sign_in_id=sign_in_id, code=code
            )
            await self.agrees(one)
        return one

    async def page_rests(self) -> None:
        """Wait as long as one telephone gets no second message of a kind: a minute, played fast."""
        await asyncio.sleep(1.05)

    async def fresh_session(self, one: Resident) -> str:
        """What the browser of somebody keeps who has come in for the first time."""
        code = one.region
        sign_in_id, person = await begin_sign_in(
            self.world,
            region_code=code,
            entry_channel=self.world.region(code).default_channel,
            claim=Claim(one.name, IdType.RESIDENT, one.number),
            phone=one.phone,
        )
        one.person_id = person.id
        return f"{code}." + await finish_sign_in(
            self.world, region_code=code, sign_in_id=sign_in_id, code=await self.code(one.phone)
        )

    async def session_in(self, one: Resident, channel: str) -> str:
        """What the browser of somebody keeps who came in by another channel than the usual one."""
        async with self.world.db.transaction() as tx:
            token = await begin_session_of(
                tx,
                self.world,
                whose=(one.region, one.person_id),
                entry_channel=channel,
                way=Way.SMS,
                came=Came(),
            )
        return f"{one.region}.{token}"

    async def agrees(self, one: Resident) -> None:
        """Somebody has seen the rules before, here and wherever they are signed in."""
        await agrees(self.world, one.region, one.person_id)
        async with self.world.db.transaction() as tx:
            await sessions.mark_agreed(
                tx, region_code=one.region, person_id=one.person_id, must_agree=False
            )

    async def lets_pay_for(self, payer: Resident, other: Resident) -> None:
        """Name somebody to pay for without a page."""
        await name_payee(
            self.world,
            region_code=payer.region,
            entry_channel=self.world.region(payer.region).default_channel,
            payer_id=payer.person_id,
            claim=Claim(other.name, IdType.RESIDENT, other.number),
            guardian=True,
        )

    async def bills_of(self, one: Resident) -> list[Bill]:
        """What somebody could pay now, in the order of the page."""
        ask = Ask(one.region, one.person_id, one.person_id)
        [owed] = await payables(self.world, [ask])
        assert isinstance(owed, Payables)
        return [due.bill for due in owed.due]

    async def order(self, one: Resident, *bill_ids: str) -> str:
        """Open an order of some bills."""
        basket = Basket(
            region_code=one.region,
            order_id=self.world.mint("ord"),
            payer_id=one.person_id,
            entry_channel=self.world.region(one.region).default_channel,
            bill_ids=frozenset(bill_ids),
        )
        [order_id] = await open_orders(self.world, [basket])
        assert isinstance(order_id, str), order_id
        return order_id

    async def cashier(self, one: Resident, order_id: str, scene: Scene = Scene.H5) -> str:
        """Go to the channel's cashier with an order; the number it has there."""
        wish = Wish(
            region_code=one.region,
            order_id=order_id,
            payer_id=one.person_id,
            method=Method.WECHAT,
            scene=scene,
            payer_ip="127.0.0.1",
        )
        await pay(self.world, wish)
        [attempt_id] = await self.attempts(one, order_id)
        return attempt_id

    async def attempts(self, one: Resident, order_id: str) -> list[str]:
        """The numbers under which a channel knows an order."""
        async with self.world.db.reading() as tx:
            found = await attempts.of_orders(tx, region_code=one.region, order_ids=[order_id])
        return [attempt.id for attempt in found.get(order_id, ())]

    async def plays(self, attempt_id: str, lever: str = "pay", **told: object) -> None:
        """Pull a lever of the outside world for one payment."""
        answer = await self.outside.post(f"/sandbox/attempts/{attempt_id}/{lever}", json=told)
        answer.raise_for_status()

    async def goes_wrong(self, kind: str, *, on: str | None = None, count: int = 1) -> None:
        """Let the next requests of a kind go wrong."""
        told = {"kind": kind, "on": on, "count": count}
        (await self.outside.post("/sandbox/faults", json=told)).raise_for_status()

    async def goes_right(self) -> None:
        """Let nothing more go wrong."""
        (await self.outside.delete("/sandbox/faults")).raise_for_status()


@contextlib.asynccontextmanager
async def raised() -> AsyncIterator[Town]:
    """Raise the system on free ports, in a home the database's account may enter."""
    home = Path(tempfile.mkdtemp(prefix="shebao-journeys-"))
    port, sandbox_port = free_ports()
    config = set_for(read_config({"SHEBAO_HOME": str(home)}), port=port, sandbox_port=sandbox_port)
    try:
        async with (
            stage(config) as up,
            opened(up.config, up.database_url) as world,
            httpx.AsyncClient(base_url=config.sandbox_url, trust_env=False) as outside,
        ):
            yield Town(config, world, outside)
    finally:
        shutil.rmtree(home)
