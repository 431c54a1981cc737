"""Browser: the system's Chromium, with the typeface that comes with pip, talking to nobody."""

from __future__ import annotations

import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from playwright.async_api import Browser, async_playwright

CHROMIUM: Final = os.environ.get("SHEBAO_CHROMIUM") or "/usr/bin/chromium"
_ALONE: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
# A bare machine draws Chinese as empty boxes, and pages would be judged by the size of those.
_FONTS: Final = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>{folder}</dir>
  <alias binding="strong"><family>sans-serif</family><prefer><family>{family}</family></prefer></alias>
  <alias binding="strong"><family>system-ui</family><prefer><family>{family}</family></prefer></alias>
</fontconfig>
"""


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    """Chromium, closed at the end."""
    [folder] = find_spec("manimgx_fonts_cjk").submodule_search_locations
    with tempfile.TemporaryDirectory(prefix="shebao-fonts-") as kept:
        fonts = Path(kept) / "fonts.conf"
        fonts.write_text(_FONTS.format(folder=folder, family="Noto Sans CJK SC"))
        async with async_playwright() as playwright:
            chromium = await playwright.chromium.launch(
                executable_path=CHROMIUM,
                args=[*_ALONE],
                env={**os.environ, "FONTCONFIG_FILE": str(fonts)},
            )
            yield chromium
            await chromium.close()
