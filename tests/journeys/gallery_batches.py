"""Gallery of batches: what the banks will collect, as those see it who agreed and who did not."""

from __future__ import annotations

from tests.journeys.gallery import Cast, Picture, at
from tests.journeys.town import Town

from shebao.operations.batch.sign import skip_next


async def assemble_batches(town: Town, cast: Cast) -> None:
    """Somebody who has agreed, and wants to be left out once."""
    one = cast.amount
    who = {"region_code": one.region, "person_id": one.person_id}
    await skip_next(town.world, scheme="resident_pension", **who)
    cast.paths["batch_tier"] = f"/batches/tier/{one.enrolments['resident_pension'].id}"


BATCHES: tuple[Picture, ...] = (
    at("batches", "amount", "/batches", "批量扣款"),
    at("batches_not_agreed", "months", "/batches", "批量扣款"),
    at("batches_of_nothing", "nobody", "/batches", "批量扣款"),
    at("batch_tier", "amount", "{batch_tier}", "选择缴费金额：2025 年金额"),
)
