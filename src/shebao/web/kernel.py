"""Kernel: turns a request into a Visit, and what a page function gives back into HTTP.

Page functions do not catch refusals: this is the one place that turns a refusal into a page,
with the words from ``messages/``, or into problem+json for a program.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Final, TypeAlias
from urllib.parse import quote

from shebao.core.desk.clerk import DutyMissing
from shebao.core.entrance.consent import ConsentNeeded
from shebao.core.policy.region import RegionNotServed
from shebao.core.refusals import NotYours, Refusal, Unanswered
from shebao.core.roster.roster import RosterUnknown
from shebao.gateways.sms import TooManyMessages
from shebao.operations.desk.sign_in import ClerkSignedOut
from shebao.operations.issue_receipts import ReceiptUnknown
from shebao.operations.sign_in import SignedOut
from shebao.web.answers import Answer, Download, Facts, Page, SeeOther
from shebao.web.cookies import CLERK, SESSION, forget
from shebao.web.drawing import Pens
from shebao.web.fields import NO_FIELDS, FormUnreadable
from shebao.web.frame import frame, style_of
from shebao.web.guard import FormStale, Guard, believe, let_in
from shebao.web.headers import Response, Send, content, html, policy_of, see_other, set_cookies
from shebao.web.reading import Reading, Receive, Scope, form_of, read
from shebao.web.site import Site
from shebao.web.typed import keep_typed, with_typed
from shebao.web.uploads import upload_of
from shebao.web.visit import Visit, is_at_work
from shebao.web.words import Mistake, Mistakes, Words, field_of, words_of

Handler: TypeAlias = Callable[[Visit], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Route:
    """One line of the site map. `again` shows the form a POST came from, with its mistakes.

    `files` says that its form brings files.
    """

    method: str
    path: str
    guard: Guard
    handler: Handler
    again: Handler | None = None
    files: bool = False


@dataclass(eq=False)
class PageUnknown(Refusal):
    """There is no such page."""

    path: str


_STATUS: Final = {
    PageUnknown: HTTPStatus.NOT_FOUND,
    NotYours: HTTPStatus.NOT_FOUND,
    RosterUnknown: HTTPStatus.NOT_FOUND,
    RegionNotServed: HTTPStatus.NOT_FOUND,
    ReceiptUnknown: HTTPStatus.NOT_FOUND,
    FormStale: HTTPStatus.FORBIDDEN,
    FormUnreadable: HTTPStatus.BAD_REQUEST,
    TooManyMessages: HTTPStatus.TOO_MANY_REQUESTS,
    SignedOut: HTTPStatus.UNAUTHORIZED,
    ConsentNeeded: HTTPStatus.FORBIDDEN,
    ClerkSignedOut: HTTPStatus.UNAUTHORIZED,
    DutyMissing: HTTPStatus.FORBIDDEN,
}


class Door:
    """One route, as an ASGI application."""

    def __init__(self, site: Site, pens: Pens, route: Route) -> None:
        self._site, self._pens, self._route = site, pens, route

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        form, unreadable = NO_FIELDS, None
        if _is_ours(self._route):
            try:
                files = self._route.files
                form = await (upload_of(scope, receive) if files else form_of(receive))
            except FormUnreadable as refusal:
                unreadable = refusal
        try:
            reading = await read(self._site, scope, form)
        except Unanswered as silence:  # The books: nobody can say who this is.
            reading = await read(self._site, scope, known=False)
            away = unanswered(reading.visit, silence)
            await respond(self._pens, reading, away).send(send)
            return
        visit, forgets = with_typed(reading.visit)
        if forgets:
            reading = replace(reading, visit=visit, keeps=(*reading.keeps, *forgets))
        answer = refused(visit, unreadable) if unreadable else await self._answer(visit)
        await respond(self._pens, reading, answer).send(send)

    async def _answer(self, visit: Visit) -> Answer:
        route = self._route
        try:
            let_in(visit, route.guard)
            if _is_ours(route) and route.guard is not Guard.TICKET:
                believe(visit)
            return await route.handler(visit)
        except Mistakes as mistakes:
            return await self._once_more(visit, mistakes.refusals)
        except Refusal as refusal:
            if route.again is not None and field_of(refusal):
                return await self._once_more(visit, [refusal])
            return refused(visit, refusal)
        except Unanswered as silence:
            return unanswered(visit, silence)

    async def _once_more(self, visit: Visit, refusals: list[Refusal]) -> Answer:
        """The form again, with what was typed and what is wrong with it."""
        again = self._route.again
        assert again is not None, self._route.path
        if visit.device.wants_json:
            return refused(visit, refusals[0], HTTPStatus.UNPROCESSABLE_ENTITY)
        try:
            page = await again(visit)
        except Refusal as refusal:
            return refused(visit, refusal)
        assert isinstance(page, Page)
        mistakes = [Mistake(field_of(refusal) or "", words_of(refusal)) for refusal in refusals]
        said = {"errors": mistakes, "error_of": {one.field: one.words for one in mistakes}}
        return Page(page.template, {**page.shows, **said}, HTTPStatus.UNPROCESSABLE_ENTITY)


def _is_ours(route: Route) -> bool:
    """Whether a form is read: one of ours, not that of a cashier the payer comes back from."""
    return route.method == "POST" and route.guard is not Guard.COMES_BACK


def refused(visit: Visit, refusal: Refusal, status: HTTPStatus | None = None) -> Answer:
    """What a visitor is told when the answer is no."""
    words = words_of(refusal)
    status = status or _STATUS.get(type(refusal), HTTPStatus.CONFLICT)
    if visit.device.wants_json:
        problem = {"type": f"urn:shebao:{words.code}", "title": words.says, "detail": words.do}
        facts = {**problem, "status": int(status), "code": words.code}
        return Facts(facts, status, "application/problem+json")
    if isinstance(refusal, SignedOut | ClerkSignedOut):
        return _to_sign_in(visit)
    if isinstance(refusal, ConsentNeeded):
        return SeeOther(f"/consent?next={quote(_here(visit), safe='/')}")
    if visit.at_work and not is_at_work(words.link):  # What payers are told to do is no help.
        words = Words(words.code, words.says, words.do, "/console", "回到工作台")
    return Page("refused.html", {"words": words}, status)


def unanswered(visit: Visit, silence: Unanswered) -> Answer:
    """What a visitor is told when somebody outside did not answer."""
    status = HTTPStatus.SERVICE_UNAVAILABLE
    if visit.device.wants_json:
        problem = {"type": "urn:shebao:unanswered", "title": "对方没有回音", "code": "unanswered"}
        return Facts({**problem, "status": int(status)}, status, "application/problem+json")
    return Page("unanswered.html", {"whom": silence.whom}, status)


def respond(pens: Pens, reading: Reading, answer: Answer) -> Response:
    """An answer as HTTP."""
    visit = reading.visit
    if isinstance(answer, Download):
        named = f"attachment; filename*=UTF-8''{quote(answer.filename)}"
        more = [(b"content-disposition", named.encode())]
        return content(answer.content, media_type=answer.media_type, more=more)
    kept = set_cookies((*reading.keeps, *answer.cookies), secure=visit.site.secure)
    match answer:
        case SeeOther():
            return see_other(answer.path, kept)
        case Facts():
            media_type, body = answer.media_type, answer.body
            return content(body, status=answer.status, media_type=media_type, more=kept)
        case Page():
            shows = {**frame(visit), **answer.shows}
            return html(
                pens[visit.language].render_template(answer.template, **shows),
                status=answer.status,
                more=[visit.site.assets.ahead[style_of(visit)], *kept],
                policy=policy_of(
                    leads_to=visit.site.cashiers if answer.leads_out else (),
                    scripts_from=answer.scripts_from,
                ),
                packed=reading.packed,
            )


def _to_sign_in(visit: Visit) -> SeeOther:
    """Sign in first, and come back here afterwards."""
    kept, door = (CLERK, "/console/sign-in") if visit.at_work else (SESSION, "/sign-in")
    had = kept in visit.cookies
    here = _here(visit)
    path = f"{door}?next={quote(here, safe='/')}{'&expired=1' if had else ''}"
    typed = keep_typed(visit, here) if kept == SESSION else ()
    return SeeOther(path, (*((forget(kept),) if had else ()), *typed))


def _here(visit: Visit) -> str:
    """Where to come back to: this page, or for a form the page it stood on."""
    if visit.form and visit.device.came_from:
        return visit.device.came_from
    query = visit.query.text() if not visit.form else ""
    return f"{visit.path}?{query}" if query else visit.path
