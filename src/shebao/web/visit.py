"""Visit: who came, by which way, what they sent, and the site they came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from shebao.core.desk.clerk import Clerk
from shebao.core.entrance.way import Place
from shebao.core.policy.region import EntryChannel, Region
from shebao.operations.desk.sign_in import ClerkSignedOut
from shebao.operations.sign_in import SignedOut
from shebao.operations.world import World
from shebao.store.desk.clerks import ClerkSession
from shebao.store.sessions import Session
from shebao.web.fields import NO_FIELDS, Fields
from shebao.web.language.catalogue import CHINESE
from shebao.web.site import Site

_AT_WORK: Final = ("/console", "/desk", "/collector")
_DIGITS: Final = 9


def is_at_work(path: str) -> bool:
    """Whether a path leads to where clerks work."""
    return path.startswith(_AT_WORK)


@dataclass(frozen=True, slots=True)
class Look:
    """How pages look to this visitor: large type or not, in which colour and language."""

    elder: bool = False
    theme: str = "blue"
    language: str = CHINESE


@dataclass(frozen=True, slots=True)
class Entry:
    """The city and the way in that somebody chose before signing in."""

    region: Region
    channel: EntryChannel


@dataclass(frozen=True, slots=True)
class Device:
    """What the visitor comes with."""

    address: str = "127.0.0.1"
    phone: bool = False
    wants_json: bool = False
    name: str = ""  # Such as 手机，微信: how the list of sessions calls it.
    app: str = ""  # Whose app the page is open in: wechat, alipay, baidu.
    came_from: str = ""  # The page of ours that led here, if the browser says so.


@dataclass(frozen=True)
class Visit:
    """One request, read. What follows from what was read is worked out once, when asked for."""

    site: Site
    path: str
    secret: str  # What this visitor's forms are signed with: of the session, or before one.
    session: Session | None = None
    token: str = ""
    entry: Entry | None = None
    look: Look = field(default_factory=Look)
    device: Device = field(default_factory=Device)
    parts: Mapping[str, str] = field(default_factory=dict)
    query: Fields = field(default_factory=lambda: NO_FIELDS)
    form: Fields = field(default_factory=lambda: NO_FIELDS)
    cookies: Mapping[str, str] = field(default_factory=dict)
    clerk_session: ClerkSession | None = None  # Only where clerks work.

    @property
    def world(self) -> World:
        """The world the site stands in."""
        return self.site.world

    @property
    def signed_in(self) -> Session:
        """The session. Raises SignedOut when there is none."""
        if self.session is None:
            raise SignedOut
        return self.session

    @property
    def clerk(self) -> Clerk:
        """The clerk who is signed in. Raises ClerkSignedOut when there is none."""
        if self.clerk_session is None:
            raise ClerkSignedOut
        return self.clerk_session.clerk

    @cached_property
    def region(self) -> Region:
        """The region of who is signed in."""
        session = self.session  # Pages of clerks have none of a payer.
        if session is None:
            return self.world.region((self.clerk if self.at_work else self.signed_in).region_code)
        return self.world.region(session.region_code)

    @property
    def region_here(self) -> Region:
        """The region of who is signed in, or the one that was chosen before."""
        if self.session is None and self.entry is not None:
            return self.entry.region
        return self.region

    @property
    def at_kiosk(self) -> bool:
        """Whether this is a terminal in a hall, which ends by itself and keeps nothing."""
        if self.session is not None:
            return self.channel.place is Place.KIOSK
        return self.entry is not None and self.entry.channel.place is Place.KIOSK

    @cached_property
    def at_work(self) -> bool:
        """Whether this is a page of clerks."""
        return is_at_work(self.path)

    @property
    def language(self) -> str:
        """The language of the page; clerks work in Chinese."""
        return CHINESE if self.at_work else self.look.language

    @cached_property
    def channel(self) -> EntryChannel:
        """The way in through which somebody signed in; the usual one if it is no more."""
        session = self.signed_in
        region = self.region
        return region.channels.get(session.entry_channel) or region.channel()

    @cached_property
    def csrf(self) -> str:
        """What every form of this visitor must bring back."""
        return self.world.vault.hash("csrf", self.secret).hex()

    def number(self, name: str) -> int:
        """A number in the address; 0, which nothing has, when it is none."""
        text = self.parts[name]
        return int(text) if text.isascii() and text.isdigit() and len(text) < _DIGITS else 0

    def typed(self, name: str, default: str = "") -> str:
        """What was typed into a field, when a form comes back with mistakes."""
        return self.form.one(name, default)
