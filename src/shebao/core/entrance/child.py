"""Child (未满十四周岁): whose information only a parent or guardian may entrust to us.

个人信息保护法, article 31: what is known of somebody under fourteen is sensitive, and it is for the
parents to decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from shebao.core.identity import IdType
from shebao.core.refusals import Refusal

GROWN_AT: Final = 14


@dataclass(eq=False)
class ChildNeedsParent(Refusal):
    """A child cannot sign in: a parent or guardian does it and pays for the child."""


@dataclass(eq=False)
class GuardianNeeded(Refusal):
    """The person named is a child, and the payer did not say that they are the guardian."""


def is_child(born: date | None, *, id_type: str = "", on: date) -> bool:
    """Whether somebody is under fourteen on a day. Who has no card but a birth certificate is.

    >>> born = date(2010, 2, 6)
    >>> is_child(born, on=date(2024, 2, 5)), is_child(born, on=date(2024, 2, 6))
    (True, False)
    """
    if born is None:
        return id_type == IdType.BIRTH_CERTIFICATE
    return (on.year - born.year, on.month, on.day) < (GROWN_AT, born.month, born.day)
