"""Ground to play simulated days on, in a database of their own."""

import pytest
from tests.fresh_database import fresh_database

from shebao.simulation.ground import standing


@pytest.fixture(scope="session")
async def ground(server_url):
    async with fresh_database(server_url) as url, standing(url) as ground:
        yield ground
