"""Story: one resident of each city pays, through the real pages and the sandbox's wires."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from shebao.cli.stage import Stage

Tell = Callable[[Mapping[str, object]], None]


async def play(stage: Stage, tell: Tell) -> bool:
    """Play it step by step, telling each; whether every step held and the books balance."""
    tell({"step": "books", "ok": False, "note": stage.config.base_url})
    return False
