"""World: everything outside the program, handed to every operation as one value.

The books, the clock, the dice and the wires are here, and nowhere else. A test that brings
another clock or loaded dice has the whole program in its hand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from shebao.core.channel import Method
from shebao.core.entrance.way import Place
from shebao.core.ids import Entropy, mint
from shebao.core.policy.region import Region, RegionNotServed
from shebao.core.policy.work_days import WorkDays
from shebao.core.refusals import Refusal
from shebao.gateways.app_sign_in import AppSignIn
from shebao.gateways.channel import Agreements, Batches, Channel, Statements, Together
from shebao.gateways.documents.office import Documents
from shebao.gateways.face import FaceChecks
from shebao.gateways.identity import RealName
from shebao.gateways.inbox import Inbox
from shebao.gateways.packet.desk import PacketDesk
from shebao.gateways.portal import Portal
from shebao.gateways.sms import Sms
from shebao.store.database import Database
from shebao.store.vault import Vault

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(eq=False)
class MethodNotOffered(Refusal):
    """One cannot pay this way here."""

    method: str


@dataclass(frozen=True, slots=True)
class Entrances:
    """Who else can say who somebody is: those who have given us credentials."""

    face: FaceChecks | None = None
    portals: Mapping[str, Portal] = field(default_factory=dict)
    apps: Mapping[Place, AppSignIn] = field(default_factory=dict)  # By where a page is opened.


@dataclass(frozen=True, slots=True)
class World:
    """The outside, in one hand. `rehearsal` sets the business date of a region by hand."""

    db: Database
    now: Callable[[], datetime]
    entropy: Entropy
    vault: Vault
    regions: Mapping[str, Region]
    channels: Mapping[Method, Channel]
    real_name: RealName
    messages: Sms
    documents: Documents
    base_url: str
    rehearsal: Mapping[str, date] = field(default_factory=dict)
    statements: Mapping[Method, Statements] = field(default_factory=dict)
    inbox: Inbox = field(default_factory=Inbox)
    packets: PacketDesk = field(default_factory=PacketDesk)
    work_days: WorkDays = field(default_factory=WorkDays)
    batches: Mapping[Method, Batches] = field(default_factory=dict)
    agreements: Mapping[Method, Agreements] = field(default_factory=dict)
    entrances: Entrances = field(default_factory=Entrances)
    together: Mapping[Method, Together] = field(default_factory=dict)

    def mint(self, prefix: str) -> str:
        """A new id of a kind."""
        return mint(prefix, self.now(), self.entropy)

    def region(self, region_code: str) -> Region:
        """A region we serve. Raises RegionNotServed."""
        try:
            return self.regions[region_code]
        except KeyError:
            served = "、".join(region.name for region in self.regions.values())
            raise RegionNotServed(region_code, served) from None

    def channel(self, method: Method) -> Channel:
        """The channel of a method. Raises MethodNotOffered when none is connected."""
        try:
            return self.channels[method]
        except KeyError:
            raise MethodNotOffered(method) from None

    def agreement(self, method: Method) -> Agreements:
        """At whom one agrees to a method. Raises MethodNotOffered when none is connected."""
        try:
            return self.agreements[method]
        except KeyError:
            raise MethodNotOffered(method) from None

    def notify_url(self, region_code: str, method: Method) -> str:
        """Where a channel tells us about a region's money."""
        return f"{self.base_url}/notify/{method}/{region_code}"

    def together_url(self, region_code: str, method: Method) -> str:
        """Where a channel tells us about money of several cities, which one of them asked for."""
        return f"{self.base_url}/notify-together/{method}/{region_code}"

    def today(self, region_code: str) -> date:
        """The business date: the civil date in Shanghai, or the rehearsal's."""
        return self.rehearsal.get(region_code) or self.now().astimezone(SHANGHAI).date()
