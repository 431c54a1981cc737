"""Ground: what many simulated days stand on: books, policies, keys, and the sandbox's own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from random import SystemRandom
from typing import Final

from shebao.app import build
from shebao.config import Config
from shebao.gateways.transport import Transport
from shebao.operations.world import World
from shebao.sandbox import clock as channel_clock
from shebao.sandbox import town
from shebao.sandbox.town import Settings, Town
from shebao.simulation.books import WovenBooks
from shebao.simulation.clock import Clock
from shebao.simulation.outside import URL
from shebao.simulation.rails.connected import Accounts
from shebao.store.database import Database
from shebao.store.migrate import migrate
from shebao.store.packs.folder import packs_folder
from shebao.store.vault import KeyRing

BEIJING: Final = "110000"
CHANGZHOU: Final = "320400"
TODAY: Final = {BEIJING: date(2025, 5, 12), CHANGZHOU: date(2023, 11, 5)}

_SETTINGS: Final = Settings(time_factor=Fraction(1), probe_one_in=0, public_url=URL)
_EMPTY: Final = """
    SET LOCAL session_replication_role = replica;  -- The journal cannot be emptied otherwise.
    DO $$
    DECLARE filled text;
    BEGIN
        FOR filled IN SELECT tablename FROM pg_tables
                       WHERE schemaname = 'public' AND tablename <> 'migrations'
        LOOP
            EXECUTE format('DELETE FROM %I', filled);
        END LOOP;
    END $$;
    ALTER SEQUENCE receipt_serials RESTART;
"""  # A tenth of a second less than TRUNCATE takes with so many indexes.


@dataclass(frozen=True, slots=True)
class Ground:
    """What every day needs and no day changes, but for the rows in the books."""

    look: Database  # The books as we see them who only look on.
    woven: WovenBooks  # The same books as the simulated program sees them.
    world: World  # As a program builds it; its clock, dice and channels are each day's own.
    town: Town
    accounts: Accounts

    async def clear(self) -> None:
        """Empty the books for another day, so that each is as if it were the first."""
        async with self.look.transaction() as tx:
            await tx.script(_EMPTY)
        shutil.rmtree(self.world.inbox.folder, ignore_errors=True)


@asynccontextmanager
async def standing(database_url: str) -> AsyncIterator[Ground]:
    """Make everything ready around an empty database."""
    with tempfile.TemporaryDirectory(prefix="shebao-simulation-") as folder:
        home = Path(folder)
        with channel_clock.told_by(Clock().nanoseconds):  # Certificates begin when they are made.
            built = town.build(home / "credentials", _SETTINGS)
        # The program dies here, never the database: nothing need reach the disk at every commit.
        url = f"{database_url}{'&' if '?' in database_url else '?'}synchronous_commit=off"
        look, woven, transport = Database(url), WovenBooks(url), Transport()
        try:
            await migrate(look)
            yield Ground(
                look=look,
                woven=woven,
                world=_served(build(_config(home), look, transport)),
                town=built,
                accounts=Accounts.read(home / "credentials", base_url=URL),
            )
        finally:
            await transport.close()
            await woven.close()
            await look.close()
            built.ledger.close()


def _served(world: World) -> World:
    """The world with the two regions that are played, so that no other's books are kept."""
    return replace(world, regions={code: world.regions[code] for code in TODAY})


def _config(home: Path) -> Config:
    return Config(
        home=home,
        database_url=None,
        keys=KeyRing.generate(SystemRandom().randbytes).text(),
        policies=packs_folder(),
        base_url="http://127.0.0.1:8000",
        sandbox_url=URL,
        credentials=home / "credentials",
        rehearsal=TODAY,
        log="error",
    )
