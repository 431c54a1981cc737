"""Judging: all that is wrong with a page, in every look and at every width, at one visit.

The looks differ in two attributes of the root and in nothing else that the server writes
(`test_looks.py` in tests/web holds it to that), so a page that is open is judged in all of them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Page

_HERE = Path(__file__).parent
_MEASURE = (_HERE / "measure.js").read_text("utf-8")
_FOCUS = (_HERE / "focus.js").read_text("utf-8")
PHONE_WIDE, DESK_WIDE = 390, 1280
WIDTHS = {PHONE_WIDE: 844, 320: 640, DESK_WIDE: 900}


@dataclass(frozen=True)
class Look:
    """How pages look, how large what one touches must be, and at which widths axe judges."""

    name: str
    cookie: str
    target: int
    judged_at: tuple[int, ...]


STANDARD = Look("standard", "std.blue", 44, (PHONE_WIDE, DESK_WIDE))
LOOKS = {
    "standard": STANDARD,
    "elder": Look("elder", "elder.blue", 60, (PHONE_WIDE, DESK_WIDE)),
    "red": Look("red", "std.red", 44, (PHONE_WIDE,)),  # Only colours differ.
}
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Nothing we ask for reads style sheets apart from the page, so none are fetched again.
_JUDGE = f"""async (asked) => {{
  const root = document.documentElement, measure = {_MEASURE}, faults = [];
  for (const look of asked.looks) {{
    [root.dataset.mode, root.dataset.theme] = look.cookie.split('.');
    const found = measure({{target: look.target, page: asked.page}});
    if (look.judged) {{
      const how = {{runOnly: {_TAGS}, resultTypes: ['violations'], preload: false}};
      for (const rule of (await axe.run(how)).violations)
        for (const node of rule.nodes)
          found.push(`${{rule.id}}: ${{node.html.slice(0, 90)}} ${{node.failureSummary.slice(-160)}}`);
    }}
    faults.push(...found.map((fault) => `${{look.name}} at ${{asked.width}} px: ${{fault}}`));
  }}
  return faults;
}}"""
_TWICE = f"""(look) => {{
  const root = document.documentElement, measure = {_MEASURE};
  [root.dataset.mode, root.dataset.theme] = look.split('.');
  root.style.fontSize = '200%';
  return measure({{}}).map((fault) => `in text of twice the size: ${{fault}}`);
}}"""


async def faults_of(page: Page, *looks: Look) -> list[str]:
    """What measure and axe find, in these looks, or in all."""
    await page.evaluate(AXE_SCRIPT)
    faults: list[str] = []
    for width, height in WIDTHS.items():
        await page.set_viewport_size({"width": width, "height": height})
        seen = [
            {**asdict(look), "judged": width in look.judged_at} for look in looks or LOOKS.values()
        ]
        asked = {"looks": seen, "width": width, "page": width == PHONE_WIDE}
        faults += await page.evaluate(_JUDGE, asked)
    return faults


async def faults_for_the_keyboard(page: Page) -> list[str]:
    """Which controls do not show that they have the focus."""
    await page.keyboard.press("Tab")
    return [f"without focus: {fault}" for fault in await page.evaluate(_FOCUS)]


async def faults_in_large_text(page: Page) -> list[str]:
    """What is lost when the browser shows text of twice the size, on a telephone."""
    await page.set_viewport_size({"width": PHONE_WIDE, "height": WIDTHS[PHONE_WIDE]})
    faults: list[str] = await page.evaluate(_TWICE, STANDARD.cookie)
    return faults
