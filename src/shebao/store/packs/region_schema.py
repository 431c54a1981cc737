"""Region schema: the shape of region.toml, a region's own facts and words."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from shebao.store.packs.values import Amount, Id, Model, RegionCode, Words

MethodId = Literal[
    "wechat", "alipay", "unionpay", "agreement", "ccb", "card", "counter", "pos", "cash", "entrust"
]
AccountId = Literal["bank_card", "social_card", "pension_agreement", "wallet"]

WayId = Literal["sms", "password", "face", "portal", "app", "scan"]
StepId = Literal["sms", "scan", "passkey"]
PlaceId = Literal[
    "wechat_account",
    "wechat_mini",
    "alipay_mini",
    "baidu_mini",
    "city_app",
    "bank_app",
    "portal",
    "etax",
    "kiosk",
    "counter",
]
FeatureId = Literal[
    "favourites", "ask_to_pay", "scan", "passkeys", "pay_types", "amounts", "batch_tier", "offices"
]
_WAYS_FEWEST: Final = 2
_APPS: Final = frozenset({"wechat_account", "wechat_mini", "alipay_mini", "baidu_mini"})


class AgencyModel(Model):
    """[agencies.id]: whom to ask about a scheme or a fund."""

    name: Words
    phone: Annotated[str, Field(pattern=r"^[0-9-]{5,20}$")]


class ChannelModel(Model):
    """[[channel]]: a way in."""

    id: Id
    name: Words
    methods: Annotated[list[MethodId], Field(min_length=1)]
    pays_for: Literal["self", "others_by_name_and_number", "others_by_phone_code"]
    self_service: bool = True
    place: PlaceId = "city_app"
    sign_in: Annotated[list[WayId], Field(default=["sms", "password"])]
    second_steps: Annotated[list[StepId], Field(default=["sms", "scan", "passkey"])]
    features: Annotated[list[FeatureId], Field(default=["favourites", "ask_to_pay", "scan"])]
    portal: str = ""
    words: dict[str, str] = Field(default_factory=dict)
    by_picture: list[MethodId] = Field(default_factory=list)

    @model_validator(mode="after")
    def _ways_are_enough(self) -> Self:
        """Two ways at least, and none of them only by face: nobody is made to show theirs."""
        if self.self_service and len(set(self.sign_in) - {"face"}) < 1:
            raise ValueError("刷脸不能是唯一的登录方式")
        if self.self_service and len(set(self.sign_in)) < _WAYS_FEWEST:
            raise ValueError("至少要有两种登录方式")
        if ("portal" in self.sign_in) != bool(self.portal):
            raise ValueError("用政务账号登录的渠道，要写明是哪个账号（portal），别的渠道不写")
        if not set(self.by_picture) <= set(self.methods):
            raise ValueError("用图片扫码的支付方式（by_picture），要先写在 methods 里")
        if "app" in self.sign_in and self.place not in _APPS:
            raise ValueError("只有微信、支付宝、百度里的渠道能用授权登录")
        return self


class IdentityModel(Model):
    """[[identity]]: a special identity (特殊身份)."""

    id: Id
    name: Words
    also: list[str] = Field(default_factory=list)


class ReturnModel(Model):
    """[[refund]]: a ground on which a contribution goes back, for some schemes or for all."""

    ground: Literal["duplicate", "death", "wrong_place", "policy", "mistaken"]
    schemes: list[Id] = Field(default_factory=list)
    until: Literal["cover_begins", "any_time"]
    shows: Words
    source: Words


class AccountRuleModel(Model):
    """[[agreement.rule]]: the one kind of account a fund is collected from."""

    fund: Literal["pension", "medical", "unemployment"]
    account: AccountId
    also_pays: Id | None = None


class AgreementModel(Model):
    """[agreement]: with whom people may agree, and on which accounts."""

    methods: Annotated[list[Literal["agreement", "entrust"]], Field(min_length=1)]
    accounts: Annotated[list[AccountId], Field(min_length=1)]
    sign_seconds: Annotated[int, Field(ge=60, le=86400)] = 1800
    rule: list[AccountRuleModel] = Field(default_factory=list)


class ObjectionModel(Model):
    """[objection]: how long after a payment somebody may object to it."""

    days: Annotated[int, Field(ge=1, le=365)]
    confidence: Literal["S", "SEED"]
    source: Words


class RegionFile(Model):
    """A region, or the baseline all regions share (code cn)."""

    code: RegionCode
    name: Words
    collector: Words
    reviewed_on: date
    default_channel: str = ""
    receipt_title: Words
    order_seconds: Annotated[int, Field(ge=60, le=86400)] = 1800
    cashier_seconds: Annotated[int, Field(ge=10, le=86400)] | None = None
    special_first: bool = False
    four_eyes_above: Amount | None = None
    districts: dict[str, str] = Field(default_factory=dict)
    offices: dict[str, Words] = Field(default_factory=dict)
    words: dict[str, str] = Field(default_factory=dict)
    agencies: dict[str, AgencyModel] = Field(default_factory=dict)
    channel: list[ChannelModel] = Field(default_factory=list)
    identity: list[IdentityModel] = Field(default_factory=list)
    refund: list[ReturnModel] = Field(default_factory=list)
    portals: dict[str, str] = Field(default_factory=dict)
    consents: dict[Literal["rules", "sensitive"], date] = Field(default_factory=dict)
    agreement: AgreementModel | None = None
    gloss: dict[str, dict[str, str]] = Field(default_factory=dict)
    objection: ObjectionModel | None = None
