"""Frame: what every page shows around its own content."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shebao.web.drawing import day
from shebao.web.fields import path_with
from shebao.web.visit import Visit


def frame(visit: Visit) -> Mapping[str, Any]:
    """The frame of a page, for this visitor."""
    session, look, assets = visit.session, visit.look, visit.site.assets
    region = None
    if session is not None:
        region = visit.region
    elif visit.entry is not None:
        region = visit.entry.region
    return {
        "css": assets.path("app.css"),
        "js": assets.path("app.js"),
        "icon_path": assets.path("icon.svg"),
        "mode": "elder" if look.elder else "std",
        "theme": look.theme,
        "mode_href": path_with(visit.path, **{**visit.query, "elder": "0" if look.elder else "1"}),
        "csrf": visit.csrf,
        "errors": visit.mistakes,
        "error_of": {mistake.field: mistake.words for mistake in visit.mistakes},
        "signed_in": session is not None,
        "region_name": region.name if region else "",
        "collector": region.collector if region else "",
        "rehearsal_day": _rehearsal(visit, region.code if region else ""),
    }


def _rehearsal(visit: Visit, region_code: str) -> str:
    played = visit.world.rehearsal.get(region_code)
    return day(played) if played else ""
