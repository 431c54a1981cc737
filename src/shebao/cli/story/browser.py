"""Browser: a browser without a screen: pages, forms and links, and nothing a page lacks.

The story goes through the real pages by it. A form is sent with what the page put into it, and
only what a person could change is changed; a field or a choice that is not there is an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin

import httpx

Attributes = Sequence[tuple[str, str | None]]
_REDIRECTS_MAX: Final = 5
_CHOOSABLE: Final = frozenset({"radio", "checkbox"})
_VOID: Final = frozenset({"script", "style"})


class PageDiffers(Exception):  # noqa: N818  The story ends here, and says at which page.
    """A page is not as the story needs it."""


@dataclass(slots=True)
class Form:
    """One form: where it goes, what it would send, and what there is to choose."""

    action: str
    method: str
    name: str
    values: dict[str, list[str]] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    amounts: dict[str, str] = field(default_factory=dict)  # In fen, of what can be ticked.


@dataclass(slots=True)
class Page:
    """One page as it reads."""

    url: str
    status: int
    content: bytes
    kind: str
    title: str = ""
    text: str = ""
    forms: list[Form] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)

    def form(self, part: str) -> Form:
        """The form whose address has this in it."""
        for form in self.forms:
            if part in form.action:
                return form
        raise PageDiffers(f"{self.url}: no form for {part!r} on {self.title!r}")

    def link(self, part: str) -> str:
        """The address of the first link that has this in its address or its words."""
        for words, address in self.links:
            if part in address or part in words:
                return address
        raise PageDiffers(f"{self.url}: no link {part!r} on {self.title!r}")

    def must_say(self, *words: str) -> None:
        """Insist that the page says all of this."""
        for word in words:
            if word not in self.text:
                raise PageDiffers(f"{self.url}: {word!r} is not on {self.title!r}: {self.text}")


class Browser:
    """Goes from page to page, keeping its cookies."""

    def __init__(self, base_url: str, *, agent: str) -> None:
        self._http = httpx.AsyncClient(
            base_url=base_url, trust_env=False, timeout=20, headers={"user-agent": agent}
        )

    async def open(self, address: str) -> Page:
        """Open an address, and go where it sends us."""
        return await self._land(await self._http.get(address))

    async def send(self, page: Page, part: str, **changes: str | Sequence[str]) -> Page:
        """Send a form of a page with some fields filled in or chosen otherwise."""
        form = page.form(part)
        values = {name: list(kept) for name, kept in form.values.items()}
        for name, change in changes.items():
            wanted = [change] if isinstance(change, str) else list(change)
            offered = form.choices.get(name)
            if name not in values and offered is None:
                raise PageDiffers(f"{page.url}: the form has no field {name!r}")
            if offered is not None and not set(wanted) <= set(offered):
                raise PageDiffers(f"{page.url}: {name} offers {offered}, not {wanted}")
            values[name] = wanted
        address = urljoin(page.url, form.action)
        if form.method == "post":
            return await self._land(await self._http.post(address, data=values))
        return await self._land(await self._http.get(address, params=values))

    async def close(self) -> None:
        """Close the browser."""
        await self._http.aclose()

    async def _land(self, answer: httpx.Response) -> Page:
        for _ in range(_REDIRECTS_MAX):
            if not answer.is_redirect:
                break
            answer = await self._http.get(urljoin(str(answer.url), answer.headers["location"]))
        kind = answer.headers.get("content-type", "")
        page = Page(str(answer.url), answer.status_code, answer.content, kind)
        if kind.startswith("text/html"):
            _Reader(page).feed(answer.text)
            page.text = " ".join(page.text.split())
        return page


class _Reader(HTMLParser):
    """Fills a page in from its HTML."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._open: list[str] = []
        self._form: Form | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        given = {name: value or "" for name, value in attrs}
        self._open.append(tag)
        if tag == "form":
            method = given.get("method", "get").lower()
            self._form = Form(given.get("action", ""), method, given.get("id", ""))
            self._page.forms.append(self._form)
        elif tag == "a" and "href" in given:
            self._page.links.append(("", given["href"]))
        elif tag == "button" and "formaction" in given:
            self._page.links.append(("", given["formaction"]))
        elif tag == "select":
            self._select = given.get("name")
        elif self._form is not None:
            self._field(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        where = self._open[-1] if self._open else ""
        if where in _VOID:
            return
        if "title" in self._open and "svg" not in self._open:
            self._page.title += data
            return
        self._page.text += f" {data}"
        if {"a", "button"} & set(self._open) and self._page.links:
            words, address = self._page.links[-1]
            self._page.links[-1] = (words + data.strip(), address)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        assert self._form is not None
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "option" and self._select:
            self._form.choices.setdefault(self._select, []).append(value)
            first = self._select not in self._form.values
            if first or "selected" in given:
                self._form.values[self._select] = [value]
        elif tag == "input" and name and given.get("type") in _CHOOSABLE:
            if "disabled" not in given:
                self._form.choices.setdefault(name, []).append(value or "on")
                self._form.amounts[value] = given.get("data-amt", "")
                if "checked" in given:
                    self._form.values.setdefault(name, []).append(value or "on")
        elif tag in {"input", "textarea"} and name:
            self._form.values.setdefault(name, []).append(value)
        elif tag == "button" and name:
            self._form.choices.setdefault(name, []).append(value)
