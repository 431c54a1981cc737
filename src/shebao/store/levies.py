"""Levies (年度核定): runs that bill a whole scheme, each with what its cohorts owe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from shebao.core.identity import Sex
from shebao.core.levy import STEPS, Levy, LevyEvent, LevyState
from shebao.core.money import Money
from shebao.core.period import Period
from shebao.core.policy.cohort import Cohort, Priced, Traits
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL: Final = Queries("levies")


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one step of a levy came to: people looked at, bills issued, the last person."""

    seen: int
    issued: int
    after: str


@dataclass(frozen=True, slots=True)
class Serials:
    """Ids whose last eight characters give way to a serial, so that one serves a whole chunk."""

    bill_id: str
    election_id: str


async def cohorts(
    tx: Tx, *, region_code: str, scheme: str, period: Period, traits: Traits
) -> list[Cohort]:
    """Who is in a scheme, as kinds of people the policy can tell apart."""
    rows = await tx.rows(
        SQL.cohorts,
        region_code=region_code,
        scheme=scheme,
        period=str(period),
        reference_day=traits.reference_day,
        by_choice=traits.choice,
    )
    return [_cohort(row) for row in rows]


async def begin(tx: Tx, levy: Levy, prices: Sequence[Priced], *, at: datetime) -> None:
    """Write a levy down with its prices."""
    await tx.run(
        SQL.insert_levy,
        region_code=levy.region_code,
        id=levy.id,
        scheme=levy.scheme,
        period=str(levy.period),
        as_of=levy.as_of,
        reference_day=levy.reference_day,
        by_choice=levy.by_choice,
        payable_until=levy.payable_until,
        people=levy.people,
        at=at,
    )
    await tx.run(
        SQL.insert_prices,
        region_code=levy.region_code,
        levy_id=levy.id,
        prices=[_price(priced) for priced in prices],
    )


async def lock_running(tx: Tx, *, region_code: str, scheme: str, period: Period) -> Levy | None:
    """The running levy of a scheme and period, held until the transaction ends."""
    row = await tx.row(SQL.lock_running, region_code=region_code, scheme=scheme, period=str(period))
    return None if row is None else _levy(row)


async def issue_chunk(
    tx: Tx, levy: Levy, *, kind: str, serials: Serials, most: int, at: datetime
) -> Chunk:
    """Issue the bills of the next people of a levy, and write down how far it has come.

    The levy is locked.
    """
    row = await tx.row(
        SQL.issue_chunk,
        region_code=levy.region_code,
        levy_id=levy.id,
        scheme=levy.scheme,
        period=str(levy.period),
        kind=kind,
        reference_day=levy.reference_day,
        by_choice=levy.by_choice,
        after=levy.after,
        most=most,
        bill_id=serials.bill_id,
        election_id=serials.election_id,
        payable_until=levy.payable_until,
        made_by=levy.id,
        at=at,
    )
    assert row is not None
    chunk = Chunk(row["seen"], row["issued"], row["after"] or levy.after)
    if chunk.seen:
        await tx.run(
            SQL.come_further,
            region_code=levy.region_code,
            levy_id=levy.id,
            after=chunk.after,
            seen=chunk.seen,
            issued=chunk.issued,
        )
    return chunk


async def finish(tx: Tx, levy: Levy, *, at: datetime) -> None:
    """A levy has come to its end. The levy is locked."""
    event = LevyEvent.FINISHED
    done = await tx.run(
        SQL.finish,
        region_code=levy.region_code,
        levy_id=levy.id,
        version=levy.version,
        event=event,
        state=STEPS.after(levy.state, event),
        at=at,
    )
    assert done == 1


async def of_region(tx: Tx, *, region_code: str) -> list[Levy]:
    """The levies of a region, the newest first."""
    return [_levy(row) for row in await tx.rows(SQL.of_region, region_code=region_code)]


async def unbilled(tx: Tx, *, region_code: str, levy_id: str) -> dict[str, int]:
    """To how many people nothing is billed, by the reason in a word."""
    rows = await tx.rows(SQL.unbilled, region_code=region_code, levy_id=levy_id)
    return {row["unbilled"]: row["people"] for row in rows}


def _cohort(row: Row) -> Cohort:
    last = row["last_choice_fen"]
    return Cohort(
        key=row["cohort"],
        people=row["people"],
        category=row["category"],
        district=row["district"],
        identity=row["identity"],
        sex=Sex(row["sex"]) if row["sex"] else None,
        age=row["age"],
        subsidised_years=row["subsidised_years"] or 0,
        last_choice=None if last is None else Money(last),
    )


def _price(priced: Priced) -> dict[str, Any]:
    found = priced.assessment
    price: dict[str, Any] = {"cohort": priced.cohort.key, "people": priced.cohort.people}
    if found is None:
        return {**price, "unbilled": priced.unbilled}
    return {
        **price,
        "unbilled": "",
        "amount_fen": found.personal.fen,
        "label": found.label,
        "shares": [[share.fund, share.payer, share.amount.fen] for share in found.shares],
        "policy_version": found.version,
        "source": str(found.source),
        "arithmetic": list(found.arithmetic),
        "chosen_fen": None if priced.chosen is None else priced.chosen.fen,
    }


def _levy(row: Row) -> Levy:
    as_of: date = row["as_of"]
    return Levy(
        region_code=row["region_code"],
        id=row["id"],
        scheme=row["scheme"],
        period=Period.parse(row["period"]),
        as_of=as_of,
        reference_day=row["reference_day"],
        by_choice=row["by_choice"],
        payable_until=row["payable_until"],
        people=row["people"],
        seen=row["seen"],
        issued=row["issued"],
        after=row["after"],
        state=LevyState(row["state"]),
        version=row["version"],
    )
