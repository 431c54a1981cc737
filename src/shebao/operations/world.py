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
from shebao.core.ids import Entropy, mint
from shebao.core.policy.region import Region, RegionNotServed
from shebao.core.refusals import Refusal
from shebao.gateways.channel import Channel
from shebao.gateways.documents.office import Documents
from shebao.gateways.identity import RealName
from shebao.gateways.sms import Sms
from shebao.store.database import Database
from shebao.store.vault import Vault

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(eq=False)
class MethodNotOffered(Refusal):
    """One cannot pay this way here."""

    method: str


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

    def today(self, region_code: str) -> date:
        """The business date: the civil date in Shanghai, or the rehearsal's."""
        return self.rehearsal.get(region_code) or self.now().astimezone(SHANGHAI).date()
