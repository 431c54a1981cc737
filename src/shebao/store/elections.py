"""Elections (选档、定额): what was chosen for which period, the last one in force."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from shebao.core.election import Election
from shebao.core.money import Money
from shebao.core.period import Period
from shebao.store.database import Tx
from shebao.store.queries import Queries

SQL = Queries("elections")


async def make(tx: Tx, elections: Sequence[Election], *, at: datetime) -> None:
    """Write down one choice for one or more periods of an enrolment, in place of any before.

    The enrolment is locked.
    """
    first = elections[0]
    periods = [str(election.period) for election in elections]
    await tx.run(
        SQL.replace,
        region_code=first.region_code,
        enrolment_id=first.enrolment_id,
        periods=periods,
        at=at,
    )
    await tx.run(
        SQL.insert_elections,
        region_code=first.region_code,
        enrolment_id=first.enrolment_id,
        ids=[election.id for election in elections],
        periods=periods,
        chosen_fen=first.chosen.fen,
        made_by=first.made_by,
        entry_channel=first.entry_channel,
        at=at,
    )


async def standing(
    tx: Tx, *, region_code: str, enrolment_ids: Iterable[str], since: Period
) -> dict[str, dict[Period, Money]]:
    """What is set for each of some enrolments, for a period and those after it."""
    rows = await tx.rows(
        SQL.standing,
        region_code=region_code,
        enrolment_ids=sorted(set(enrolment_ids)),
        since=str(since),
    )
    found: dict[str, dict[Period, Money]] = {}
    for row in rows:
        periods = found.setdefault(row["enrolment_id"], {})
        periods[Period.parse(row["period"])] = Money(row["chosen_fen"])
    return found


async def void(
    tx: Tx, *, region_code: str, enrolment_id: str, periods: Iterable[Period], at: datetime
) -> int:
    """Make void what is set for some periods; say how many there were. The enrolment is locked."""
    return await tx.run(
        SQL.void_elections,
        region_code=region_code,
        enrolment_id=enrolment_id,
        periods=[str(period) for period in periods],
        at=at,
    )
