"""The demo residents are invented, their numbers are well formed, and the policies know them."""

import tomllib
from datetime import date
from importlib import resources

import pytest

from shebao.core.identity import IdType, parse_id
from shebao.core.period import Period
from shebao.core.policy.assessment import assess
from shebao.core.policy.choice import Choice, ChoiceKind, Situation
from shebao.core.policy.offers import options
from shebao.core.policy.window import open_periods
from shebao.store.packs.folder import load_packs, packs_folder

FILE = tomllib.loads((resources.files("shebao") / "cli" / "demo_residents.toml").read_text("utf-8"))
RESIDENTS = FILE["resident"]
DAYS = FILE["rehearsal"]
ENROLMENTS = [
    pytest.param(each, enrolment, id=f"{each['key']}: {enrolment['scheme']}")
    for each in RESIDENTS
    for enrolment in each.get("enrolments", [])
]
LEAST = {  # The least anybody may choose that day, by city and kind of choice.
    ("110000", ChoiceKind.AMOUNT): Choice.read(ChoiceKind.AMOUNT, "1000"),
    ("110000", ChoiceKind.BASE): Choice.read(ChoiceKind.BASE, "6821"),
    ("320200", ChoiceKind.BASE): Choice.read(ChoiceKind.BASE, "4494"),
    ("320400", ChoiceKind.TIER): Choice.read(ChoiceKind.TIER, "960"),
    ("330200", ChoiceKind.TIER): Choice.read(ChoiceKind.TIER, "300"),
}
SPECIALS = [
    pytest.param(each, special, id=f"{each['key']}: {special['document']}")
    for each in RESIDENTS
    for special in each.get("specials", [])
]


@pytest.fixture(scope="module")
def regions():
    return load_packs(packs_folder())


def key(resident):
    return resident["key"]


@pytest.mark.parametrize("resident", RESIDENTS, ids=key)
def test_a_number_is_well_formed_and_a_phone_plainly_invented(resident):
    day = DAYS[resident["region"]]
    assert parse_id(IdType.RESIDENT, resident["id_number"], on=day).born < day
    assert resident["phone"].startswith("1380000")
    assert len(resident["phone"]) == 11


def test_nobody_is_there_twice():
    numbers = [each["id_number"] for each in RESIDENTS]
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("code", ["110000", "320200", "320400", "330200"])
def test_every_city_has_a_day_and_three_residents_or_more(code):
    assert isinstance(DAYS[code], date)
    assert sum(each["region"] == code for each in RESIDENTS) >= 3


@pytest.mark.parametrize("resident", RESIDENTS, ids=key)
def test_whom_a_resident_helps_lives_in_the_same_city(resident):
    neighbours = {each["key"] for each in RESIDENTS if each["region"] == resident["region"]}
    assert set(resident.get("helps", [])) <= neighbours - {resident["key"]}


@pytest.mark.parametrize(("resident", "enrolment"), ENROLMENTS)
def test_an_enrolment_is_open_that_day_and_the_policy_knows_its_facts(regions, resident, enrolment):
    region, day = regions[resident["region"]], DAYS[resident["region"]]
    scheme = region.scheme(enrolment["scheme"])
    periods = open_periods(scheme, on=day)
    assert periods
    situation = Situation(
        period=periods[-1],
        category=enrolment.get("category"),
        district=enrolment["district"],
        identity=enrolment.get("identity"),
    )
    kind = options(scheme, situation, as_of=day).choice_kind
    choice = LEAST.get((scheme.region_code, kind))
    assert assess(scheme, situation, choice, as_of=day).arithmetic


@pytest.mark.parametrize(("resident", "special"), SPECIALS)
def test_a_special_bill_is_of_a_kind_the_scheme_allows(regions, resident, special):
    scheme = regions[resident["region"]].scheme(special["scheme"])
    assert special["kind"] in scheme.special
    assert Period.parse(special["period"]).month is None
