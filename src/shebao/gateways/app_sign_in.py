"""App sign-in (授权登录): an app that knows its people tells us under which id it knows one.

The app gives its mini program or page a code; we bring the code, once, and learn the id. Who that
is we learn from the person themselves, the first time.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from shebao.core.channel import Forged
from shebao.core.refusals import Refusal
from shebao.gateways.transport import Answer


@dataclass(eq=False)
class AppCodeRefused(Refusal):
    """The app answered, and its answer is no: the code is too old, was used, or is not its own."""

    app: str
    app_code: str


@dataclass(frozen=True, slots=True)
class AppAccount:
    """Who we are to an app, and the secret we share with it."""

    app_id: str
    secret: str = field(repr=False)
    base_url: str


class AppSignIn(Protocol):
    """An app that signs its people in with us."""

    async def exchange(self, code: str) -> str:
        """Bring a code, and learn the id. Raises AppCodeRefused."""
        ...

    def authorize_url(self, *, state: str, back: str) -> str:
        """Where a page sends somebody to get a code; nowhere, if only the app itself gives one."""
        ...


def read_app_account(file: Path, *, base_url: str) -> AppAccount:
    """Read a credential file, such as ``wechat_app.json``; ValueError says what is wrong."""
    facts = json.loads(file.read_bytes())
    app_id, secret = facts.get("app_id"), facts.get("secret")
    if not (isinstance(app_id, str) and app_id and isinstance(secret, str) and secret):
        raise ValueError(f"{file.name}: app_id or secret is missing")
    return AppAccount(app_id, secret, base_url.rstrip("/"))


def openid_of(app: str, answer: Answer, *, error: str) -> str:
    """The id in an app's answer; `error` is the member that says no. Raises AppCodeRefused."""
    try:
        words = json.loads(answer.body)
    except ValueError as unreadable:
        raise Forged("unreadable") from unreadable
    if not isinstance(words, dict):
        raise Forged("unreadable")
    if words.get(error):
        raise AppCodeRefused(app, str(words[error]))
    openid = words.get("openid")
    if not isinstance(openid, str) or not openid:
        raise Forged("unreadable")
    return openid
