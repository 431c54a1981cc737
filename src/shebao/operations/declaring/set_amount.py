"""Set amount (设置缴费金额): an amount or a tier for some years, the open ones billed at once.

A year that cannot be paid for yet has its amount all the same, and what is declared for it waits
for that year's bills.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from shebao.core.enrolment import Enrolment
from shebao.core.money import Money
from shebao.core.period import Period
from shebao.core.policy.assessment import assess
from shebao.core.policy.choice import NothingToChoose
from shebao.core.policy.scheme import CarryOver, NoPolicyInForce, PeriodKind, Scheme
from shebao.core.policy.window import WindowState, window
from shebao.core.refusals import Refusal
from shebao.operations.elect import Wish, elect_within, election_of, whose
from shebao.operations.issue_bills import kind_of, situation_of
from shebao.operations.world import World
from shebao.store import declarations, elections, enrolments, persons
from shebao.store.database import Tx
from shebao.store.declarations import ChoiceDeclared
from shebao.store.persons import PersonRow

YEARS_MOST: Final = 10


@dataclass(eq=False)
class YearsBackwards(Refusal):
    """The last effective year is before the first, or the first is over."""

    first: str
    last: str


@dataclass(eq=False)
class YearsTooFar(Refusal):
    """An amount is set for more years than anybody can look ahead."""

    most: int


@dataclass(frozen=True, slots=True)
class AmountSet:
    """What setting an amount came to: the bills of years that are open, and the years set."""

    bill_ids: Sequence[str]
    periods: Sequence[Period]


@dataclass(frozen=True, slots=True)
class Standing:
    """An insurance whose amount a person sets by themselves, and what is set for it."""

    enrolment: Enrolment
    person: PersonRow
    scheme: Scheme
    amounts: dict[Period, Money]  # From this year on.
    follows: Money | None  # What follows by itself where nothing is set.


def effective_years(first: str, last: str, *, this_year: int) -> tuple[Period, ...]:
    """The years from one to another, as somebody wrote them. Raises what is wrong with them."""
    plain = first.isascii() and first.isdigit() and last.isascii() and last.isdigit()
    if not plain or not this_year <= int(first) <= int(last):
        raise YearsBackwards(first, last)
    if int(last) - this_year >= YEARS_MOST:
        raise YearsTooFar(YEARS_MOST)
    return tuple(Period(year) for year in range(int(first), int(last) + 1))


async def set_amount(world: World, wish: Wish) -> AmountSet:
    """Set an amount for the years of a wish, in place of any before.

    Raises NotYours, BillNotOpen when a year of them is being paid or is paid, and what the
    policy has to say against the amount.
    """
    today = world.today(wish.region_code)
    async with world.db.transaction() as tx:
        enrolment, person = await whose(
            tx,
            region_code=wish.region_code,
            payer_id=wish.payer_id,
            enrolment_id=wish.enrolment_id,
        )
        scheme = world.region(wish.region_code).scheme(enrolment.scheme)
        if scheme.kind is not PeriodKind.YEAR:
            raise NothingToChoose(scheme.name)
        later = tuple(
            period
            for period in wish.periods
            if window(scheme, period, on=today).state is WindowState.NOT_YET
        )
        now = tuple(period for period in wish.periods if period not in later)
        bill_ids: list[str] = []
        if now:
            bill_ids = await elect_within(tx, world, replace(wish, periods=now))
        else:
            _must_suit(world, person, enrolment, wish)
        if later:
            await _set_ahead(tx, world, enrolment, replace(wish, periods=later))
    return AmountSet(bill_ids, wish.periods)


async def standing_amounts(world: World, *, region_code: str, person_id: str) -> list[Standing]:
    """The insurances whose yearly amount a person sets, each with what is set for it."""
    region, since = world.region(region_code), Period(world.today(region_code).year)
    async with world.db.reading() as tx:
        people = await persons.by_ids(tx, region_code=region_code, person_ids=[person_id])
        belongs = await enrolments.of_persons(tx, region_code=region_code, person_ids=[person_id])
        mine = belongs.get(person_id, [])
        amounts = await elections.standing(
            tx, region_code=region_code, enrolment_ids=[one.id for one in mine], since=since
        )
        plain = {
            one.id: await enrolments.by_id(tx, region_code=region_code, enrolment_id=one.id)
            for one in mine
        }
    return [
        Standing(
            one,
            people[person_id],
            region.scheme(one.scheme),
            amounts.get(one.id, {}),
            carried(region.scheme(one.scheme), plain[one.id]),
        )
        for one in mine
        if region.scheme(one.scheme).kind is PeriodKind.YEAR
    ]


def carried(scheme: Scheme, enrolment: Enrolment) -> Money | None:
    """The amount of an earlier year that follows by itself where nothing is set."""
    return None if scheme.carry_over is CarryOver.ASK else enrolment.last_choice


async def _set_ahead(tx: Tx, world: World, enrolment: Enrolment, wish: Wish) -> None:
    """Set an amount for years without bills, and declare it."""
    at = world.now()
    made = [election_of(world, wish, period) for period in wish.periods]
    await elections.make(tx, made, at=at)
    choice = ChoiceDeclared(
        region_code=wish.region_code,
        person_id=enrolment.person_id,
        enrolment_id=enrolment.id,
        scheme=enrolment.scheme,
        kind=kind_of(world.region(wish.region_code).scheme(enrolment.scheme)),
        declared_by=wish.payer_id,
        entry_channel=wish.entry_channel,
        lines=[(world.mint("dec"), period, wish.choice.value, None) for period in wish.periods],
    )
    await declarations.declare_choice(tx, choice, at=at)


def _must_suit(world: World, person: PersonRow, enrolment: Enrolment, wish: Wish) -> None:
    """See that an amount is possible by what is known today of the first year, or of this one."""
    today = world.today(wish.region_code)
    scheme = world.region(wish.region_code).scheme(enrolment.scheme)
    first = wish.periods[0]
    try:
        assess(scheme, situation_of(person, enrolment, first), wish.choice, as_of=today)
    except NoPolicyInForce:
        this_year = Period(today.year)
        assess(scheme, situation_of(person, enrolment, this_year), wish.choice, as_of=today)
