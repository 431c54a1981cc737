"""Ground to play simulated days on, in a database of their own."""

from dataclasses import dataclass, field

import pytest
from tests.fresh_database import fresh_database

from shebao.simulation.day import Day, play
from shebao.simulation.ground import Ground, standing


@dataclass
class Almanac:
    """Days by their seeds, each played once however often it is looked at."""

    ground: Ground
    played: dict[int, Day] = field(default_factory=dict)

    async def days(self, seeds: range) -> list[Day]:
        for seed in seeds:
            if seed not in self.played:
                self.played[seed] = await play(self.ground, seed)
        return [self.played[seed] for seed in seeds]


@pytest.fixture(scope="session")
async def ground(server_url):
    async with fresh_database(server_url) as url, standing(url) as ground:
        yield ground


@pytest.fixture(scope="session")
def almanac(ground):
    return Almanac(ground)
