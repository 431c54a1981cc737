"""First page: what a phone that was never here must fetch before its owner can begin."""

from __future__ import annotations

import html
import re
from typing import Final

import httpx
from city.browsers import AGENT

from bench.figures import Figure, Goal
from bench.run import Run

MOST_BYTES: Final = 15_000
MOST_REQUESTS: Final = 5
_ASSET: Final = re.compile(r'(?:href|src)="(/static/[^"]+)"')


async def measure(run: Run) -> list[Figure]:
    """Bytes as they come over the wire, packed, and how many requests bring them."""
    program = await run.program(await run.city())
    headers = {"user-agent": AGENT, "accept-encoding": "gzip"}
    address = f"http://127.0.0.1:{program.port}"
    async with httpx.AsyncClient(
        base_url=address, headers=headers, follow_redirects=True, trust_env=False
    ) as phone:
        page = await phone.get("/")
        assets = dict.fromkeys(_ASSET.findall(html.unescape(page.text)))
        fetched = [*page.history, page, *[await phone.get(path) for path in assets]]
    assert all(answer.status_code < httpx.codes.BAD_REQUEST for answer in fetched)
    return [
        Figure(
            name="first_page.bytes",
            ours=sum(answer.num_bytes_downloaded for answer in fetched),
            limit=MOST_BYTES,
            unit="bytes",
            goal=Goal(at_most=1),
        ),
        Figure(
            name="first_page.requests",
            ours=len(fetched),
            limit=MOST_REQUESTS,
            unit="requests",
            goal=Goal(at_most=1),
        ),
    ]
