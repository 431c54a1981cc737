"""Pages: plain HTML for the people of a rehearsal. No script; it works with a keyboard alone."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

_CSS: Final = (Path(__file__).parent / "sandbox.css").read_bytes()
_VOID: Final = frozenset({"input", "meta", "link"})
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def tag(name: str, /, *inside: str, **attributes: str | bool) -> Markup:
    """An element; whatever is not markup already is escaped.

    >>> tag("p", "5 < 6", cls="muted")
    '<p class="muted">5 &lt; 6</p>'
    """
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Markup(f"<{name}{written}>")
    content = "".join(part if isinstance(part, Markup) else escape(part) for part in inside)
    return Markup(f"<{name}{written}>{content}</{name}>")


def page(title: str, *body: Markup, status: int = 200) -> HTMLResponse:
    """A whole page, which says at its top that this is a rehearsal."""
    head = [
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", f"{title} - 演练"),
        tag("link", rel="stylesheet", href="/sandbox.css"),
    ]
    banner = tag("header", "演练环境，不收真钱，不是官方页面", cls="banner")
    inside = tag("body", banner, tag("main", *body, id="main"))
    whole = f"<!doctype html>\n{tag('html', tag('head', *head), inside, lang='zh-CN')}\n"
    return HTMLResponse(whole, status_code=status, headers=_HEADERS)


def yuan(fen: int) -> str:
    """An amount as people write it: 1,000.00."""
    return f"{fen // 100:,}.{fen % 100:02}"


async def stylesheet(_request: Request) -> Response:
    """The one stylesheet of all pages."""
    return Response(_CSS, media_type="text/css", headers={"Cache-Control": "max-age=3600"})


def _attribute(key: str, value: str | bool) -> str:  # noqa: FBT001  An attribute may just be.
    name = "class" if key == "cls" else key.rstrip("_").replace("_", "-")
    if value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
