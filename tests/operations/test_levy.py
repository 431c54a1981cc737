"""A whole scheme is billed in one run: as the policy says, once each, wherever it is cut off."""

import asyncio
import contextlib
from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.fresh_database import fresh_database

from shebao.core.identity import IdType, check_digit, parse_id
from shebao.core.levy import LevyUnknown
from shebao.core.money import Money
from shebao.core.period import Period
from shebao.core.policy.choice import Choice, ChoiceKind, age_on
from shebao.core.policy.window import NotOpenYet
from shebao.operations.declaring.set_amount import set_amount
from shebao.operations.elect import Wish, elect
from shebao.operations.enrol import Membership, register
from shebao.operations.issue_bills import ordinary_bill
from shebao.operations.levy import begin, forecast, go_on, past_levies
from shebao.operations.sign_in import new_person
from shebao.store import bills, declarations, enrolments, persons
from shebao.store.database import Database
from shebao.store.migrate import migrate

ASKED = """
SELECT array_agg(age_on(born, $2) ORDER BY n)
  FROM unnest($1::date[]) WITH ORDINALITY AS x (born, n)
"""
MEDICAL = {"region_code": "320400", "scheme": "resident_medical", "period": Period(2024)}
PENSION = {"region_code": "110000", "scheme": "resident_pension", "period": Period(2025)}


@pytest.fixture
async def season(world, server_url):
    """A world of its own, for a levy bills everybody, in the days when both schemes are levied."""
    played = {"320400": date(2023, 11, 5), "110000": date(2025, 4, 3)}
    async with fresh_database(server_url) as url:
        db = Database(url)
        await migrate(db)
        yield replace(world, db=db, rehearsal=played)
        await db.close()


def id_number(born, serial):
    seventeen = f"320402{born:%Y%m%d}{serial:03d}"
    return seventeen + check_digit(seventeen)


async def moved_in(world, region_code, born, serial, **membership):
    number = parse_id(IdType.RESIDENT, id_number(born, serial), on=date(2026, 1, 1))
    person = new_person(world, name="张三", number=number)
    scheme = {"320400": "resident_medical", "110000": "resident_pension"}[region_code]
    before = replace(world, rehearsal=dict.fromkeys(world.rehearsal, date(2023, 3, 1)))
    kept, [enrolment] = await register(
        before,
        region_code=region_code,
        person=person,
        memberships=[Membership(scheme=scheme, **membership)],
    )
    return kept, enrolment


@pytest.fixture
async def town(season):
    """People of Changzhou: every age around the borders, districts, and who pays nothing."""
    return [
        await moved_in(season, "320400", born, serial, category=category, **more)
        for serial, (born, category, more) in enumerate(
            [
                (date(1950, 1, 1), "elderly", {"district": "320402"}),
                (date(1980, 5, 5), "non_working", {"district": "320402"}),
                (date(1980, 5, 6), "non_working", {"district": "320481"}),
                (date(2015, 2, 28), "minor", {"district": "320402"}),
                (date(2006, 1, 1), "college", {"district": "320402"}),
                (date(1971, 7, 7), "non_working", {"district": "320402", "identity": "destitute"}),
                (date(1990, 9, 9), "martian", {"district": "320402"}),
            ],
            start=1,
        )
    ]


async def run(world, most=3, **what):
    await begin(world, await forecast(world, **what))
    return [levy async for levy in go_on(world, **what, most=most)]


async def billed(world, region_code, person):
    """The bills of the period that is levied; people had others before."""
    async with world.db.reading() as tx:
        found = await bills.of_persons(tx, region_code=region_code, person_ids=[person.id])
    levied = {"320400": MEDICAL, "110000": PENSION}[region_code]["period"]
    return [held.bill for held in found.get(person.id, []) if held.bill.period == levied]


async def unlevied(world, person, enrolment, period):
    """What one person would be billed alone; nothing where policy or government says so."""
    async with world.db.reading() as tx:
        rows = await persons.by_ids(tx, region_code=enrolment.region_code, person_ids=[person.id])
    with contextlib.suppress(Exception):
        return ordinary_bill(world, rows[person.id], enrolment, period, choice=None)


async def test_everybody_is_billed_what_they_would_be_billed_alone(season, town):
    await run(season, **MEDICAL)
    alone = [await unlevied(season, *one, Period(2024)) for one in town]
    levied = [await billed(season, "320400", person) for person, _ in town]
    expected = [[(one.amount, one.label, one.shares)] if one else [] for one in alone]
    assert [[(b.amount, b.label, b.shares) for b in found] for found in levied] == expected
    assert sum(map(len, levied)) == 5


async def test_a_levy_says_beforehand_what_it_will_come_to(season, town):
    found = await forecast(season, **MEDICAL)
    [*_, last] = await run(season, **MEDICAL)
    assert found.billed == last.issued
    assert found.unbilled == {"government_pays": 1, "category_unknown": 1}


async def test_billing_again_bills_nobody_twice(season, town):
    await run(season, **MEDICAL)
    before = [await billed(season, "320400", person) for person, _ in town]
    [*_, last] = await run(season, **MEDICAL)
    assert last.issued == 0
    assert [await billed(season, "320400", person) for person, _ in town] == before


@pytest.mark.parametrize("cut_after", [1, 2, 3])
async def test_a_levy_that_was_cut_off_goes_on_where_it_stopped(season, town, cut_after):
    await begin(season, await forecast(season, **MEDICAL))
    async with contextlib.aclosing(go_on(season, **MEDICAL, most=2)) as going:
        first = [await anext(going) for _ in range(cut_after)]
    rest = [levy async for levy in go_on(season, **MEDICAL, most=2)]
    assert first[-1].seen == 2 * cut_after
    assert rest[-1].seen == len(town)
    assert rest[-1].issued == 5


async def test_two_programs_that_levy_together_bill_everybody_once(season, town):
    await begin(season, await forecast(season, **MEDICAL))

    async def levies():
        with contextlib.suppress(LevyUnknown):
            return [levy async for levy in go_on(season, **MEDICAL, most=1)]

    await asyncio.gather(levies(), levies())
    assert [len(await billed(season, "320400", p)) for p, _ in town] == [1, 1, 1, 1, 1, 0, 0]
    [(levy, _), *_] = await past_levies(season, region_code="320400")
    assert (levy.state, levy.seen, levy.issued) == ("done", len(town), 5)


async def test_a_levy_before_its_season_is_refused(season, town):
    with pytest.raises(NotOpenYet):
        await forecast(season, **{**MEDICAL, "period": Period(2025)})


async def test_nobody_goes_on_with_a_levy_that_was_never_begun(season):
    with pytest.raises(LevyUnknown):
        [levy async for levy in go_on(season, **MEDICAL)]


async def test_last_years_amount_follows_where_the_city_says_so(season):
    kept = [
        await moved_in(season, "110000", date(1980, 1, 1), 11, last_choice=Money.yuan("4000")),
        await moved_in(season, "110000", date(1981, 1, 1), 12),
    ]
    found = await forecast(season, **PENSION)
    await run(season, **PENSION)
    [[bill], none] = [await billed(season, "110000", person) for person, _ in kept]
    assert (bill.amount, none) == (Money.yuan("4000"), [])
    assert found.unbilled == {"choice_needed": 1}


async def test_who_has_chosen_already_keeps_what_they_chose(season):
    person, enrolment = await moved_in(
        season, "110000", date(1980, 1, 1), 13, last_choice=Money.yuan("4000")
    )
    wish = Wish(
        region_code="110000",
        payer_id=person.id,
        entry_channel="baidu",
        enrolment_id=enrolment.id,
        periods=(Period(2025),),
        choice=Choice(ChoiceKind.AMOUNT, Money.yuan("6000")),
    )
    await elect(season, wish)
    await run(season, **PENSION)
    assert [bill.amount for bill in await billed(season, "110000", person)] == [Money.yuan("6000")]


async def test_a_carried_over_amount_can_be_changed_like_a_choice(season):
    person, enrolment = await moved_in(
        season, "110000", date(1980, 1, 1), 14, last_choice=Money.yuan("4000")
    )
    await run(season, **PENSION)
    wish = Wish(
        region_code="110000",
        payer_id=person.id,
        entry_channel="baidu",
        enrolment_id=enrolment.id,
        periods=(Period(2025),),
        choice=Choice(ChoiceKind.AMOUNT, Money.yuan("1000")),
    )
    await elect(season, wish)
    assert [bill.amount for bill in await billed(season, "110000", person)] == [Money.yuan("1000")]


async def test_who_is_suspended_is_not_billed(season, town):
    person, enrolment = town[0]
    async with season.db.transaction() as tx:
        await tx.script(f"UPDATE enrolments SET state = 'suspended' WHERE id = '{enrolment.id}'")
    await run(season, **MEDICAL)
    assert await billed(season, "320400", person) == []
    async with season.db.reading() as tx:
        [found] = (await enrolments.of_persons(tx, region_code="320400", person_ids=[person.id]))[
            person.id
        ]
    assert found.state == "suspended"


@pytest.mark.parametrize("day", [date(2023, 12, 31), date(2024, 2, 28), date(2024, 2, 29)])
async def test_the_books_and_the_policy_agree_how_old_somebody_is(season, day):
    born = [date(2000, 2, 27) + timedelta(days=n) for n in range(4)]
    born += [day.replace(day=28), day.replace(year=1950, day=28), date(1999, 12, 31)]
    async with season.db.reading() as tx:
        told = await tx.connection.fetchval(ASKED, born, day)
    assert told == [age_on(one, day) for one in born]


async def test_an_amount_set_ahead_is_billed_when_its_year_is_and_its_declaration_accepted(season):
    person, enrolment = await moved_in(season, "110000", date(1980, 1, 1), 15)
    other, rejected = await moved_in(season, "110000", date(1981, 1, 1), 16)
    before = replace(season, rehearsal={**season.rehearsal, "110000": date(2024, 6, 3)})
    await set_amount(before, ahead(person, enrolment, 2024, 2025))
    await set_amount(before, ahead(other, rejected, 2025))
    async with season.db.transaction() as tx:
        await tx.script(f"UPDATE enrolments SET state = 'suspended' WHERE id = '{rejected.id}'")
    await run(season, **PENSION)
    assert [bill.amount for bill in await billed(season, "110000", person)] == [Money.yuan("5000")]
    assert await declared(season, person) == ["accepted", "accepted"]
    assert await declared(season, other) == ["rejected"]


def ahead(person, enrolment, *years):
    return Wish(
        region_code="110000",
        payer_id=person.id,
        entry_channel="baidu",
        enrolment_id=enrolment.id,
        periods=tuple(Period(year) for year in years),
        choice=Choice(ChoiceKind.AMOUNT, Money.yuan("5000")),
    )


async def declared(world, person):
    async with world.db.reading() as tx:
        found = await declarations.of_person(
            tx,
            region_code="110000",
            person_id=person.id,
            since=world.now() - timedelta(days=1),
            until=world.now() + timedelta(days=1),
            most=10,
        )
    return [str(one.state) for one in found]
