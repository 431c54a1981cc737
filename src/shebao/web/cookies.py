"""Cookies: the few things a browser keeps for us, read and written in one place.

``sb`` is the session, ``pre`` what forms are signed with before there is one, ``at`` the city and
the way in, ``si`` a sign-in that waits for its code (sealed), ``look`` how pages look.
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
