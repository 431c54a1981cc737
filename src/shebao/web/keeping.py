"""Keeping: what a browser keeps for us for some minutes, sealed, so that only we can read it.

A value is good under its own name and until its own time, whatever the browser says.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from cryptography.exceptions import InvalidTag

from shebao.web.cookies import Cookie
from shebao.web.visit import Visit


def kept(visit: Visit, name: str, facts: Mapping[str, Any], *, lives: timedelta) -> Cookie:
    """A cookie that keeps some facts."""
    until = int((visit.world.now() + lives).timestamp())
    sealed = visit.world.vault.seal(json.dumps({"for": name, "until": until, "facts": facts}))
    text = base64.urlsafe_b64encode(sealed).decode()
    return Cookie(name, text, int(lives.total_seconds()))


def found(visit: Visit, name: str) -> Mapping[str, Any] | None:
    """What was kept under a name; nothing when it is gone, too old, or not ours."""
    text = visit.cookies.get(name)
    if not text:
        return None
    try:
        whole = json.loads(visit.world.vault.open(base64.urlsafe_b64decode(text)))
        good = whole["for"] == name and whole["until"] > visit.world.now().timestamp()
        facts = whole["facts"] if good else None
    except (binascii.Error, ValueError, InvalidTag, LookupError, TypeError):
        return None
    return facts if isinstance(facts, dict) else None
