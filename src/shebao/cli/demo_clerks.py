"""Demo clerks: two in every region, so that one can ask and the other agree.

They are invented, like the residents, and so are their keys: the demo prints them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from shebao.core.desk.clerk import Duty
from shebao.core.policy.region import Region
from shebao.operations.desk.clerks import Appointment, Keys, add_clerk, clerks_of
from shebao.operations.world import World

FIRST: Final = Appointment(
    "1001",
    "陈小敏",
    "便民服务中心",
    frozenset(
        {
            Duty.READ,
            Duty.COUNTER,
            Duty.REFUND_ASK,
            Duty.BOOKS_PROPOSE,
            Duty.BATCH_BUILD,
            Duty.PROOFS,
        }
    ),
)
SECOND: Final = Appointment(
    "1002",
    "周建国",
    "便民服务中心",
    frozenset(
        {
            Duty.READ,
            Duty.CASHIER,
            Duty.REFUND_APPROVE,
            Duty.BOOKS_APPROVE,
            Duty.BATCH_SIGN,
            Duty.KEEP_CLERKS,
            Duty.OBJECTIONS,
            Duty.ENROL,
        }
    ),
)
KEYS: Final[Mapping[str, Keys]] = {
    FIRST.number: Keys("demo-clerk-one", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"),
    SECOND.number: Keys("demo-clerk-two", "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU"),
}


async def load_clerks(world: World) -> None:
    """Add both clerks to every region the demo serves, once."""
    for region_code in world.regions:
        for who in (FIRST, SECOND):
            await add_once(world, region_code, who, KEYS[who.number])


async def add_once(world: World, region_code: str, who: Appointment, keys: Keys) -> None:
    """Add a clerk, if their number is not there yet."""
    known = {row.number for row in await clerks_of(world, region_code)}
    if who.number not in known:
        await add_clerk(world, region_code=region_code, who=who, keys=keys)


def clerks_told(regions: Mapping[str, Region], pages: str) -> str:
    """The clerks as a person needs them to sign in; the code is shown on the page itself."""
    names = "、".join(region.name for region in regions.values())
    lines = [f"经办台    Clerks         {pages}/console （{names}，每地都有这两名经办人）"]
    lines += [
        f"  工号 {who.number}　密码 {KEYS[who.number].password}　{who.name}　{shows}"
        for who, shows in ((FIRST, "提出、初审"), (SECOND, "复核"))
    ]
    return "\n".join(lines)
