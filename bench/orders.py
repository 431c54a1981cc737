"""Orders: payers send the confirm page's form, and each gets an order over two bills.

Over HTTP with session, CSRF token and sealed number. The limit is pgbench asking for the session
and then running the same statements, one order a transaction.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench import payers, peer
from bench.books import Books
from bench.figures import Figure
from bench.laps import Course, figures
from bench.one_by_one import ORDER, SESSION
from bench.program import Program
from bench.run import Run


async def measure(run: Run) -> list[Figure]:
    """Ours and pgbench's, one after the other."""
    books, scale = await run.city(), run.scale
    lane = course(run)
    ours, limits = [], []
    program = await run.program(books)
    await lane.warm(program, scale.warm)
    for _ in range(scale.laps):
        ours.append(await lane.ours(program, scale.count))
        limits.append(await lane.limit(books, scale.count))
    return figures("orders", size=books.size, ours=ours, limits=limits)


def course(run: Run) -> Course:
    """Orders as browsers ask for them."""

    async def requests(program: Program, numbers: range) -> Sequence[bytes]:
        books, folder = program.books, run.folder
        cookies = await payers.sign_in(books, folder, numbers)
        return [
            payers.order_request(books, folder, number, cookie, port=program.port)
            for number, cookie in cookies.items()
        ]

    return Course(
        numbers=lambda books: books.payers,
        requests=requests,
        answer="303",
        settled=_nothing_left,
        script=peer.script([SESSION], ORDER),
        folder=run.folder,
    )


async def _nothing_left(_books: Books, _count: int) -> None:
    """An order is open when it is answered."""
