"""Applications (参保登记): who was listed and is not enrolled, and what the agency decided."""

from __future__ import annotations

from shebao.core.desk.clerk import Clerk, Duty
from shebao.core.enrolment import EnrolmentEvent, EnrolmentState
from shebao.core.refusals import NotYours
from shebao.operations.roster.take_in import advance_rosters
from shebao.operations.world import World
from shebao.store import enrolments
from shebao.store.enrolments import Waiting

SHOWN: int = 200


async def applications(world: World, clerk: Clerk) -> list[Waiting]:
    """Applications nobody has decided, the oldest first."""
    clerk.must(Duty.ENROL)
    async with world.db.reading() as tx:
        return await enrolments.waiting(tx, region_code=clerk.region_code, most=SHOWN)


async def decide_application(
    world: World, clerk: Clerk, enrolment_id: str, *, admitted: bool
) -> None:
    """Write down what the agency has decided; the rosters that wait for it go on."""
    clerk.must(Duty.ENROL)
    at = world.now()
    async with world.db.transaction() as tx:
        try:
            seen = await enrolments.lock(
                tx, region_code=clerk.region_code, enrolment_id=enrolment_id
            )
        except LookupError:
            raise NotYours(enrolment_id) from None
        if seen.state is EnrolmentState.APPLIED:
            seen = await enrolments.step(tx, seen, EnrolmentEvent.TAKEN_UP, at=at)
        event = EnrolmentEvent.ADMITTED if admitted else EnrolmentEvent.REFUSED
        await enrolments.step(tx, seen, event, at=at)
    await advance_rosters(world, clerk.region_code)
