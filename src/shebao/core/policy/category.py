"""Category (人员类别): which kind of person somebody is, by the table and the reference day.

What an enrolment says may be a year old, and people grow older. So a decisive age test wins over
it; any other age test only fills in what nobody has told us.
"""

from __future__ import annotations

from dataclasses import dataclass

from shebao.core.policy.choice import Situation, age_on
from shebao.core.policy.rules import ByCategory, Category
from shebao.core.policy.scheme import Scheme
from shebao.core.refusals import Refusal


@dataclass(eq=False)
class CategoryUnknown(Refusal):
    """Nobody told us which kind of person this is, or told us a kind the table does not have."""

    category: str
    offered: str


@dataclass(eq=False)
class DistrictUnknown(Refusal):
    """A district is not one of the region's."""

    district: str
    offered: str


@dataclass(eq=False)
class IdentityUnknown(Refusal):
    """A special identity is not one the region knows."""

    identity: str
    offered: str


def category_of(rule: ByCategory, situation: Situation) -> Category:
    """The category a person belongs to in a period, by the table that governs it."""
    told, aged = _told(rule, situation), _aged(rule, situation)
    if aged is not None and (told is None or aged.decisive):
        return aged
    if told is not None:
        return told
    offered = "、".join(category.name for category in rule.categories)
    raise CategoryUnknown(category=situation.category or "", offered=offered)


def age_in(rule: ByCategory, situation: Situation) -> int | None:
    """The age on the reference day of the period, when a birthday is known."""
    if situation.born is None:
        return None
    return age_on(situation.born, rule.reference.of(situation.period))


def must_be_known(scheme: Scheme, situation: Situation) -> None:
    """Refuse a district or an identity the region does not have, before it prices anything."""
    district, identity = situation.district, situation.identity
    if district is not None and district not in scheme.districts:
        raise DistrictUnknown(district, "、".join(scheme.districts.values()))
    if identity is not None and identity not in scheme.identities:
        raise IdentityUnknown(identity, "、".join(scheme.identities.values()))


def _told(rule: ByCategory, situation: Situation) -> Category | None:
    for category in rule.categories:
        if situation.category in (category.id, category.name, *category.also):
            return category
    return None


def _aged(rule: ByCategory, situation: Situation) -> Category | None:
    age = age_in(rule, situation)
    if age is None or situation.sex is None:
        return None
    for category in rule.categories:
        for ages in category.ages:
            young = ages.youngest is not None and age < ages.youngest
            old = ages.oldest is not None and age > ages.oldest
            if ages.sex is situation.sex and not young and not old:
                return category
    if situation.category is not None:
        return None  # Somebody told us something: a name that is not on the table is not "rest".
    return next((category for category in rule.categories if category.rest), None)
