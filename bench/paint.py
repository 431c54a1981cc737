"""Paint: what an old telephone on a slow line sees, and how soon, in a real Chromium.

The processor is held back to a sixth, and the line to 400 kbit/s with 400 ms until an answer
begins, as Chromium's own tools do it. A first page is opened by a browser that was never here; the
steps to paying follow in the same browser. Bytes are those of the wire: headers and packed bodies
of everything asked for.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from typing import Any, Final

from playwright.async_api import Browser, CDPSession, Page
from tests.journeys.browser import browser
from tests.journeys.conftest import keep
from tests.journeys.payer import PHONE, Payer
from tests.journeys.town import NINGBO, Resident, Town, raised

from bench.figures import Figure, Goal
from bench.run import QUICK, Run
from shebao.operations.enrol import Membership

PAINT_MOST: Final = 1.5  # Seconds until something can be read.
FIRST_BYTES_MOST: Final = 15 * 1024
STEP_BYTES_MOST: Final = 6 * 1024
_SLOWER: Final = 6
_LINE: Final = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 400_000 / 8,
    "uploadThroughput": 400_000 / 8,
}
_ROUNDS: Final = 5
_PENSION: Final = Membership(scheme="resident_pension", district="330212")
_FIRST: Final = {"city": "/?choose=1", "sign_in": f"/?region={NINGBO}", "home": "/home"}
_STEPS: Final = ("去缴费", "下一步", "确认无误，去支付")
_PAINTED: Final = """() => new Promise((told) => {
  const seen = () => performance.getEntriesByName('first-contentful-paint')[0];
  if (seen()) told(seen().startTime);
  const watch = new PerformanceObserver(() => seen() && told(seen().startTime));
  if (!seen()) watch.observe({type: 'paint', buffered: true});
})"""


class Scales:
    """Weighs what comes over the wire."""

    def __init__(self, wire: CDPSession) -> None:
        self.bytes = 0
        wire.on("Network.loadingFinished", self._came)

    def _came(self, told: Mapping[str, Any]) -> None:
        self.bytes += int(told["encodedDataLength"])

    def empty(self) -> int:
        """What lay on them, which is taken off."""
        weight, self.bytes = self.bytes, 0
        return weight


async def measure(run: Run) -> list[Figure]:
    """Seconds until the first paint and bytes, of first pages and of the steps to paying."""
    rounds = 3 if run.scale == QUICK else _ROUNDS
    paints: dict[str, list[float]] = {}
    weights: dict[str, list[int]] = {}
    async with raised() as town, browser() as chromium:
        for _ in range(rounds):
            one = await town.sign_in(await town.insured(NINGBO, _PENSION))
            await town.decide(one, _PENSION.scheme, "1200.00")
            seen = {name: await _first(chromium, town, one, name) for name in _FIRST}
            for name, (seconds, weight) in (seen | await _steps(chromium, town, one)).items():
                paints.setdefault(name, []).append(seconds)
                weights.setdefault(name, []).append(weight)
    return [
        figure
        for name in paints
        for figure in _figures(name, statistics.median(paints[name]), max(weights[name]))
    ]


def _figures(name: str, seconds: float, weight: int) -> list[Figure]:
    kind, goal = "first" if name in _FIRST else "step", Goal(at_most=1)
    most = FIRST_BYTES_MOST if name in _FIRST else STEP_BYTES_MOST
    return [
        Figure(name=f"paint.{kind}.{name}", ours=seconds, limit=PAINT_MOST, unit="s", goal=goal),
        Figure(name=f"paint.{kind}.{name}.bytes", ours=weight, limit=most, unit="bytes", goal=goal),
    ]


async def _first(chromium: Browser, town: Town, one: Resident, name: str) -> tuple[float, int]:
    """A first page, in a browser that was never here."""
    payer, scales = await _slow(chromium, town, one, signed_in=name == "home")
    await payer.open(_FIRST[name])
    found = await _seen(payer.page, scales)
    await payer.page.context.close()
    return found


async def _steps(chromium: Browser, town: Town, one: Resident) -> Mapping[str, tuple[float, int]]:
    """The steps from the home page to the ways of paying."""
    payer, scales = await _slow(chromium, town, one, signed_in=True)
    await payer.open("/home")
    await _seen(payer.page, scales)
    found = {}
    for words, name in zip(_STEPS, ("items", "confirm", "pay"), strict=True):
        await payer.presses(words)
        found[name] = await _seen(payer.page, scales)
    await payer.page.context.close()
    return found


async def _slow(
    chromium: Browser, town: Town, one: Resident, *, signed_in: bool
) -> tuple[Payer, Scales]:
    """Somebody with an old telephone on a slow line."""
    context = await chromium.new_context(
        viewport={"width": 390, "height": 844}, user_agent=PHONE, locale="zh-CN"
    )
    if signed_in:
        await keep(context, town, sb=one.session, at=town.entry(one))
    page = await context.new_page()
    wire = await context.new_cdp_session(page)
    await wire.send("Network.enable")
    await wire.send("Network.emulateNetworkConditions", _LINE)
    await wire.send("Emulation.setCPUThrottlingRate", {"rate": _SLOWER})
    return Payer(town, page, one), Scales(wire)


async def _seen(page: Page, scales: Scales) -> tuple[float, int]:
    await page.wait_for_load_state("networkidle")
    return await page.evaluate(_PAINTED) / 1000, scales.empty()
