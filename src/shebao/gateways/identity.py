"""Identity: asking the registry whether a name and a number belong together (实名核验)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from shebao.core.channel import Forged
from shebao.core.ids import Entropy
from shebao.core.realname import RealNameVerdict
from shebao.gateways.registry import Registry, RegistryAccount
from shebao.gateways.transport import Transport

WHOM: Final = "identity"
_PATH: Final = "/identity/v1/check"


class RealName:
    """The registry of names and numbers."""

    def __init__(
        self,
        account: RegistryAccount,
        transport: Transport,
        now: Callable[[], datetime],
        entropy: Entropy,
    ) -> None:
        self._registry = Registry(account, transport, now, entropy, WHOM)

    async def check(self, *, name: str, id_type: str, id_number: str) -> RealNameVerdict:
        """Ask whether a name and a number belong together."""
        words = await self._registry.ask(
            _PATH, {"name": name, "id_type": id_type, "id_number": id_number}
        )
        try:
            return RealNameVerdict(str(words.get("result")))
        except ValueError as unreadable:
            raise Forged("unreadable") from unreadable
