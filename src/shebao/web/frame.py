"""Frame: what every page shows around its own content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, TypeAlias

from shebao.web.drawing import day
from shebao.web.fields import path_with
from shebao.web.language.catalogue import CHINESE, language_names
from shebao.web.navigation import work_frame
from shebao.web.visit import Visit

_HTML_LANGUAGES: Final = {CHINESE: "zh-CN"}
_TONGUES: Final = language_names()
_KEPT: Final = 1024
_Fields: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]


def frame(visit: Visit) -> Mapping[str, Any]:
    """The frame of a page, for this visitor."""
    session, look, assets = visit.session, visit.look, visit.site.assets
    at_work, region, language = visit.at_work, None, visit.language
    if session is not None or visit.clerk_session is not None:
        region = visit.region
    elif visit.entry is not None:
        region = visit.entry.region
    kiosk = not at_work and visit.at_kiosk
    return {
        "css": assets.path(style_of(visit)),
        "js": assets.path("app.js"),
        "icon_path": assets.path("icon.svg"),
        "mode": "elder" if look.elder or kiosk else "std",
        "theme": look.theme,
        "lang": _HTML_LANGUAGES.get(language, language),
        **_other_looks(visit.path, _held(visit.query), elder=look.elder, language=language),
        "kiosk": kiosk,
        "kiosk_js": assets.path("kiosk.js") if kiosk else "",
        "visit": visit,
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


def style_of(visit: Visit) -> str:
    """The style sheet of a page."""
    return "console.css" if visit.at_work else "app.css"


@lru_cache(maxsize=_KEPT)
def _other_looks(path: str, query: _Fields, *, elder: bool, language: str) -> Mapping[str, Any]:
    """Where this page is seen in the other size and in other languages, in their own words."""
    fields = dict(query)
    return {
        "mode_href": path_with(path, **{**fields, "elder": "0" if elder else "1"}),
        "tongues": [
            {
                "lang": _HTML_LANGUAGES.get(code, code),
                "name": name,
                "href": path_with(path, **{**fields, "lang": code}),
            }
            for code, name in _TONGUES.items()
            if code != language
        ],
    }


def _held(query: Mapping[str, Sequence[str]]) -> _Fields:
    """The fields of an address as something to look up by."""
    return tuple((name, tuple(values)) for name, values in query.items()) if query else ()


def _home(visit: Visit) -> str:
    if visit.at_work:
        return "/console"
    if visit.at_kiosk:
        return "/kiosk"
    return "/home" if visit.session else "/"


def _rehearsal(visit: Visit, region_code: str) -> str:
    played = visit.world.rehearsal.get(region_code)
    return day(played) if played else ""
