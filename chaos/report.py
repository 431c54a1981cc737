"""Report: what a storm did, what came of it, and whether everything held."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from chaos.payer import Known
from chaos.proof import Findings
from chaos.storm import Damage

LONG_SECONDS: Final = 60  # From here on a storm must have been one.
LEAST_ORDERS: Final = 5_000
LEAST_KILLS: Final = 10
_SHOWN: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One storm, told."""

    seed: int
    seconds: float
    damage: Damage
    known: Known
    settled_after_s: float | None
    findings: Findings

    @property
    def violations(self) -> list[str]:
        """Everything that must not have happened."""
        return [*self.findings.violations, *self.damage.ended_alone, *self._too_little()]

    @property
    def recoveries(self) -> list[tuple[float, str]]:
        """How long after each kill somebody could begin to pay again, the longest first."""
        found = []
        for at, kind in self.damage.killed_at:
            after = [done - at for sent, done in self.known.begun if sent >= at]
            if after:  # Else the storm was over before anybody tried.
                found.append((min(after), str(kind)))
        return sorted(found, reverse=True)

    def facts(self) -> dict[str, Any]:
        """The report as other programs read it."""
        worst, kind = self.recoveries[0] if self.recoveries else (None, None)
        return {
            "seed": self.seed,
            "seconds": self.seconds,
            "orders_paid": self.findings.orders_paid,
            "orders_opened": len(self.known.opened),
            "payments_at_cashiers": self.known.at_cashier,
            "kills": self.damage.kills.total(),
            "kills_by_kind": _counted(self.damage.kills),
            "cuts": _counted(self.damage.troubles),
            "faults": _counted(self.damage.faults),
            "worst_recovery_s": None if worst is None else round(worst, 2),
            "worst_recovery_after": kind,
            "settled_after_s": _rounded(self.settled_after_s),
            "unanswered": self.known.unanswered,
            "server_errors": self.known.errors,
            "refused": dict(sorted(self.known.refused.items())),
            "promises": self.findings.promises,
            "lost_fen": self.findings.lost_fen,
            "double_fen": self.findings.double_fen,
            "violations": self.violations[:_SHOWN],
            "ok": not self.violations,
        }

    def write(self, file: Path) -> None:
        """Write it as one JSON object."""
        text = json.dumps(self.facts(), ensure_ascii=False, indent=2)
        file.write_text(f"{text}\n", encoding="utf-8")

    def lines(self) -> list[str]:
        """The report as a person reads it."""
        facts = self.facts()
        kills = ", ".join(f"{count} {kind}" for kind, count in facts["kills_by_kind"].items())
        troubles, faults = self.damage.troubles.total(), self.damage.faults.total()
        told = [
            f"{facts['orders_paid']:,} orders paid, seed {self.seed}, {self.seconds:g} s of storm",
            f"{facts['kills']} kills: {kills}",
            f"{troubles} troubles of the network, {faults} faults of the channels",
            f"worst recovery {facts['worst_recovery_s']} s, after {facts['worst_recovery_after']}",
            f"at rest {facts['settled_after_s']} s after the storm",
            f"lost {facts['lost_fen']} fen, paid twice {facts['double_fen']} fen",
        ]
        return [*told, *(f"VIOLATION  {what}" for what in facts["violations"])]

    def _too_little(self) -> list[str]:
        """A long storm that hardly stormed proves nothing."""
        if self.seconds < LONG_SECONDS:
            return [] if self.damage.kills.total() else ["nothing was killed"]
        few = []
        if self.findings.orders_paid < LEAST_ORDERS:
            few.append(f"{self.findings.orders_paid} orders paid, wanted {LEAST_ORDERS}")
        if self.damage.kills.total() < LEAST_KILLS:
            few.append(f"{self.damage.kills.total()} kills, wanted {LEAST_KILLS}")
        return few


def _counted(counts: Counter[Any]) -> dict[str, int]:
    return {str(kind): count for kind, count in sorted(counts.items(), key=lambda one: str(one[0]))}


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 2)


def progress(second: float, known: Known, damage: Damage, more: Sequence[str] = ()) -> str:
    """How far it has come, in one line."""
    words = f"{second:4.0f} s  {known.at_cashier:,} paid at cashiers  "
    return words + "  ".join([f"{damage.kills.total()} kills", *more])
