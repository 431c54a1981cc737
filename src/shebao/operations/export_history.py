"""Export history (导出我的数据): everything kept about somebody, for themselves alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shebao.operations.world import World
from shebao.store import history, persons
from shebao.store.history import Part

EXPORTED: Final = "export"


@dataclass(frozen=True, slots=True)
class History:
    """What was kept about somebody at one moment, part by part."""

    at: datetime
    parts: dict[str, Part]


async def export_history(world: World, *, region_code: str, person_id: str) -> History:
    """Everything kept about somebody. That it was taken out is a look like any other."""
    at = world.now()
    async with world.db.transaction() as tx:
        await persons.look(
            tx,
            region_code=region_code,
            person_id=person_id,
            viewer_id=person_id,
            reason=EXPORTED,
            at=at,
        )
    async with world.db.snapshot() as tx:
        parts = await history.of_person(tx, region_code=region_code, person_id=person_id)
    return History(at, parts)
