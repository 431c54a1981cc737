"""Trial: one run of the tests in which mutant after mutant lives, until a test sees it.

``python -m mutants.trial NUMBERS TESTS`` writes a line of JSON for each mutant as it is judged. It
ends early when a mutant leaves behind what makes a sound test fail; then another is started.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from types import FrameType, SimpleNamespace
from typing import Any, Final

import asyncpg
import pytest
from _pytest.runner import runtestprotocol

from mutants.flips import Mutant
from mutants.switchboard import Switchboard

TESTS: Final = (  # Those that are about the money path; rooms of its own live beside them.
    "tests/core/test_steps.py",
    "tests/core/test_money_steps.py",
    "tests/core/test_collection.py",
    *sorted(str(file) for file in Path("tests/operations").glob("test_*.py")),
    "tests/operations/refunds",
    "tests/desk/test_bank_notices.py",
    "tests/web/test_notices.py",
)
_TEST_SECONDS: Final = 30
_MUTANT_SECONDS: Final = 90
_OUT: Final = os.dup(1)  # Before pytest takes what is printed.
_EMPTY: Final = """
    SET session_replication_role = replica;
    SET lock_timeout = '5s';
    DO $$
    DECLARE filled text;
    BEGIN
        FOR filled IN SELECT tablename FROM pg_tables
                       WHERE schemaname = 'public' AND tablename <> 'migrations'
        LOOP
            EXECUTE format('DELETE FROM %I', filled);
        END LOOP;
    END $$;
"""


class TooLongError(BaseException):
    """A test has not come to an end."""


class AfreshError(Exception):
    """What a mutant left behind is in the way of the others."""


@dataclass(eq=False, slots=True)  # pytest keeps its plugins in sets.
class Trial:
    """A plugin of pytest that runs the tests its own way."""

    board: Switchboard
    numbers: Sequence[int]
    books: str = ""  # Where the tests write.
    met: dict[Any, set[int]] = field(default_factory=dict)
    took: dict[Any, float] = field(default_factory=dict)
    killers: list[Any] = field(default_factory=list)
    running: bool = False

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Iterator[None]:
        """Remember the books that tests write in, to empty them after a mutant."""
        made = yield
        if fixturedef.argname == "db":
            self.books = made.url  # type: ignore[attr-defined]
        return made

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: Any) -> bool:
        """Run all tests as they are, and then those that meet a mutant while it lives."""
        sound = [item for item in session.items if self._meets(item)]
        if 2 * len(sound) < len(session.items):
            pytest.exit("most tests fail without any mutant", returncode=1)
        mutants = {mutant.number: mutant for mutant in self.board.mutants}
        try:
            for number in self.numbers:
                _tell({"trying": number})
                _tell(self._judged(mutants[number], sound))
        except AfreshError:
            session.shouldstop = "afresh"
        return True

    def _meets(self, item: Any) -> bool:
        """Run a test as it is, and remember which mutants it meets; whether it is sound."""
        self.board.met.clear()
        began = time.monotonic()
        if self._fails(item):
            _tell({"broken": item.nodeid})
            return False
        self.met[item], self.took[item] = set(self.board.met), time.monotonic() - began
        return True

    def _judged(self, mutant: Mutant, items: Sequence[Any]) -> dict[str, object]:
        """Let a mutant live until a test sees it; how it ended."""
        began = time.monotonic()
        likely = self._likely(mutant, items)
        for item in likely:
            if time.monotonic() - began > _MUTANT_SECONDS:
                return {"mutant": mutant.number, "ended": "survived", "note": "time ran out"}
            with self.board.alive(mutant):
                failed = self._fails(item)
            if not failed:
                continue
            self._tidy(mutant, item)
            if item in self.killers:
                self.killers.remove(item)
            self.killers.insert(0, item)
            return {"mutant": mutant.number, "ended": "killed", "note": item.nodeid}
        note = f"{len(likely)} tests came by"
        return {"mutant": mutant.number, "ended": "survived", "note": note}

    def _likely(self, mutant: Mutant, items: Sequence[Any]) -> list[Any]:
        """The tests that meet a mutant: those that killed others first, then the quickest."""
        met = [item for item in items if mutant.step or mutant.number in self.met[item]]
        rank = {item: place for place, item in enumerate(self.killers)}
        return sorted(met, key=lambda item: (rank.get(item, len(rank)), self.took[item]))

    def _tidy(self, mutant: Mutant, item: Any) -> None:
        """Empty the books, and see that the test holds without the mutant. Raises AfreshError."""
        if self.books:
            emptying = Thread(target=lambda: asyncio.run(_emptied(self.books)))
            emptying.start()
            emptying.join()
        if self._fails(item):
            note = f"{item.nodeid}, and it left something behind"
            _tell({"mutant": mutant.number, "ended": "killed", "note": note})
            raise AfreshError

    def _fails(self, item: Any) -> bool:
        """Whether a test fails, or does not end."""
        signal.signal(signal.SIGALRM, self._too_long)
        signal.alarm(_TEST_SECONDS)
        self.running = True
        whole_session = SimpleNamespace(listchain=lambda: [item.session])
        try:
            reports = runtestprotocol(item, log=False, nextitem=whole_session)  # type: ignore[arg-type]
        except TooLongError:
            return True
        finally:
            self.running = False
            signal.alarm(0)
        return any(report.failed for report in reports)

    def _too_long(self, _number: int, _frame: FrameType | None) -> None:
        if self.running:
            raise TooLongError


async def _emptied(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(_EMPTY)
    finally:
        await connection.close()


def _tell(facts: dict[str, object]) -> None:
    """Write a line for whoever started the trial."""
    os.write(_OUT, (json.dumps(facts, ensure_ascii=False) + "\n").encode())


def main(numbers: Sequence[int], tests: Sequence[str]) -> None:
    """Run the trial of these mutants before these tests, or all that are about the money path."""
    board = Switchboard()
    board.install()
    trial = Trial(board, numbers)
    ended = pytest.main([*(tests or TESTS), "-q", "-p", "no:cacheprovider"], plugins=[trial])
    sys.exit(int(ended))


if __name__ == "__main__":
    main(
        [int(one) for one in sys.argv[1:] if one.isdecimal()],
        [one for one in sys.argv[1:] if not one.isdecimal()],
    )
