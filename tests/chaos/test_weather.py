"""A seed decides a whole storm beforehand, and a storm of a minute is one."""

from __future__ import annotations

from collections import Counter

import pytest
from chaos.weather import Blow, Fault, Kill, Trouble, forecast

SEEDS = range(1, 21)


def kinds(blows: list[Blow], kind: type) -> Counter:
    return Counter(blow.what for blow in blows if isinstance(blow.what, kind))


def test_the_same_seed_is_the_same_storm() -> None:
    assert forecast(7, 60) == forecast(7, 60)
    assert forecast(7, 60) != forecast(8, 60)


@pytest.mark.parametrize("seed", SEEDS)
def test_in_a_minute_ten_are_killed_and_of_every_kind_some(seed: int) -> None:
    kills = kinds(forecast(seed, 60), Kill)
    assert kills.total() >= 10
    assert set(kills) == set(Kill)


@pytest.mark.parametrize("seed", SEEDS)
def test_in_a_minute_all_goes_wrong_that_can(seed: int) -> None:
    blows = forecast(seed, 60)
    assert set(kinds(blows, Trouble)) == set(Trouble)
    assert set(kinds(blows, Fault)) == set(Fault)


@pytest.mark.parametrize("seconds", [4, 8, 60])
@pytest.mark.parametrize("seed", SEEDS)
def test_something_is_killed_in_every_storm_and_nothing_after_it(seed: int, seconds: int) -> None:
    blows = forecast(seed, seconds)
    assert kinds(blows, Kill).total() > 0
    assert max(blow.at + blow.seconds for blow in blows) <= seconds
    assert [blow.at for blow in blows] == sorted(blow.at for blow in blows)
