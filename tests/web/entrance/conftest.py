"""People with passwords, telephones and accounts elsewhere, before the pages of their city."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from tests.web.browsing import Visitor
from tests.web.conftest import NINGBO, TIERED

PASSWORD = "hao-tianqi8"
DESKTOP = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36"


@pytest.fixture
async def with_password(settle, sign_in):
    """A resident of Ningbo who has chosen a user name and a password, and their telephone."""
    resident = await settle(NINGBO, TIERED)
    phone = await sign_in(resident)
    page = await phone.open("/me/password")
    resident.user_name = f"u{resident.number[-8:].lower()}"
    page = await phone.send(
        page, "/me/password", user_name=resident.user_name, password=PASSWORD, again=PASSWORD
    )
    assert page.path == "/me", page.text
    return resident, phone


@pytest.fixture
async def desktop(app):
    """Somebody before a desktop of the e-tax office, who has not signed in."""
    somebody = Visitor(app, agent=DESKTOP)
    somebody.page = await somebody.open(f"/?region={NINGBO}&ch=etax")
    assert somebody.page.path == "/sign-in/password"
    yield somebody
    await somebody.http.aclose()


@pytest.fixture
def half_way(desktop):
    """Bring a password at the desktop, and see what comes."""

    async def bring(who, password=PASSWORD):
        page = await desktop.open("/sign-in/password")
        return await desktop.send(page, "/sign-in/password", who=who, password=password)

    return bring


@pytest.fixture
def outward(outside):
    """Somebody's browser at the addresses of others."""

    async def go(url, **form):
        async with httpx.AsyncClient(trust_env=False) as browser:
            if form:
                return await browser.post(url, data=form)
            return await browser.get(url)

    return go


def back_path(answer):
    """The path of ours that somebody else sends a browser back to."""
    assert answer.status_code == 303, answer.text
    parts = urlsplit(answer.headers["location"])
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def asked_of(url):
    """What an address asks for."""
    return {name: values[-1] for name, values in parse_qs(urlsplit(url).query).items()}
