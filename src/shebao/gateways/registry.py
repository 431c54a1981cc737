"""Registry: signed questions to somebody who shares a secret with us, not a key.

The real-name registry and the SMS sender speak this way. Both sides sign the raw bytes
with HMAC-SHA256; an answer that is unsigned or old is Forged and never believed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from shebao.core.channel import Forged
from shebao.core.ids import Entropy
from shebao.core.refusals import Refusal
from shebao.gateways import signing
from shebao.gateways.transport import Transport

Words = Mapping[str, object]

_NONCE_BYTES: Final = 16
_OK: Final = 200


@dataclass(frozen=True, slots=True)
class RegistryAccount:
    """Who we are to a registry, and the secret we share with it."""

    app_id: str
    secret: bytes = field(repr=False)
    base_url: str


@dataclass(eq=False)
class RegistryRefused(Refusal):
    """A registry would not answer us: our credentials or our question are not in order."""

    whom: str
    status: int


def read_registry_account(file: Path, *, base_url: str) -> RegistryAccount:
    """Read a credential file, such as ``identity.json``; ValueError says what is wrong.

    Without a base the file has to say a ``base_url`` of its own: no registry is everybody's.
    """
    facts = json.loads(file.read_bytes())
    app_id, secret = facts.get("app_id"), facts.get("secret")
    if not (isinstance(app_id, str) and app_id and isinstance(secret, str) and secret):
        raise ValueError(f"{file.name}: app_id or secret is missing")
    address = base_url or facts.get("base_url")
    if not (isinstance(address, str) and address):
        raise ValueError(f"{file.name}: base_url is missing")
    return RegistryAccount(app_id, secret.encode(), address.rstrip("/"))


class Registry:
    """The conversation with one registry."""

    def __init__(
        self,
        account: RegistryAccount,
        transport: Transport,
        now: Callable[[], datetime],
        entropy: Entropy,
        whom: str,
    ) -> None:
        self._whom = whom
        self._account = account
        self._transport = transport
        self._now = now
        self._entropy = entropy

    async def ask(self, path: str, words: Words) -> Words:
        """Ask, and hear the answer once its signature holds."""
        body = json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode()
        timestamp = str(int(self._now().timestamp()))
        nonce = self._entropy(_NONCE_BYTES).hex()
        lines = f"POST\n{path}\n{timestamp}\n{nonce}\n".encode()
        answer = await self._transport.ask(
            whom=self._whom,
            method="POST",
            url=self._account.base_url + path,
            headers={
                "content-type": "application/json",
                "x-app-id": self._account.app_id,
                "x-timestamp": timestamp,
                "x-nonce": nonce,
                "x-signature": signing.keyed_digest(
                    self._account.secret, b"%b%b\n" % (lines, body)
                ),
            },
            body=body,
        )
        if answer.status != _OK:
            raise RegistryRefused(self._whom, answer.status)
        return self.hear(answer.headers, answer.body)

    def hear(self, headers: Mapping[str, str], body: bytes) -> Words:
        """Read what a registry says, once its signature holds. Raises Forged."""
        signature = headers.get("x-signature")
        timestamp = headers.get("x-timestamp")
        nonce = headers.get("x-nonce")
        if not (signature and timestamp and nonce):
            raise Forged("unsigned")
        if not signing.is_recent(timestamp, self._now()):
            raise Forged("stale")
        message = b"%b\n%b\n%b\n" % (timestamp.encode(), nonce.encode(), body)
        if not signing.digest_holds(self._account.secret, message, signature):
            raise Forged("signature")
        return _read(body)


def _read(body: bytes) -> Words:
    try:
        words = json.loads(body)
    except (ValueError, RecursionError) as unreadable:
        raise Forged("unreadable") from unreadable
    if not isinstance(words, dict):
        raise Forged("unreadable")
    return words
