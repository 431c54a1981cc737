"""At the console: clerks with browsers, who come in as clerks do."""

from __future__ import annotations

from itertools import count

from tests.web.browsing import Visitor

from shebao.core.desk.clerk import Duty
from shebao.operations.desk import proofs
from shebao.operations.desk.clerks import Appointment, add_clerk

NINGBO = "330200"
DESKTOP = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36"
_SERIALS = count(1)


class ClerkVisitor(Visitor):
    """A clerk with a browser. Every page they are shown is checked."""

    def __init__(self, app, world, number, keys, region=NINGBO):
        super().__init__(app, agent=DESKTOP)
        self.world, self.number, self.keys, self.region = world, number, keys, region

    def code(self):
        return proofs.code_at(self.keys.secret, self.world.now())

    async def first_step(self, *, password=None, there=""):
        page = await self.open(f"/console/sign-in?region={self.region}&next={there}")
        return await self.send(
            page,
            "/console/sign-in",
            number=self.number,
            password=password or self.keys.password,
        )

    async def comes_in(self, *, there=""):
        page = await self.first_step(there=there)
        return await self.send(page, "/console/sign-in/code", code=self.code())


async def clerk_with(app, world, *duties, name="陈小敏", region=NINGBO):
    """A clerk nobody else uses, not signed in yet."""
    number = f"w{next(_SERIALS):04d}"
    who = Appointment(number, name, "便民服务中心", frozenset({Duty.READ, *duties}))
    keys = await add_clerk(world, region_code=region, who=who)
    return ClerkVisitor(app, world, number, keys, region)
