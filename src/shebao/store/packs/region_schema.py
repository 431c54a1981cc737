"""Region schema: the shape of region.toml, a region's own facts and words."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from shebao.store.packs.values import Id, Model, RegionCode, Words

MethodId = Literal[
    "wechat", "alipay", "unionpay", "agreement", "ccb", "card", "counter", "pos", "cash"
]


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


class IdentityModel(Model):
    """[[identity]]: a special identity (特殊身份)."""

    id: Id
    name: Words
    also: list[str] = Field(default_factory=list)


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
    districts: dict[str, str] = Field(default_factory=dict)
    words: dict[str, str] = Field(default_factory=dict)
    agencies: dict[str, AgencyModel] = Field(default_factory=dict)
    channel: list[ChannelModel] = Field(default_factory=list)
    identity: list[IdentityModel] = Field(default_factory=list)
