"""Arriving (进来): what every way in has in common: the choice of ways, and what comes after."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from shebao.core.entrance.way import Way
from shebao.core.identity import IdType, parse_id
from shebao.core.person import parse_name
from shebao.core.refusals import Refusal
from shebao.operations.arrival import SESSION_LIVES, Came
from shebao.operations.sign_in import Claim
from shebao.store.entrance.app_users import AppUser
from shebao.web.answers import SeeOther
from shebao.web.cookies import APP_USER, SESSION, SIGN_IN, Cookie, forget
from shebao.web.fields import path_with
from shebao.web.keeping import found
from shebao.web.mistakes import all_of
from shebao.web.visit import Entry, Visit

_LOCAL: Final = re.compile(r"/(?![/\\])[!-~]*")
ID_TYPES: Final = tuple((str(kind), kind.label) for kind in IdType)
_PATHS: Final[Mapping[Way, str]] = {
    Way.SMS: "/sign-in",
    Way.PASSWORD: "/sign-in/password",
    Way.FACE: "/sign-in/face",
    Way.PORTAL: "/sign-in/portal",
    Way.APP: "/sign-in/app",
    Way.SCAN: "/sign-in/scan",
}
_APP_NAMES: Final = {"wechat": "微信", "alipay": "支付宝", "baidu": "百度"}


@dataclass(eq=False)
class OtherCity(Refusal):
    """The page belongs to another city than the one somebody is signed in to."""

    city: str
    region_code: str


@dataclass(eq=False)
class CityNeeded(Refusal):
    """Nobody has said in which city they pay."""


def entry_of(visit: Visit) -> Entry:
    """The city and the way in that were chosen. Raises CityNeeded."""
    if visit.entry is None:
        raise CityNeeded
    return visit.entry


def must_be_in(visit: Visit, region_code: str) -> None:
    """See that somebody is signed in to a city. Raises OtherCity."""
    if visit.signed_in.region_code != region_code:
        city = visit.world.region(region_code)
        raise OtherCity(city.name, city.code)


def must_offer(visit: Visit, way: Way) -> Entry:
    """See that the way in lets people in that way; else they choose another."""
    entry = entry_of(visit)
    if way not in entry.channel.ways:
        raise WayElsewhere(way.label)
    return entry


@dataclass(eq=False)
class WayElsewhere(Refusal):
    """The way in does not let people in that way."""

    way: str


def ways_shown(visit: Visit, current: Way) -> list[Mapping[str, Any]]:
    """The ways this channel offers, with the one that is shown now; none, if there is only one."""
    entry = entry_of(visit)
    back = visit.form.one("next") or visit.query.one("next")
    return [
        {
            "name": way_name(visit, way),
            "href": path_with(_PATHS[way], next=back, way=way if way is Way.SMS else ""),
            "on": way is current,
        }
        for way in entry.channel.ways
    ]


def way_name(visit: Visit, way: Way) -> str:
    """What a way is called here: 浙里办账号, 微信授权."""
    entry = entry_of(visit)
    if way is Way.PORTAL:
        return f"{entry.region.portals.get(entry.channel.portal, '政务')}账号"
    if way is Way.APP:
        return f"{app_name(entry.channel.place.app)}授权"
    return way.label


def app_name(app: str) -> str:
    """What people call an app or a portal that knows them."""
    return _APP_NAMES.get(app, app)


def first_path(entry: Entry) -> str:
    """Where signing in begins in a channel: its usual way, unless that leads out at once."""
    first = entry.channel.ways[0]
    return _PATHS[first] if first in {Way.PASSWORD, Way.FACE} else _PATHS[Way.SMS]


def came(visit: Visit) -> Came:
    """What somebody comes with: their device, and whom an app has just said they are."""
    return Came(visit.device.name, _app_user(visit))


def app_user_kept(user: AppUser) -> Mapping[str, str]:
    """Whom an app says somebody is, as the browser keeps it."""
    parts = (user.id_hash, user.id_sealed)
    id_hash, id_sealed = (base64.b64encode(part).decode() for part in parts)
    return {"app": user.app, "id_hash": id_hash, "id_sealed": id_sealed}


def signed_in(region_code: str, token: str, back: str, *done: str) -> SeeOther:
    """A session has begun: the browser keeps its token, forgets what led to it, and goes on."""
    session = Cookie(SESSION, f"{region_code}.{token}", int(SESSION_LIVES.total_seconds()))
    gone = (forget(name) for name in (SIGN_IN, APP_USER, *done))
    return SeeOther(local_path(back), (session, *gone))


def id_type_of(text: str) -> IdType:
    """The kind of certificate that was chosen; an identity card, if none of ours was."""
    return IdType(text) if text in set(IdType) else IdType.RESIDENT


def local_path(text: str) -> str:
    """Where to go on, if it is a path of ours; the home page if it is anything else."""
    return text if _LOCAL.fullmatch(text) and not text.startswith("/sign-") else "/home"


def claim_of(visit: Visit, *more: Callable[[], object]) -> Claim:
    """Who a form says somebody is; all that is wrong with it, and more, is said at once."""
    form, entry = visit.form, visit.entry
    code = entry.region.code if visit.session is None and entry else visit.signed_in.region_code
    id_type, today = id_type_of(form.one("id_type")), visit.world.today(code)
    all_of(
        lambda: parse_name(form.one("name")),
        lambda: parse_id(id_type, form.one("number"), on=today),
        *more,
    )
    return Claim(form.one("name"), id_type, form.one("number"))


def _app_user(visit: Visit) -> AppUser | None:
    facts = found(visit, APP_USER)
    if facts is None:
        return None
    id_hash, id_sealed = (base64.b64decode(facts[name]) for name in ("id_hash", "id_sealed"))
    return AppUser(facts["app"], id_hash, id_sealed)
