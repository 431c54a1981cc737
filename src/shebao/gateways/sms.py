"""SMS (短信): a few words to a phone, from a template that the carrier has approved.

``texts.toml`` has the words of each. A text with a reference of ours is sent once, however often
we ask for it; and what a phone answers is told to us, signed.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from shebao.core.channel import Forged
from shebao.core.ids import Entropy
from shebao.core.refusals import Refusal
from shebao.gateways.registry import Registry, RegistryAccount, RegistryRefused
from shebao.gateways.transport import Transport

WHOM: Final = "sms"
_PATH: Final = "/sms/v1/messages"
_TOO_MANY: Final = 429
_FILE: Final = tomllib.loads((Path(__file__).parent / "texts.toml").read_text(encoding="utf-8"))
_STOPS: Final = frozenset(_FILE["stop_words"])
_BLANKS: Final = {
    name: {blank for _, blank, _, _ in string.Formatter().parse(text) if blank}
    for name, text in _FILE["texts"].items()
}


@dataclass(eq=False)
class TooManyMessages(Refusal):
    """The carrier sends one phone only so many messages of a kind a minute."""

    template: str  # Never the phone: refusals are logged.


@dataclass(frozen=True, slots=True)
class Reply:
    """What somebody answered to a text."""

    phone: str = field(repr=False)
    words: str

    @property
    def stops(self) -> bool:
        """Whether they want no more of them."""
        return self.words.strip(" 。.!！\n").upper() in _STOPS


class Sms:
    """The sender of short messages. `reply_url` is where the carrier tells us of answers."""

    def __init__(
        self,
        account: RegistryAccount,
        transport: Transport,
        now: Callable[[], datetime],
        entropy: Entropy,
        *,
        reply_url: str = "",
    ) -> None:
        self._reply_url = reply_url
        self._registry = Registry(account, transport, now, entropy, WHOM)

    async def send(
        self, *, phone: str, template: str, parameters: Mapping[str, str], reference: str = ""
    ) -> str:
        """Send a message, and learn its number at the carrier."""
        assert parameters.keys() == _BLANKS[template], template
        words = {"phone": phone, "template": template, "parameters": dict(parameters)}
        if reference:
            words |= {"reference": reference, "reply_url": self._reply_url}
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

    def open_reply(self, headers: Mapping[str, str], body: bytes) -> Reply:
        """Read what the carrier tells us a phone answered. Raises Forged."""
        told = self._registry.hear(headers, body)
        phone, words = told.get("phone"), told.get("text")
        if not isinstance(phone, str) or not isinstance(words, str):
            raise Forged("unreadable")
        return Reply(phone, words)
