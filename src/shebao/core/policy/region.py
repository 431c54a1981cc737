"""Region (统筹区): one place that collects by its own rules, in its own words. Data, never code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from shebao.core.channel import Method
from shebao.core.entrance.consent import ConsentKind
from shebao.core.entrance.way import Feature, Place, SecondStep, Way
from shebao.core.money import ZERO, Money
from shebao.core.policy.returning import ReturnRule
from shebao.core.policy.scheme import Scheme
from shebao.core.policy.signing import AgreementTerms
from shebao.core.refusals import Refusal

ORDER_SECONDS: Final = 1800


class PaysFor(StrEnum):
    """For whom somebody may pay through an entry channel."""

    SELF = "self"  # 仅限本人
    OTHERS_BY_NAME_AND_NUMBER = "others_by_name_and_number"  # 他人: 姓名 + 证件号码
    OTHERS_BY_PHONE_CODE = "others_by_phone_code"  # 他人: 还要短信验证码

    @property
    def others(self) -> bool:
        """Whether it is allowed to pay for somebody else at all."""
        return self is not PaysFor.SELF


@dataclass(frozen=True, slots=True)
class EntryChannel:
    """A way in (缴费渠道): a mini program, an app, a counter, with the methods it offers."""

    id: str
    name: str
    methods: tuple[Method, ...]
    pays_for: PaysFor
    self_service: bool = True  # False: somebody behind a counter does it.
    place: Place = Place.CITY_APP
    ways: tuple[Way, ...] = (Way.SMS, Way.PASSWORD)  # 登录方式, the usual one first.
    second_steps: tuple[SecondStep, ...] = tuple(SecondStep)  # After a password.
    features: frozenset[Feature] = frozenset(Feature)
    portal: str = ""  # Whose accounts it signs in with: sufuban, zheliban, jingtong.
    words: Mapping[str, str] = field(default_factory=dict)  # Its own, before the city's.
    by_picture: frozenset[Method] = frozenset()  # 保存图片后扫码: paid with a code to be saved.

    def offers(self, feature: Feature) -> bool:
        """Whether it offers something besides paying."""
        return feature in self.features


@dataclass(frozen=True, slots=True)
class Agency:
    """Whom to ask about an insurance (经办机构)."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Region:
    """Everything a region is, apart from its people."""

    code: str
    name: str
    collector: str
    districts: Mapping[str, str]
    channels: Mapping[str, EntryChannel]
    default_channel: str
    receipt_title: str
    schemes: Mapping[str, Scheme]
    agencies: Mapping[str, Agency]  # By scheme, or by fund.
    words: Mapping[str, str] = field(default_factory=dict)  # 城市用语, such as choose: 选档缴费.
    identities: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)  # Other names, to identity ids.
    order_seconds: int = ORDER_SECONDS
    cashier_seconds: int | None = None  # How long an order lives once in a channel's cashier.
    special_first: bool = False  # 先缴特殊缴费, then the current year.
    offices: Mapping[str, str] = field(default_factory=dict)  # 区县税务机关, by district.
    agreement: AgreementTerms | None = None  # None: nothing is collected by agreement here.
    return_rules: tuple[ReturnRule, ...] = ()  # 退费规定
    four_eyes_above: Money = ZERO  # A refund of more takes two clerks.
    objection_days: int | None = None  # 异议期; None: nobody objects through us.
    portals: Mapping[str, str] = field(default_factory=dict)  # 政务账号, by id: their names.
    consents: Mapping[ConsentKind, str] = field(default_factory=dict)  # The editions in force.
    # What its names mean, by language: en, then 城乡居民基本养老保险, then the gloss.
    glosses: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def scheme(self, id_: str) -> Scheme:
        """One of the region's schemes."""
        try:
            return self.schemes[id_]
        except KeyError:
            raise SchemeNotOffered(self.name, id_) from None

    def channel(self, id_: str | None = None) -> EntryChannel:
        """One of the region's ways in; the usual one if none is named."""
        return self.channels[id_ or self.default_channel]

    def agency_for(self, scheme: Scheme) -> Agency:
        """Whom to ask about a scheme."""
        return self.agencies.get(scheme.id) or self.agencies[scheme.fund]

    @property
    def top_up(self) -> Scheme | None:
        """The personal account that may be topped up here, if there is one."""
        found = (one for one in self.schemes.values() if one.top_up and one.top_up.channels)
        return next(found, None)

    def district_code(self, text: str) -> str:
        """The code of a district, by code, by name, or by the name without 区 and 市.

        What is not found comes back as it is, for the assessment to refuse.
        """
        for code, name in self.districts.items():
            if text in (code, name, name.rstrip("区市县")):
                return code
        return text

    def identity_id(self, text: str) -> str:
        """The id of a special identity, by id or by any name it goes by."""
        for id_, name in self.identities.items():
            if text in (id_, name):
                return id_
        return self.aliases.get(text, text)


@dataclass(eq=False)
class SchemeNotOffered(Refusal):
    """The region has no such scheme."""

    region: str
    scheme: str


@dataclass(eq=False)
class RegionNotServed(Refusal):
    """Nobody has written a policy pack for this region."""

    region_code: str
    served: str
