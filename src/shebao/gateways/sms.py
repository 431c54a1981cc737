"""SMS (短信): a few words to a phone, from a template that the carrier has approved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shebao.core.channel import Forged
from shebao.core.ids import Entropy
from shebao.core.refusals import Refusal
from shebao.gateways.registry import Registry, RegistryAccount, RegistryRefused
from shebao.gateways.transport import Transport

WHOM: Final = "sms"
_PATH: Final = "/sms/v1/messages"
_TOO_MANY: Final = 429


@dataclass(eq=False)
class TooManyMessages(Refusal):
    """The carrier sends one phone only so many messages of a kind a minute."""

    template: str  # Never the phone: refusals are logged.


class Sms:
    """The sender of short messages."""

    def __init__(
        self,
        account: RegistryAccount,
        transport: Transport,
        now: Callable[[], datetime],
        entropy: Entropy,
    ) -> None:
        self._registry = Registry(account, transport, now, entropy, WHOM)

    async def send(self, *, phone: str, template: str, parameters: Mapping[str, str]) -> str:
        """Send a message, and learn its number at the carrier."""
        words = {"phone": phone, "template": template, "parameters": dict(parameters)}
        try:
            answer = await self._registry.ask(_PATH, words)
        except RegistryRefused as refused:
            if refused.status == _TOO_MANY:
                raise TooManyMessages(template) from refused
            raise
        message_id = answer.get("message_id")
        if not isinstance(message_id, str):
            raise Forged("unreadable")
        return message_id
