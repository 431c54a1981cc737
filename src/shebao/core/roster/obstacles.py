"""Obstacles (不能收的原因): what speaks against a line of a roster, each answered otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shebao.core.refusals import Refusal


@dataclass(eq=False)
class TwiceInFile(Refusal):
    """The same number stands in an earlier line of the file."""

    line: int


@dataclass(eq=False)
class NameDiffers(Refusal):
    """The number belongs to somebody who is called otherwise."""


@dataclass(eq=False)
class ListedBefore(Refusal):
    """The person is on an earlier roster of this collector."""

    roster: str


@dataclass(eq=False)
class ListedElsewhere(Refusal):
    """The person is on the roster of another collector."""


@dataclass(eq=False)
class CategoryNeeded(Refusal):
    """The person is not enrolled, and the line does not say what they would be enrolled as."""

    offered: str


@dataclass(eq=False)
class CategoryNotKnown(Refusal):
    """The line names a category the region does not have."""

    written: str
    offered: str


@dataclass(eq=False)
class DistrictNotKnown(Refusal):
    """The line names a district the region does not have."""

    written: str


@dataclass(eq=False)
class CategoryDiffers(Refusal):
    """The person is enrolled in another category than the line says."""

    written: str
    known: str


@dataclass(eq=False)
class NotYourCategory(Refusal):
    """The collector may not collect for people of this category or district."""

    category: str


@dataclass(eq=False)
class CollectedByOthers(Refusal):
    """Another kind of collector collects for this category, such as schools for students."""

    category: str
    by: str


@dataclass(eq=False)
class NotPrepaid(Refusal):
    """People of this category do not pay several years at once, or not any more."""

    category: str


@dataclass(eq=False)
class EnrolmentOver(Refusal):
    """The enrolment is suspended, ended or was turned down."""

    state: str


@dataclass(eq=False)
class PaidBefore(Refusal):
    """It is paid already, by whomever."""


@dataclass(eq=False)
class InSomebodysOrder(Refusal):
    """Somebody is paying it just now, or has not finished."""


@dataclass(eq=False)
class InABatch(Refusal):
    """A bank is asked for it already."""


@dataclass(eq=False)
class PaidByGovernment(Refusal):
    """政府代缴: nothing is collected from this person."""


@dataclass(eq=False)
class SpecialBillWaits(Refusal):
    """The agency decided something else that must be paid first."""


@dataclass(eq=False)
class TooLateToCollect(Refusal):
    """The last day on which it could be paid is over."""

    until: date
