"""Cookies: the few things a browser keeps for us, read and written in one place.

``sb`` is the session, ``pre`` what forms are signed with before there is one, ``at`` the city and
the way in, ``si`` a sign-in that waits for its code (sealed), ``look`` how pages look. ``cl`` is
the session of a clerk, ``ci`` a clerk who has yet to bring the code (sealed).

The rest is sealed, too, and lives for minutes: ``hw`` a payer who knew the password, ``qr`` a code
to scan, ``fc`` a face check, ``pt`` a journey to a portal or an app, ``au`` whom an app says it is,
``rs`` a password being reset, ``pk`` a passkey's challenge, ``ny`` somebody being named, ``pl`` a
link just made, ``ty`` what was typed when a session was over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

SESSION: Final = "sb"
BEFORE: Final = "pre"
ENTRY: Final = "at"
SIGN_IN: Final = "si"
LOOK: Final = "look"
HALF_WAY: Final = "hw"
SCAN: Final = "qr"
FACE: Final = "fc"
JOURNEY: Final = "pt"
APP_USER: Final = "au"
RESET: Final = "rs"
CHALLENGE: Final = "pk"
NAMING: Final = "ny"
PLEA: Final = "pl"
TYPED: Final = "ty"
CLERK: Final = "cl"
CLERK_SIGN_IN: Final = "ci"
A_YEAR: Final = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Cookie:
    """One thing to keep: for so many seconds; none means until the browser closes, 0 forgets."""

    name: str
    value: str
    seconds: int | None = None

    def header(self, *, secure: bool) -> str:
        """The cookie as HTTP writes it. Scripts never see it, other sites never send it."""
        lives = "" if self.seconds is None else f"; Max-Age={self.seconds}"
        safe = "; Secure" if secure else ""
        return f"{self.name}={self.value}; Path=/{lives}; HttpOnly; SameSite=Lax{safe}"


def forget(name: str) -> Cookie:
    """Let the browser forget a cookie."""
    return Cookie(name, "", 0)


def read_cookies(header: str) -> Mapping[str, str]:
    """Read a Cookie header; the first of a name counts."""
    found: dict[str, str] = {}
    for part in header.split(";"):
        name, sign, value = part.strip().partition("=")
        if sign:
            found.setdefault(name, value)
    return found
