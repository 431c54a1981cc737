"""OpenFisca amounts: what each person of a city owes for a year, by a rules engine in memory.

Runs under the interpreter of an environment that has `openfisca-core`, and imports nothing of
ours. It is given how many people there are and what each kind of them owes; people are put
together as `registered.sql` does it, a block at a time. The time is that of the engine alone:
setting what is known of people, and calculating what they owe.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from typing import Any, Final

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

BLOCK: Final = 100_000
YEAR: Final = "2024"
DISTRICTS: Final = ("320402", "320404", "320411", "320412", "320413", "320481")
CATEGORIES: Final = ("elderly", "non_working", "college", "minor")
OLDEST_FIRST: Final = (10_000, 26_000, 28_000)  # Of 32,000 days of birth.
PERSON: Final = build_entity(key="person", plural="persons", label="", is_person=True)


def system(owed: dict[str, int]) -> TaxBenefitSystem:
    """The rules of one year: by category and district, and nothing from the destitute."""
    table = np.array(
        [[owed.get(f"{kind} {place}", 0) for place in DISTRICTS] for kind in CATEGORIES]
    )

    class category(Variable):  # noqa: N801
        value_type, entity, definition_period = int, PERSON, DateUnit.YEAR

    class district(Variable):  # noqa: N801
        value_type, entity, definition_period = int, PERSON, DateUnit.YEAR

    class destitute(Variable):  # noqa: N801
        value_type, entity, definition_period = bool, PERSON, DateUnit.YEAR

    class due(Variable):  # noqa: N801
        value_type, entity, definition_period = int, PERSON, DateUnit.YEAR

        def formula(person: Any, period: Any) -> Any:  # noqa: N805
            kind, place = person("category", period), person("district", period)
            return np.where(person("destitute", period), 0, table[kind, place])

    rules = TaxBenefitSystem([PERSON])
    rules.add_variables(category, district, destitute, due)
    return rules


def main() -> None:
    """Reckon the whole city, and tell what it came to and what it took."""
    asked = json.load(sys.stdin)
    rules, fen, spent = system(asked["owed"]), 0, 0.0
    for first in range(1, asked["people"] + 1, BLOCK):
        who = np.arange(first, min(first + BLOCK, asked["people"] + 1))
        known = {
            "category": np.searchsorted(OLDEST_FIRST, who * 7919 % 32000, side="right"),
            "district": who % 6,
            "destitute": who % 50 == 0,
        }
        began = time.process_time()
        simulation = SimulationBuilder().build_default_simulation(rules, count=len(who))
        for name, values in known.items():
            simulation.set_input(name, YEAR, values)
        fen += int(simulation.calculate("due", YEAR).astype(np.int64).sum())
        spent += time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"fen": fen, "cpu_us": spent * 1e6 / asked["people"], "memory_mb": peak}))


if __name__ == "__main__":
    main()
