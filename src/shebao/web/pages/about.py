"""About: help, privacy and accessibility, in short and honest words."""

from __future__ import annotations

from shebao.web.answers import Answer, Page
from shebao.web.visit import Visit


async def answers(_visit: Visit) -> Answer:
    """Answers to what people ask most."""
    return Page("help.html", {})


async def privacy(_visit: Visit) -> Answer:
    """What we keep of people, and why."""
    return Page("privacy.html", {})


async def accessibility(_visit: Visit) -> Answer:
    """How these pages can be used, and what we know does not work yet."""
    return Page("accessibility.html", {})
