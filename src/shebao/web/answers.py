"""Answers: what a page function gives back. The kernel turns each into HTTP."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeAlias

from shebao.web.cookies import Cookie


@dataclass(frozen=True, slots=True)
class Page:
    """A template and what it shows. `leads_out`: its form may end at a channel's cashier.

    `scripts_from` is the one origin besides us from which it takes scripts.
    """

    template: str
    shows: Mapping[str, Any]
    status: HTTPStatus = HTTPStatus.OK
    cookies: tuple[Cookie, ...] = ()
    leads_out: bool = False
    scripts_from: str = ""


@dataclass(frozen=True, slots=True)
class SeeOther:
    """Done; look over there. Every POST that succeeds ends this way."""

    path: str
    cookies: tuple[Cookie, ...] = ()


@dataclass(frozen=True, slots=True)
class Download:
    """A file to keep."""

    content: bytes
    media_type: str
    filename: str


@dataclass(frozen=True, slots=True)
class Facts:
    """A few facts for a script or another program, as JSON."""

    facts: Mapping[str, Any]
    status: HTTPStatus = HTTPStatus.OK
    media_type: str = "application/json"
    cookies: tuple[Cookie, ...] = ()

    @property
    def body(self) -> bytes:
        """The facts as they are sent."""
        return json.dumps(self.facts, ensure_ascii=False).encode()


Answer: TypeAlias = Page | SeeOther | Download | Facts
