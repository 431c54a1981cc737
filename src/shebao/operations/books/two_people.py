"""Two people (双人复核): one proposes, somebody else approves, each with the duty."""

from __future__ import annotations

from shebao.core.desk.clerk import Clerk, Duty
from shebao.core.desk.request import AnotherClerkNeeded


def second_person(first_id: str, second: Clerk) -> None:
    """See that a clerk may approve what another proposed. Raises DutyMissing and others."""
    second.must(Duty.BOOKS_APPROVE)
    if first_id == second.id:
        raise AnotherClerkNeeded
