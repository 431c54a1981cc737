"""Elections (选档、定额): what was chosen for which period, the last one in force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shebao.core.election import Election
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
