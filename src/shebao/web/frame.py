"""Frame: what every page shows around its own content."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from shebao.web.drawing import day
from shebao.web.fields import path_with
from shebao.web.language.catalogue import CHINESE, language_names
from shebao.web.navigation import work_frame
from shebao.web.visit import Visit

_HTML_LANGUAGES: Final = {CHINESE: "zh-CN"}
_TONGUES: Final = language_names()


def frame(visit: Visit) -> Mapping[str, Any]:
    """The frame of a page, for this visitor."""
    session, look, assets = visit.session, visit.look, visit.site.assets
    at_work, region = visit.at_work, None
    if session is not None or visit.clerk_session is not None:
        region = visit.region
    elif visit.entry is not None:
        region = visit.entry.region
    kiosk = not at_work and visit.at_kiosk
    return {
        "css": assets.path("console.css" if at_work else "app.css"),
        "js": assets.path("app.js"),
        "icon_path": assets.path("icon.svg"),
        "mode": "elder" if look.elder or kiosk else "std",
        "theme": look.theme,
        "mode_href": path_with(visit.path, **{**visit.query, "elder": "0" if look.elder else "1"}),
        "lang": _HTML_LANGUAGES.get(visit.language, visit.language),
        "tongues": _tongues(visit),
        "kiosk": kiosk,
        "kiosk_js": assets.path("kiosk.js") if kiosk else "",
        "csrf": visit.csrf,
        "errors": (),
        "error_of": {},
        "signed_in": session is not None,
        "home": _home(visit),
        "base": "console/base.html" if at_work else "base.html",
        "at_work": at_work,
        **(work_frame(visit) if at_work else {}),
        "region_name": region.name if region else "",
        "collector": region.collector if region else "",
        "rehearsal_day": _rehearsal(visit, region.code if region else ""),
    }


def _tongues(visit: Visit) -> list[Mapping[str, str]]:
    """The other languages of this page, each in its own words, and where it is read in them."""
    return [
        {
            "lang": _HTML_LANGUAGES.get(code, code),
            "name": name,
            "href": path_with(visit.path, **{**visit.query, "lang": code}),
        }
        for code, name in _TONGUES.items()
        if code != visit.language
    ]


def _home(visit: Visit) -> str:
    if visit.at_work:
        return "/console"
    if visit.at_kiosk:
        return "/kiosk"
    return "/home" if visit.session else "/"


def _rehearsal(visit: Visit, region_code: str) -> str:
    played = visit.world.rehearsal.get(region_code)
    return day(played) if played else ""
