"""Desk: what the face provider, the portals and the apps have under way. It lives for minutes.

Nothing here outlasts the program: a code is good for a minute, and a restart makes it too old.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from shebao.sandbox import clock
from shebao.sandbox.entrance.keys import Keys

CODE_LIVES_MS: Final = 5 * 60 * 1000


@dataclass(slots=True)
class FaceCheck:
    """One check the provider has begun."""

    reference: str
    order_no: str
    name: str
    id_number: str
    return_url: str
    notify_url: str
    token: str
    result: str = "pending"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a portal promised for a code: to whom, about whom, and proved how."""

    portal: str
    redirect_uri: str
    nonce: str
    challenge: str
    person: dict[str, Any]
    at_ms: int

    @property
    def too_old(self) -> bool:
        """Whether the code's time is over."""
        return clock.now_ms() > self.at_ms + CODE_LIVES_MS


@dataclass(slots=True)
class AppCode:
    """A code an app gave: whose app, whose telephone, and whether it was brought."""

    app: str
    openid: str
    at_ms: int
    used: bool = False

    @property
    def too_old(self) -> bool:
        """Whether the code's time is over."""
        return clock.now_ms() > self.at_ms + CODE_LIVES_MS


@dataclass(slots=True)
class Desk:
    """Everything under way, and what shall be strange about the next id tokens."""

    keys: Keys
    checks: dict[str, FaceCheck] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)
    codes: dict[str, AppCode] = field(default_factory=dict)
    twists: list[str] = field(default_factory=list)
