"""Promises: what the platform promises about money, asked of the books as SQL.

Promise 2 (the journal is only added to) is the database's own trigger, 11 the guards of the
doors, and 12 a seed; the rest can be asked at any moment.
"""

from __future__ import annotations

from shebao.store.database import Tx
from shebao.store.queries import Queries

SQL = Queries("promises")


async def broken(tx: Tx) -> dict[str, list[str]]:
    """For each promise by name, what breaks it: empty lists, if all are kept."""
    found = {}
    await tx.row(SQL.join_whole_tables)
    for query in (
        SQL.entries_sum_to_zero,
        SQL.bills_are_paid_once,
        SQL.reserved_bills_are_held,
        SQL.money_told_is_in_the_journal,
        SQL.told_twice_is_told_once,
        SQL.paid_orders_have_receipts,
        SQL.suspense_has_names,
        SQL.refund_due_has_names,
        SQL.money_goes_back_once,
        SQL.slips_have_no_gaps,
        SQL.cash_is_where_slips_say,
        SQL.states_have_events,
        SQL.amounts_cite_their_policy,
        SQL.statements_agree_or_differ_by_name,
        SQL.closed_days_stay_closed,
    ):
        found[query.name] = [row["broken"] for row in await tx.rows(query)]
    return found
