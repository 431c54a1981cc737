"""Issue bills: the yearly levy of what nobody chooses, and what the agency decided (核定)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shebao.core.bill import BillKind, Explanation, ShareOfBill
from shebao.core.enrolment import Enrolment
from shebao.core.identity import Sex
from shebao.core.money import ZERO, Money
from shebao.core.period import Period
from shebao.core.policy.assessment import Assessment, assess
from shebao.core.policy.category import CategoryUnknown
from shebao.core.policy.choice import Choice, Situation
from shebao.core.policy.offers import OptionsKind, options
from shebao.core.policy.scheme import PeriodKind, PolicyUnconfirmed, Scheme
from shebao.core.policy.window import open_periods, window
from shebao.operations.world import World
from shebao.store import bills
from shebao.store.bills import NewBill
from shebao.store.persons import PersonRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """An amount the agency decided, with its document (核定单)."""

    kind: BillKind
    period: Period
    amount: Money
    government: Money
    document: str
    label: str


def situation_of(person: PersonRow, enrolment: Enrolment, period: Period) -> Situation:
    """What the policy has to know of a person to say what they owe."""
    return Situation(
        period=period,
        category=enrolment.category,
        district=enrolment.district,
        identity=enrolment.identity,
        born=person.born,
        sex=Sex(person.sex) if person.sex else None,
        subsidised_years=enrolment.subsidised_years,
    )


def kind_of(scheme: Scheme) -> BillKind:
    """The kind of an ordinary bill of a scheme."""
    return BillKind.MONTHLY if scheme.kind is PeriodKind.MONTH else BillKind.YEARLY


def explanation_of(assessment: Assessment) -> Explanation:
    """What a bill keeps of why it is what it is."""
    return Explanation(assessment.version, str(assessment.source), assessment.arithmetic)


async def levy_open(world: World, *, person: PersonRow, belongs: Sequence[Enrolment]) -> int:
    """Issue what one person owes today wherever there is nothing to choose; say how many."""
    issued = []
    for enrolment in belongs:
        scheme = world.region(enrolment.region_code).scheme(enrolment.scheme)
        today = world.today(enrolment.region_code)
        for period in open_periods(scheme, on=today):
            bill = _levied(world, person, enrolment, period)
            issued += [] if bill is None else [bill]
    async with world.db.transaction() as tx:
        return await bills.issue(tx, region_code=person.region_code, bills=issued, at=world.now())


def ordinary_bill(
    world: World,
    person: PersonRow,
    enrolment: Enrolment,
    period: Period,
    *,
    choice: Choice | None,
) -> NewBill | None:
    """The bill of one enrolment and period; none when government pays all of it.

    Raises what the policy has to say against the choice.
    """
    scheme = world.region(enrolment.region_code).scheme(enrolment.scheme)
    today = world.today(enrolment.region_code)
    assessment = assess(scheme, situation_of(person, enrolment, period), choice, as_of=today)
    if assessment.personal == ZERO:
        return None
    return NewBill(
        id=world.mint("bil"),
        person_id=person.id,
        enrolment_id=enrolment.id,
        scheme=scheme.id,
        period=period,
        kind=kind_of(scheme),
        label=assessment.label,
        amount=assessment.personal,
        shares=tuple(
            ShareOfBill(share.fund, share.payer, share.amount) for share in assessment.shares
        ),
        explanation=explanation_of(assessment),
        payable_until=window(scheme, period, on=today).payable_until,
    )


def _levied(
    world: World, person: PersonRow, enrolment: Enrolment, period: Period
) -> NewBill | None:
    """The bill of somebody who has nothing to choose; none where the policy cannot say yet."""
    scheme = world.region(enrolment.region_code).scheme(enrolment.scheme)
    today = world.today(enrolment.region_code)
    try:
        offered = options(scheme, situation_of(person, enrolment, period), as_of=today)
        if offered.kind is not OptionsKind.NONE:
            return None
        return ordinary_bill(world, person, enrolment, period, choice=None)
    except (CategoryUnknown, PolicyUnconfirmed):
        return None  # The page of what is owed says why.


async def push_decisions(
    world: World, *, enrolment: Enrolment, decisions: Sequence[Decision]
) -> int:
    """Take over what the agency decided of one enrolment; a document already here stays."""
    scheme = world.region(enrolment.region_code).scheme(enrolment.scheme)
    new = [_decided(world, enrolment, decision, scheme) for decision in decisions]
    async with world.db.transaction() as tx:
        return await bills.issue(tx, region_code=enrolment.region_code, bills=new, at=world.now())


def _decided(world: World, enrolment: Enrolment, decision: Decision, scheme: Scheme) -> NewBill:
    assert decision.kind.special
    shares = [ShareOfBill(scheme.fund, "personal", decision.amount)]
    arithmetic = [f"{decision.label}：核定单 {decision.document}，个人应缴 {decision.amount} 元"]
    if decision.government != ZERO:
        shares.append(ShareOfBill(scheme.fund, "government", decision.government))
        arithmetic.append(f"政府代缴 {decision.government} 元")
    return NewBill(
        id=world.mint("bil"),
        person_id=enrolment.person_id,
        enrolment_id=enrolment.id,
        scheme=scheme.id,
        period=decision.period,
        kind=decision.kind,
        label=decision.label,
        amount=decision.amount,
        shares=tuple(shares),
        explanation=Explanation(
            f"核定 {decision.document}", f"经办机构核定单 {decision.document}", tuple(arithmetic)
        ),
        document=decision.document,
    )
