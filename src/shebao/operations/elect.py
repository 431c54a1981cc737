"""Elect (选档、定额): somebody chooses an amount, tier or base, and a bill comes of it.

Until the bill is in an order, the choice may be changed: the bill is voided and another takes
its place. What is being paid or is paid does not change any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shebao.core.bill import Bill, BillEvent, BillNotOpen, BillState
from shebao.core.election import Election
from shebao.core.enrolment import Enrolment
from shebao.core.period import Period
from shebao.core.policy.choice import Choice
from shebao.core.policy.window import must_be_open
from shebao.core.refusals import NotYours, Refusal
from shebao.operations.issue_bills import kind_of, ordinary_bill
from shebao.operations.world import World
from shebao.store import bills, declarations, elections, enrolments, persons
from shebao.store.bills import NewBill
from shebao.store.database import Tx
from shebao.store.declarations import ChoiceDeclared
from shebao.store.persons import PersonRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a payer chooses, for which periods of whose enrolment."""

    region_code: str
    payer_id: str
    entry_channel: str
    enrolment_id: str
    periods: tuple[Period, ...]
    choice: Choice


@dataclass(eq=False)
class GovernmentPays(Refusal):
    """政府全额代缴: there is nothing for the person to pay."""

    scheme: str


async def elect(world: World, wish: Wish) -> list[str]:
    """Make a choice and issue its bills; their ids. Raises what speaks against it."""
    async with world.db.transaction() as tx:
        return await elect_within(tx, world, wish)


async def elect_within(tx: Tx, world: World, wish: Wish) -> list[str]:
    """Make a choice inside a transaction that does more."""
    today = world.today(wish.region_code)
    enrolment, person = await whose(
        tx,
        region_code=wish.region_code,
        payer_id=wish.payer_id,
        enrolment_id=wish.enrolment_id,
    )
    scheme = world.region(wish.region_code).scheme(enrolment.scheme)
    for period in wish.periods:
        must_be_open(scheme, period, on=today)
    made = [election_of(world, wish, period) for period in wish.periods]
    wanted = _wanted(world, person, enrolment, made, wish.choice)
    standing = await bills.lock_counting(
        tx,
        region_code=wish.region_code,
        enrolment_id=enrolment.id,
        periods=wish.periods,
        kind=kind_of(scheme),
    )
    same = _unchanged(standing, wanted)
    if same:
        return same
    at = world.now()
    await _clear(tx, wish.region_code, standing, world)
    await elections.make(tx, made, at=at)
    issued = await bills.issue(tx, region_code=wish.region_code, bills=wanted, at=at)
    assert issued == len(wanted)
    await declarations.declare_choice(tx, _declared(world, wish, enrolment, wanted), at=at)
    return [bill.id for bill in wanted]


def _declared(
    world: World, wish: Wish, enrolment: Enrolment, wanted: Sequence[NewBill]
) -> ChoiceDeclared:
    return ChoiceDeclared(
        region_code=wish.region_code,
        person_id=enrolment.person_id,
        enrolment_id=enrolment.id,
        scheme=enrolment.scheme,
        kind=wanted[0].kind,
        declared_by=wish.payer_id,
        entry_channel=wish.entry_channel,
        lines=[(world.mint("dec"), bill.period, bill.amount, bill.id) for bill in wanted],
    )


async def whose(
    tx: Tx, *, region_code: str, payer_id: str, enrolment_id: str
) -> tuple[Enrolment, PersonRow]:
    """An enrolment, locked, and its person, for who may pay for them. Raises NotYours."""
    try:
        enrolment = await enrolments.lock(tx, region_code=region_code, enrolment_id=enrolment_id)
    except LookupError:
        raise NotYours(enrolment_id) from None
    pair = (payer_id, enrolment.person_id)
    if pair not in await persons.may_pay(tx, region_code=region_code, pairs=[pair]):
        raise NotYours(enrolment.id)
    found = await persons.by_ids(tx, region_code=region_code, person_ids=[enrolment.person_id])
    return enrolment, found[enrolment.person_id]


def election_of(world: World, wish: Wish, period: Period) -> Election:
    """What a wish comes to for one of its periods."""
    return Election(
        region_code=wish.region_code,
        id=world.mint("elc"),
        enrolment_id=wish.enrolment_id,
        period=period,
        chosen=wish.choice.value,
        made_by=wish.payer_id,
        entry_channel=wish.entry_channel,
    )


def _wanted(
    world: World,
    person: PersonRow,
    enrolment: Enrolment,
    made: Sequence[Election],
    choice: Choice,
) -> list[NewBill]:
    wanted = []
    for election in made:
        bill = ordinary_bill(world, person, enrolment, election.period, choice=choice)
        if bill is None:
            raise GovernmentPays(enrolment.scheme)
        wanted.append(replace(bill, election_id=election.id))
    return wanted


def _unchanged(standing: Sequence[Bill], wanted: Sequence[NewBill]) -> list[str]:
    """The standing bills, when they already are what is wanted and still payable."""
    standing_facts = {(str(bill.period), bill.label, bill.amount) for bill in standing}
    wanted_facts = {(str(bill.period), bill.label, bill.amount) for bill in wanted}
    payable = all(bill.state is BillState.PAYABLE for bill in standing)
    return [bill.id for bill in standing] if payable and standing_facts == wanted_facts else []


async def _clear(tx: Tx, region_code: str, standing: Sequence[Bill], world: World) -> None:
    """Void the bills a new choice takes the place of. Raises BillNotOpen for one that is held."""
    for bill in standing:
        if bill.state is not BillState.PAYABLE:
            raise BillNotOpen(bill.id, bill.state)
    await bills.step(
        tx,
        region_code=region_code,
        moves=[(bill, BillEvent.VOIDED, None) for bill in standing],
        at=world.now(),
    )
