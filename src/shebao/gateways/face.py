"""Face (刷脸核验): a provider looks at a living face for us, and says yes or no, signed.

We send a name, a number and where the payer comes back to; the provider's own page prompts them
to blink or turn. No image ever comes here: what the provider tells us has no room for one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from shebao.core.channel import Forged
from shebao.core.entrance.face_check import FaceBegun, FaceOutcome, FaceTold
from shebao.core.ids import Entropy
from shebao.gateways.registry import Registry, RegistryAccount, Words
from shebao.gateways.transport import Transport

WHOM: Final = "face"
_CHECKS: Final = "/face/v1/checks"
_QUERY: Final = "/face/v1/checks/query"


@dataclass(frozen=True, slots=True)
class FaceWish:
    """Whose face shall be looked at, under which number of ours, and what comes after."""

    check_id: str
    name: str
    id_number: str = field(repr=False)
    return_url: str
    notify_url: str


class FaceChecks:
    """The provider of face checks."""

    def __init__(
        self,
        account: RegistryAccount,
        transport: Transport,
        now: Callable[[], datetime],
        entropy: Entropy,
    ) -> None:
        self._registry = Registry(account, transport, now, entropy, WHOM)

    async def begin(self, wish: FaceWish) -> FaceBegun:
        """Ask for a check, and learn where the payer goes for it."""
        words = await self._registry.ask(
            _CHECKS,
            {
                "order_no": wish.check_id,
                "name": wish.name,
                "id_number": wish.id_number,
                "return_url": wish.return_url,
                "notify_url": wish.notify_url,
            },
        )
        return FaceBegun(_text(words, "reference"), _text(words, "url"))

    async def ask(self, reference: str) -> FaceTold:
        """Ask what became of a check."""
        return _told(await self._registry.ask(_QUERY, {"reference": reference}))

    def open_telling(self, headers: Mapping[str, str], body: bytes) -> FaceTold:
        """Read what the provider tells us by itself. Raises Forged."""
        return _told(self._registry.hear(headers, body))


def _told(words: Words) -> FaceTold:
    try:
        outcome = FaceOutcome(_text(words, "result"))
    except ValueError as unreadable:
        raise Forged("unreadable") from unreadable
    return FaceTold(_text(words, "order_no"), outcome, str(words.get("reason") or ""))


def _text(words: Words, name: str) -> str:
    value = words.get(name)
    if not isinstance(value, str) or not value:
        raise Forged("unreadable")
    return value
