"""Window: a bank whose windows take money for the notices a clerk prints.

It can take the money of one notice twice, and gives nothing back by itself. What our own
terminals charge is the acquirer's, which tells only by its file.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import ClassVar, Final

from shebao.core.channel import Cashier, Method
from shebao.sandbox import clock
from shebao.sandbox.channel.movements import Mishap, Movement
from shebao.sandbox.channel.notices import Notice
from shebao.sandbox.counter import books, files, window
from shebao.sandbox.counter.books import SlipState
from shebao.sandbox.counter.letters import signed
from shebao.sandbox.faults import Plan
from shebao.simulation.rails.rail import Holding, Left, Letter, Lie, Rail

_HELD: Final = """
    SELECT 'counter' AS channel, our_id AS out_trade_no, serial AS transaction_id,
           fen AS total_fen, 0 AS refunded_fen
    FROM counter_movements WHERE kind = :kind ORDER BY at, serial
"""


class WindowRail(Rail):
    """The bank's windows."""

    method: ClassVar[Method] = Method.COUNTER
    closes: ClassVar[bool] = True
    gives_back: ClassVar[bool] = False
    file_mishaps: ClassVar[tuple[Mishap, ...]] = ()
    kind: ClassVar[str] = "window"

    async def reached(self, cashier: Cashier) -> str | None:
        """The notice somebody brings to a window: its attempt."""
        slip = books.by_number(self.town.ledger, cashier.code or "")
        return None if slip is None else slip.attempt_id

    def is_open(self, number: str) -> bool:
        """Whether a window takes money for it."""
        return self._slip(number).standing(clock.now_ms()) is SlipState.OPEN

    def is_closed(self, number: str) -> bool:
        """Whether it is over, and was not paid."""
        return self._slip(number).standing(clock.now_ms()) is SlipState.CLOSED

    def fen(self, number: str) -> int:
        """What the notice says."""
        return self._slip(number).fen

    def pay(self, number: str, plan: Plan) -> None:
        """A window takes the money; once more if it was taken before. Raises Left."""
        try:
            window.take(self.town, self._slip(number).number, plan, again=True)
        except window.CannotTake as no:
            raise Left(str(no)) from no

    def pay_after_all(self, number: str, plan: Plan) -> None:
        """A window takes no money for a notice that is closed."""
        raise Left(f"{number} {plan}")

    def charge(self, number: str, fen: int) -> None:
        """A window takes what the notice says, and nothing else."""
        raise Left(f"{number} {fen}")

    def stray(self, number: str, *, fen: int, url: str, plan: Plan) -> None:
        """Without a notice a window takes nothing."""
        raise Left(f"{number} {fen} {url} {plan}")

    def letter(self, notice: Notice, lie: Lie | None) -> Letter:
        """A signed letter, or one with the signature of another."""
        body = notice.body.encode()
        return signed(self.town.counter_keys.private, body, forged=lie is not None), body

    def movements(self, day: date) -> Sequence[Movement]:
        """What really moved on a day."""
        return files.writer(self.town.ledger, self.kind).movements(day)

    def payments(self, told: Sequence[Holding]) -> Sequence[Holding]:  # noqa: ARG002
        """What was taken, of which nothing goes back by itself."""
        return self.town.ledger.rows(_HELD, {"kind": self.kind})

    def _slip(self, attempt_id: str) -> books.Slip:
        slip = books.by_attempt(self.town.ledger, attempt_id)
        assert slip is not None
        return slip


class TerminalRail(WindowRail):
    """Our own card terminals."""

    method: ClassVar[Method] = Method.POS
    closes: ClassVar[bool] = False
    kind: ClassVar[str] = "acquirer"

    def charges(self, terminal: str, fen: int) -> dict[str, str]:
        """A terminal charges a card; what stands on its slip."""
        return window.charge(self.town, terminal, fen)
