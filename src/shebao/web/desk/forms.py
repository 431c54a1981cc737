"""Forms (柜台表单): ids that were minted with a page come back in its form, sealed.

Pressed twice, such a form has done its work once; made up by somebody else, it is not believed.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shebao.core.desk.payment_notice import in_groups
from shebao.core.identity import IdType
from shebao.core.money import Money
from shebao.core.refusals import Refusal
from shebao.web.guard import FormStale
from shebao.web.visit import Visit

ID_TYPES: Final = tuple((str(kind), kind.label) for kind in IdType)
_COMMAS: Final = str.maketrans({",": None, "，": None, " ": None, "元": None})


@dataclass(eq=False)
class SumUnreadable(Refusal):
    """What was typed is not an amount in yuan."""

    text: str


def minted(visit: Visit, prefix: str) -> Mapping[str, str]:
    """A new id for a form of this clerk, with the seal that shows it is ours."""
    id_ = visit.world.mint(prefix)
    return {"id": id_, "seal": _seal(visit, id_)}


def believed(visit: Visit) -> str:
    """The id that a form of this clerk brings back. Raises FormStale."""
    id_ = visit.form.one("id")
    if not hmac.compare_digest(visit.form.one("seal").encode(), _seal(visit, id_).encode()):
        raise FormStale
    return id_


def sum_of(text: str) -> Money:
    """Read an amount as clerks type it: 1,000 or 930.00. Raises SumUnreadable."""
    try:
        return Money.yuan(text.translate(_COMMAS))
    except (ValueError, AssertionError):
        raise SumUnreadable(text) from None


def id_type_of(text: str) -> IdType:
    """The kind of certificate that was chosen; an identity card, if none of ours was."""
    return IdType(text) if text in set(IdType) else IdType.RESIDENT


def grouped(number: str) -> str:
    """A long number as people read it out, four digits at a time."""
    return in_groups(number)


def _seal(visit: Visit, id_: str) -> str:
    return visit.world.vault.hash("desk form", visit.secret, id_).hex()
