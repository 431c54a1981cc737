"""Elsewhere (授权登录): a portal's account, or the app the page is open in, says who it is.

Where somebody comes back with a code, their browser must show the state it was sent away with.
A mini program brings its code by itself, without having been sent: only its own web-view opens
that address, and only for a channel that lives there.
"""

from __future__ import annotations

import base64
import hmac
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

from shebao.core.entrance.way import Place, Way
from shebao.core.policy.region import EntryChannel
from shebao.gateways.portal import Journey, PortalRefused
from shebao.operations.entrance.accounts import (
    FromApp,
    app_authorize_url,
    begin_portal,
    bring_app_code,
    finish_portal,
)
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.cookies import APP_USER, JOURNEY, Cookie
from shebao.web.guard import FormStale
from shebao.web.keeping import found, kept
from shebao.web.pages.city import EntryUnknown
from shebao.web.pages.entrance.arriving import (
    app_name,
    app_user_kept,
    came,
    local_path,
    must_offer,
    signed_in,
    ways_shown,
)
from shebao.web.reading import entry_cookie
from shebao.web.visit import Entry, Visit

_LIVES: Final = timedelta(minutes=10)
_STATE_BYTES: Final = 24
_MINI: Final = frozenset({Place.WECHAT_MINI, Place.ALIPAY_MINI, Place.BAIDU_MINI})


async def portal(visit: Visit) -> Answer:
    """Send somebody to the portal this channel belongs to."""
    entry = must_offer(visit, Way.PORTAL)
    back = f"{visit.world.base_url}/sign-in/portal/back"
    there, journey = await begin_portal(visit.world, entry.channel, back=back)
    facts = {
        "region_code": entry.region.code,
        "channel": entry.channel.id,
        "state": journey.state,
        "nonce": journey.nonce,
        "verifier": journey.verifier,
        "back": journey.back,
        "next": local_path(visit.query.one("next")),
    }
    return SeeOther(there, (kept(visit, JOURNEY, facts, lives=_LIVES),))


async def portal_back(visit: Visit) -> Answer:
    """Back from the portal: let them in, or say why not."""
    facts = found(visit, JOURNEY)
    if facts is None or not _same(facts.get("state", ""), visit.query.one("state")):
        raise FormStale
    region = visit.world.region(facts["region_code"])
    channel = region.channel(facts["channel"])
    if error := visit.query.one("error"):
        raise PortalRefused(region.portals.get(channel.portal, channel.portal), error)
    token = await finish_portal(
        visit.world,
        channel,
        region_code=region.code,
        code=visit.query.one("code"),
        journey=Journey(facts["state"], facts["nonce"], facts["verifier"], facts["back"]),
        came=came(visit),
    )
    return signed_in(region.code, token, facts["next"], JOURNEY)


async def app(visit: Visit) -> Answer:
    """Send somebody to the app's own page for a code; or say that the app does it by itself."""
    entry = must_offer(visit, Way.APP)
    state = base64.urlsafe_b64encode(visit.world.entropy(_STATE_BYTES)).decode()
    after = local_path(visit.query.one("next"))
    asked = {"region": entry.region.code, "ch": entry.channel.id, "next": after}
    enter = f"{visit.world.base_url}/enter?{urlencode(asked)}"
    there = app_authorize_url(visit.world, entry.channel, state=state, back=enter)
    if there:
        cookie = kept(visit, JOURNEY, {"state": state}, lives=_LIVES)
        return SeeOther(there, (cookie,))
    name = entry.channel.place.app
    played = ""
    if visit.site.inbox_url:
        sandbox = visit.site.inbox_url.partition("/sms/")[0]
        played = f"{sandbox}/apps/open?{urlencode({'app': name, 'enter': enter})}"
    shows = {
        "ways": ways_shown(visit, Way.APP),
        "app": app_name(name),
        "channel_name": entry.channel.name,
        "played": played,
    }
    return Page("entrance/app.html", shows)


async def enter(visit: Visit) -> Answer:
    """An app has opened us with a code: let in whom it knows, and ask who the others are."""
    region = visit.world.region(visit.query.one("region"))
    channel = region.channels.get(visit.query.one("ch"))
    if channel is None or not channel.self_service:
        raise EntryUnknown(visit.query.one("ch"))
    _must_be_sent(visit, channel)
    there = await bring_app_code(
        visit.world,
        channel,
        region_code=region.code,
        code=visit.query.one("code"),
        came=came(visit),
    )
    at = entry_cookie(Entry(region, channel))
    after = local_path(visit.query.one("next"))
    if there.token:
        answer = signed_in(region.code, there.token, after, JOURNEY)
        return SeeOther(answer.path, (*answer.cookies, at))
    return _who_is_it(visit, there, at=at, after=after)


def _who_is_it(visit: Visit, there: FromApp, *, at: Cookie, after: str) -> SeeOther:
    """The app knows somebody we do not: they sign in once, and are known from then on."""
    cookie = kept(visit, APP_USER, app_user_kept(there.user), lives=_LIVES)
    return SeeOther(f"/sign-in?{urlencode({'next': after, 'way': 'sms'})}", (cookie, at))


def _must_be_sent(visit: Visit, channel: EntryChannel) -> None:
    """See that whoever brings a code to a page was sent for it by us. Raises FormStale."""
    if channel.place in _MINI:
        return
    facts = found(visit, JOURNEY) or {}
    if not _same(facts.get("state", ""), visit.query.one("state")):
        raise FormStale


def _same(ours: str, theirs: str) -> bool:
    return bool(ours) and hmac.compare_digest(ours.encode(), theirs.encode())
