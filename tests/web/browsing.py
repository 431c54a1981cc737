"""Browsing: a browser for the tests of pages, which checks every page it is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx

from shebao.web.routes import ROUTES

BASE = "http://shebao.test"
PHONE = "Mozilla/5.0 (Linux; Android 9) AppleWebKit/537.36 Chrome/69.0 Mobile Safari/537.36"
_PLACES = [
    re.compile(re.sub(r"\{\w+\}", "[^/]+", route.path)) for route in ROUTES if route.method == "GET"
]
_TITLES = {
    "zh-CN": re.compile(r"(有误：)?.+ – 社保缴费"),
    "en": re.compile(r"(Mistakes: )?.+ – Social insurance payments"),
}


@dataclass
class Form:
    """A form as a browser would send it."""

    action: str
    method: str
    values: dict = field(default_factory=dict)


class Seen(HTMLParser):
    """One page: what it says, its forms and links, and what is wrong with it."""

    def __init__(self, answer):
        super().__init__(convert_charrefs=True)
        self.url, self.status, self.headers = str(answer.url), answer.status_code, answer.headers
        self.bytes = answer.content
        self.tags, self.ids, self.texts, self.forms, self.links = [], [], {}, [], []
        self.faults, self._open, self._form, self._select = [], [], None, None
        if answer.headers["content-type"].startswith("text/html"):
            self.feed(answer.text)
            self._check()

    @property
    def path(self):
        return urlsplit(self.url).path

    @property
    def query(self):
        return parse_qs(urlsplit(self.url).query)

    @property
    def title(self):
        return self.texts.get("title", "")

    @property
    def language(self):
        return next(at.get("lang", "") for tag, at, _ in self.tags if tag == "html")

    @property
    def h1(self):
        return self.texts.get("h1", "").strip()

    @property
    def text(self):
        return " ".join(self.texts.get("body", "").split())

    def says(self, words):
        """Whether the page says this, however its lines are broken."""
        return "".join(words.split()) in "".join(self.text.split())

    def form(self, action):
        return next(form for form in self.forms if urlsplit(form.action).path == action)

    def link(self, words):
        return next(there for there, said in self.links if words in there or words in said[0])

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append((tag, given, self._form))
        self.ids += [given["id"]] if "id" in given else []
        if tag not in {"input", "meta", "link", "br"}:
            self._open.append(tag)
        if tag == "form":
            self._form = Form(given["action"], given["method"])
            self.forms.append(self._form)
        elif tag == "a":
            self.links.append((given.get("href", ""), [""]))
        elif self._form is not None:
            self._field(tag, given)

    def handle_endtag(self, tag):
        while self._open and self._open.pop() != tag:
            pass
        if tag == "form":
            self._form = None

    def handle_data(self, data):
        for tag in self._open:
            self.texts[tag] = self.texts.get(tag, "") + data
        if "a" in self._open:
            self.links[-1][1][0] += data

    def _field(self, tag, given):
        name, kind = given.get("name"), given.get("type", "text")
        self._select = name if tag == "select" else self._select
        if tag == "option" and "selected" in given:
            self._form.values[self._select] = [given["value"]]
        if not name or "disabled" in given:
            return
        if tag == "input" and (kind not in {"radio", "checkbox"} or "checked" in given):
            self._form.values.setdefault(name, []).append(given.get("value", ""))

    def _check(self):
        """What every page of ours keeps to."""
        tags = [tag for tag, _, _ in self.tags]
        told = {
            "one h1": tags.count("h1") == 1 and bool(self.h1),
            "a title of its own, in the language it names": _TITLES[self.language].fullmatch(
                self.title
            ),
            "a way past the head": self.links[0][0] == "#main" and "main" in self.ids,
            "ids used once": len(self.ids) == len(set(self.ids)),
            "landmarks": tags.count("main") == 1 and "header" in tags,
            "no style or script inside": not {"style"} & {*tags} and self._nothing_inline(),
            "every field has a label": self._unlabelled() == [],
            "descriptions that are there": self._undescribed() == [],
            "forms that are signed": self._unsigned() == [],
            "no dead links": self._dead() == [],
        }
        self.faults = [name for name, kept in told.items() if not kept]

    def _nothing_inline(self):
        return not any(
            "style" in given
            or any(name.startswith("on") for name in given)
            or (tag == "script" and "src" not in given)
            for tag, given, _ in self.tags
        )

    def _unlabelled(self):
        labels = {given.get("for") for tag, given, _ in self.tags if tag == "label"}
        return [
            given
            for tag, given, _ in self.tags
            if tag in {"input", "select"} and given.get("type") != "hidden"
            if given.get("id") not in labels
        ]

    def _undescribed(self):
        named = [
            one for _, given, _ in self.tags for one in given.get("aria-describedby", "").split()
        ]
        return [one for one in named if one not in self.ids]

    def _unsigned(self):
        """Our own forms; one that leads to a channel must not carry our secret there."""
        posted = [form for form in self.forms if form.method == "post"]
        return [
            form for form in posted if ("csrf" in form.values) is not form.action.startswith("/")
        ]

    def _dead(self):
        ways = [there for there, _ in self.links] + [form.action for form in self.forms]
        ours = [urlsplit(there).path for there in ways if there.startswith("/")]
        strange = [
            there for there in ways if not re.match(r"/|#\w|tel:\d|http://127\.0\.0\.1:\d+/", there)
        ]
        posts = {route.path for route in ROUTES if route.method == "POST"}
        places = [*_PLACES, *(re.compile(re.sub(r"\{\w+\}", "[^/]+", post)) for post in posts)]
        ours = [there for there in ours if there != self.path]
        return strange + [there for there in ours if not any(p.fullmatch(there) for p in places)]


class Visitor:
    """Somebody with a browser. Every page they are shown is checked."""

    def __init__(self, app, *, agent=PHONE, quiet=True):
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app, raise_app_exceptions=quiet),
            base_url=BASE,
            headers={"user-agent": agent},
        )

    async def open(self, path, **headers):
        """Look at a page, going where it sends us as long as that is ours."""
        return await self._land(await self.http.get(urljoin(BASE, path), headers=headers))

    async def send(self, seen, action, **changes):
        """Send a form of a page, with some fields filled in."""
        form = seen.form(action)
        values = {**form.values, **{n: v for n, v in changes.items() if v is not None}}
        if form.method == "get":
            return await self._land(await self.http.get(form.action, params=values))
        return await self._land(await self.http.post(form.action, data=values))

    async def post(self, path, **fields):
        """Send fields that no form of ours carries, and go nowhere."""
        return await self.http.post(path, data=fields)

    async def _land(self, answer):
        while answer.is_redirect and urljoin(BASE, answer.headers["location"]).startswith(BASE):
            answer = await self.http.get(answer.headers["location"])
        if answer.is_redirect:
            return answer
        seen = Seen(answer)
        assert seen.faults == [], f"{seen.url} lacks {seen.faults}"
        return seen
