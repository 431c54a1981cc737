"""A choice makes a bill by the policy of the day, and may be changed until it is being paid."""

from dataclasses import dataclass

import pytest

from shebao.core.bill import BillNotOpen, BillState
from shebao.core.enrolment import EnrolmentState
from shebao.core.identity import IdType, parse_id
from shebao.core.money import Money
from shebao.core.period import Period
from shebao.core.policy.choice import AmountNotWhole, Choice, ChoiceKind
from shebao.core.policy.reckoning import AmountOutOfRange, TierNotOffered
from shebao.core.refusals import NotYours
from shebao.operations.choices import choices
from shebao.operations.elect import GovernmentPays, Wish, elect
from shebao.operations.enrol import Membership, register
from shebao.operations.family.naming import OnlyForOneself, name_payee
from shebao.operations.open_order import Basket, open_orders
from shebao.operations.payables import Ask, payables
from shebao.operations.sign_in import Claim, new_person
from shebao.store import bills


@dataclass
class Resident:
    """Somebody of a city with one enrolment."""

    world: object
    region_code: str
    person: object
    enrolment: object

    async def chooses(self, amount, kind, *periods, by=None):
        return await elect(
            self.world,
            Wish(
                region_code=self.region_code,
                payer_id=by or self.person.id,
                entry_channel=self.world.region(self.region_code).default_channel,
                enrolment_id=self.enrolment.id,
                periods=tuple(Period.parse(period) for period in periods),
                choice=Choice.read(kind, amount),
            ),
        )

    async def sees(self, *, viewer=None):
        ask = Ask(self.region_code, viewer or self.person.id, self.person.id)
        [found] = await payables(self.world, [ask])
        return found


@pytest.fixture
def living(world, people):
    """Make a resident: region, scheme, and what the agency says besides."""

    async def make(region_code, scheme, *, born="19800101", **facts):
        number = parse_id(IdType.RESIDENT, people.number(born=born), on=world.today(region_code))
        person = new_person(world, name="选档人", number=number)
        kept, [enrolment] = await register(
            world,
            region_code=region_code,
            person=person,
            memberships=[Membership(scheme=scheme, **facts)],
        )
        return Resident(world, region_code, kept, enrolment)

    return make


async def explanation(world, region_code, bill_id):
    async with world.db.reading() as tx:
        found = await bills.explanations(tx, region_code=region_code, bill_ids=[bill_id])
    return found[bill_id]


async def test_beijing_4000_brings_a_subsidy_of_120(world, living):
    resident = await living("110000", "resident_pension", last_choice=Money.yuan("4000"))
    await resident.chooses("4000", ChoiceKind.AMOUNT, "2025")
    [due] = (await resident.sees()).due
    subsidy = [share.amount for share in due.bill.shares if share.payer == "subsidy"]
    assert (due.bill.amount, subsidy) == (Money.yuan("4000"), [Money.yuan("120")])


async def test_every_bill_says_its_version_its_source_and_its_arithmetic(world, living):
    resident = await living("110000", "resident_pension")
    [bill_id] = await resident.chooses("4000", ChoiceKind.AMOUNT, "2025")
    found = await explanation(world, "110000", bill_id)
    assert found.version
    assert "2025" in found.source
    assert any("4,000.00 元" in line for line in found.arithmetic)


async def test_wuxi_months_come_to_the_figures_of_the_seed(living):
    pension = await living("320200", "flexible_pension", last_choice=Money.yuan("4494"))
    await pension.chooses("4494", ChoiceKind.BASE, "2023-01", "2023-02")
    owed = [due.bill for due in (await pension.sees()).due]
    assert [bill.amount for bill in owed] == [Money.yuan("898.80")] * 2
    assert {str(bill.period) for bill in owed} == {"2023-01", "2023-02"}


@pytest.mark.parametrize(
    ("amount", "refusal"),
    [("999", AmountOutOfRange), ("9000.01", AmountOutOfRange), ("1999.995", AmountNotWhole)],
)
async def test_an_amount_outside_the_rule_is_refused(living, amount, refusal):
    resident = await living("110000", "resident_pension")
    with pytest.raises(refusal):
        await resident.chooses(amount, ChoiceKind.AMOUNT, "2025")


async def test_a_tier_of_last_year_is_refused_with_what_is_offered(living):
    resident = await living("330200", "resident_pension", last_choice=Money.yuan("800"))
    with pytest.raises(TierNotOffered) as refused:
        await resident.chooses("800", ChoiceKind.TIER, "2024")
    assert "1000" in refused.value.offered


async def test_where_government_pays_all_there_is_nothing_to_pay(living):
    resident = await living("330200", "resident_pension", identity="low_income")
    with pytest.raises(GovernmentPays):
        await resident.chooses("300", ChoiceKind.TIER, "2024")


async def test_another_choice_takes_the_place_of_the_first(living):
    resident = await living("330200", "resident_pension")
    [first] = await resident.chooses("500", ChoiceKind.TIER, "2024")
    [second] = await resident.chooses("5000", ChoiceKind.TIER, "2024")
    [due] = (await resident.sees()).due
    assert first != second == due.bill.id
    assert due.bill.amount == Money.yuan("5000")


async def test_the_same_choice_again_is_the_same_bill(living):
    resident = await living("330200", "resident_pension")
    first = await resident.chooses("500", ChoiceKind.TIER, "2024")
    assert await resident.chooses("500", ChoiceKind.TIER, "2024") == first


async def test_what_is_being_paid_is_not_changed_any_more(world, living):
    resident = await living("330200", "resident_pension")
    owed = await resident.chooses("500", ChoiceKind.TIER, "2024")
    basket = Basket(
        region_code="330200",
        order_id=world.mint("ord"),
        payer_id=resident.person.id,
        entry_channel="wechat_account",
        bill_ids=frozenset(owed),
    )
    await open_orders(world, [basket])
    with pytest.raises(BillNotOpen) as refused:
        await resident.chooses("5000", ChoiceKind.TIER, "2024")
    assert refused.value.state == BillState.RESERVED
    [waits] = [one for one in (await resident.sees()).not_now if one.order_id]
    assert (waits.word, waits.order_id) == ("in_your_order", basket.order_id)


async def test_nobody_chooses_for_a_stranger(living):
    resident = await living("330200", "resident_pension")
    stranger = await living("330200", "resident_pension")
    with pytest.raises(NotYours):
        await resident.chooses("500", ChoiceKind.TIER, "2024", by=stranger.person.id)


async def test_nobody_sees_what_a_stranger_owes(living):
    resident = await living("330200", "resident_pension")
    stranger = await living("330200", "resident_pension")
    assert isinstance(await resident.sees(viewer=stranger.person.id), NotYours)


async def test_what_nobody_chooses_is_billed_on_registration(living):
    child = await living("320400", "resident_medical", district="320402", category="minor")
    [due] = (await child.sees()).due
    assert due.bill.amount == Money.yuan("390")


@pytest.mark.parametrize(("district", "amount"), [("320402", "930"), ("320481", "730")])
async def test_the_district_sets_the_price(living, district, amount):
    adult = await living("320400", "resident_medical", district=district, category="non_working")
    [due] = (await adult.sees()).due
    assert due.bill.amount == Money.yuan(amount)
    assert {share.fund for share in due.bill.shares} >= {"medical", "long_term_care"}


async def test_a_hardship_payer_sees_that_government_pays(living):
    elder = await living(
        "320400",
        "resident_medical",
        born="19500101",
        district="320402",
        category="elderly",
        identity="low_income",
    )
    words = {one.word for one in (await elder.sees()).not_now}
    assert "government_pays" in words


async def test_in_beijing_one_pays_only_for_oneself(world, living):
    resident = await living("110000", "resident_pension")
    with pytest.raises(OnlyForOneself):
        await name_payee(
            world,
            region_code="110000",
            entry_channel="baidu",
            payer_id=resident.person.id,
            claim=Claim("李四", IdType.RESIDENT, "110101200001011234"),
        )


async def test_the_options_start_from_what_was_chosen_last(world, living):
    resident = await living("330200", "resident_pension", last_choice=Money.yuan("3000"))
    found = await choices(
        world,
        region_code="330200",
        viewer_id=resident.person.id,
        enrolment_id=resident.enrolment.id,
    )
    assert found.enrolment.last_choice == Money.yuan("3000")
    assert Money.yuan("5000") in {tier.amount for tier in found.options.tiers}
    assert found.enrolment.state is EnrolmentState.ACTIVE
