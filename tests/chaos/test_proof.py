"""Money that is not where it belongs after a storm is found, whatever the reason."""

from __future__ import annotations

import pytest
from chaos.payer import Known
from chaos.proof import Findings, Sum, balances, misplaced, out_of_nothing
from chaos.report import Report
from chaos.storm import Damage
from chaos.weather import Kill

AT_CHANNEL = Sum("wechat", "4200", "att1", 12_000, 0)
GONE_BACK = Sum("wechat", "4200", "att1", 12_000, 12_000)


def books(state: str, fen: int = 12_000, reference: str = "4200") -> list[dict]:
    return [{"method": "wechat", "reference": reference, "amount_fen": fen, "state": state}]


@pytest.mark.parametrize(
    ("held", "ours"),
    [
        (AT_CHANNEL, books("applied")),
        (AT_CHANNEL, books("unapplied")),
        (AT_CHANNEL, books("refunding")),
        (GONE_BACK, books("refunded")),
    ],
)
def test_money_that_is_applied_or_on_its_way_back_is_where_it_belongs(held, ours):
    assert [*misplaced([held], ours)] == []
    assert out_of_nothing([held], ours) == []


@pytest.mark.parametrize(
    ("held", "ours", "lost"),
    [
        (AT_CHANNEL, [], 12_000),
        (AT_CHANNEL, books("applied", 11_900), 12_000),
        (GONE_BACK, books("applied"), 12_000),
        (AT_CHANNEL, books("refunded"), 12_000),
        (GONE_BACK, books("refunding"), 0),
    ],
)
def test_money_that_is_not_where_it_belongs_is_found(held, ours, lost):
    [(what, fen)] = misplaced([held], ours)
    assert "4200" in what
    assert fen == lost


def test_money_that_no_channel_holds_is_found_in_the_books():
    [what] = out_of_nothing([AT_CHANNEL], books("applied") + books("applied", reference="4201"))
    assert "4201" in what


def test_a_journal_that_differs_from_the_channel_is_found():
    assert balances([AT_CHANNEL], [{"method": "wechat", "fen": 12_000}]) == []
    [what] = balances([AT_CHANNEL], [{"method": "wechat", "fen": 24_000}])
    assert "24000" in what
    [what] = balances([AT_CHANNEL, GONE_BACK], [])
    assert "12000" in what


def report(*, seconds: int, orders: int, kills: int, violations: tuple[str, ...] = ()) -> Report:
    damage, findings = Damage(), Findings([*violations], {}, orders)
    damage.kills[Kill.WEB] = kills
    return Report(
        seed=1, seconds=seconds, damage=damage, known=Known(), settled_after_s=1.0,
        findings=findings,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("told", "well"),
    [
        (report(seconds=60, orders=5_000, kills=10), True),
        (report(seconds=60, orders=4_999, kills=10), False),
        (report(seconds=60, orders=5_000, kills=9), False),
        (report(seconds=8, orders=1, kills=1), True),
        (report(seconds=8, orders=1, kills=0), False),
        (report(seconds=8, orders=1, kills=1, violations=("a fen is missing",)), False),
    ],
)
def test_a_storm_went_well_only_if_it_was_one_and_nothing_is_missing(told, well):
    assert told.facts()["ok"] is well


def test_recovery_is_from_a_kill_until_somebody_could_begin_to_pay_who_came_after_it():
    told = report(seconds=8, orders=1, kills=1)
    told.damage.killed_at.append((10.0, Kill.WEB))
    told.known.begun += [(9.0, 10.1), (10.5, 13.0), (11.0, 12.5)]
    assert told.recoveries == [(2.5, "web")]
