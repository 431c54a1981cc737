"""A region is data: a fifth one needs a folder and no line of code."""

from datetime import date

import pytest
from tests.policies.fifth_region import CODE, write_fifth_region

from shebao.core.money import Money
from shebao.core.period import Period
from shebao.core.policy.assessment import assess
from shebao.core.policy.choice import Choice, ChoiceKind, Situation
from shebao.core.policy.window import WindowState, window
from shebao.store.packs.folder import load_packs, read_pack

AS_OF = date(2024, 7, 1)


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    folder = tmp_path_factory.mktemp("packs")
    write_fifth_region(folder)
    return load_packs(folder)[CODE]


def test_the_pack_is_whole(tmp_path):
    assert read_pack(write_fifth_region(tmp_path)).mistakes == ()


@pytest.mark.parametrize(
    ("scheme", "period", "choice", "category", "personal"),
    [
        ("resident_pension", "2024", Choice.read(ChoiceKind.TIER, "1000"), None, "1000"),
        ("village_pension", "2024", Choice.read(ChoiceKind.AMOUNT, "750"), None, "750"),
        ("resident_medical", "2024", None, "other", "500"),
        ("flexible_pension", "2024-03", Choice.read(ChoiceKind.BASE, "5000"), None, "1000"),
        ("flexible_pension", "2024-03", Choice.read(ChoiceKind.BASE, "20000"), None, "4000.01"),
    ],
)
def test_all_four_rules_work_in_it(region, scheme, period, choice, category, personal):
    situation = Situation(period=Period.parse(period), category=category)
    found = assess(region.scheme(scheme), situation, choice, as_of=AS_OF)
    assert found.personal == Money.yuan(personal)


def test_its_window_is_extended_by_a_later_notice(region):
    scheme = region.scheme("village_pension")
    assert window(scheme, Period(2024), on=AS_OF).state is WindowState.OPEN


def test_its_own_words_and_times_are_kept(region):
    assert (region.words["choose"], region.order_seconds) == ("选档缴费", 900)


@pytest.mark.parametrize(
    ("scheme", "name"),
    [
        ("resident_pension", "示例市人力资源和社会保障局"),
        ("village_pension", "示例市自然资源局"),
    ],
)
def test_one_asks_the_agency_of_the_scheme_or_else_of_its_fund(region, scheme, name):
    assert region.agency_for(region.scheme(scheme)).name == name
