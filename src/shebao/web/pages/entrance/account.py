"""Account (我的账户): how somebody can come in, where they are in, and everything about both."""

from __future__ import annotations

from shebao.core.entrance.credential import parse_user_name
from shebao.core.entrance.way import Feature, Way
from shebao.core.person import masked_name
from shebao.operations.entrance.accounts import forget_app
from shebao.operations.entrance.passkey import (
    ask_to_register,
    register_passkey,
    remove_passkey,
    shown_id,
)
from shebao.operations.entrance.password import (
    HALF_WAY_LIVES,
    choose_password,
    remove_password,
)
from shebao.operations.entrance.security import (
    security_of,
    sign_out_elsewhere,
    sign_out_there,
)
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.cookies import CHALLENGE, forget
from shebao.web.keeping import found, kept
from shebao.web.mistakes import all_of
from shebao.web.pages.entrance.arriving import app_name
from shebao.web.pages.entrance.password import new_password
from shebao.web.visit import Visit


async def show(visit: Visit) -> Answer:
    """Everything about somebody's own account, and the way to each part of it."""
    session, region = visit.signed_in, visit.region
    security = await security_of(visit.world, session=session)
    by_password = any(Way.PASSWORD in one.ways for one in region.channels.values())
    shows = {
        "name": masked_name(session.name),
        "number": session.number_masked,
        "phone": session.phone_masked or "",
        "user_name": security.user_name,
        "by_password": by_password,
        "passkeys": len(security.passkeys),
        "places": len(security.places),
        "apps": [
            {"id": app, "name": region.portals.get(app) or app_name(app), "since": since}
            for app, since in security.apps
        ],
        "others": visit.channel.pays_for.others,
        "offers": {feature.value: visit.channel.offers(feature) for feature in Feature},
        "chosen": visit.query.one("chosen"),
    }
    return Page("entrance/account.html", shows)


async def password(visit: Visit) -> Answer:
    """The form for a user name and a password."""
    security = await security_of(visit.world, session=visit.signed_in)
    shows = {
        "user_name": visit.typed("user_name", security.user_name),
        "has_one": bool(security.user_name),
    }
    return Page("entrance/password-new.html", shows)


async def choose(visit: Visit) -> Answer:
    """Keep the user name and password that were chosen."""
    session, form = visit.signed_in, visit.form
    all_of(lambda: parse_user_name(form.one("user_name")), lambda: new_password(visit))
    chosen = await choose_password(
        visit.world,
        region_code=session.region_code,
        person_id=session.person_id,
        user_name=form.one("user_name"),
        password=new_password(visit),
    )
    return SeeOther(f"/me?chosen={chosen}")


async def remove(visit: Visit) -> Answer:
    """Let nobody in by the password any more."""
    session = visit.signed_in
    await remove_password(visit.world, region_code=session.region_code, person_id=session.person_id)
    return SeeOther("/me")


async def passkeys(visit: Visit) -> Answer:
    """Somebody's passkeys, and what a browser needs to make another."""
    session = visit.signed_in
    security = await security_of(visit.world, session=session)
    asked = await ask_to_register(
        visit.world, region_code=session.region_code, person_id=session.person_id
    )
    cookie = kept(visit, CHALLENGE, {"challenge": asked.challenge.hex()}, lives=HALF_WAY_LIVES)
    shows = {
        "passkeys": [
            {
                "id": shown_id(one),
                "name": one.name,
                "added_at": one.added_at,
                "used_at": one.used_at,
            }
            for one in security.passkeys
        ],
        "user_name": security.user_name,
        "options": asked.options,
        "script": visit.site.assets.path("passkey.js"),
    }
    return Page("entrance/passkeys.html", shows, cookies=(cookie,))


async def add_passkey(visit: Visit) -> Answer:
    """Keep the passkey the browser has made."""
    session = visit.signed_in
    challenge = (found(visit, CHALLENGE) or {}).get("challenge", "")
    await register_passkey(
        visit.world,
        region_code=session.region_code,
        person_id=session.person_id,
        name=visit.device.name,
        challenge=bytes.fromhex(challenge),
        answer=visit.form.one("answer"),
    )
    return SeeOther("/me/passkeys", (forget(CHALLENGE),))


async def drop_passkey(visit: Visit) -> Answer:
    """Let a passkey let nobody in any more."""
    session = visit.signed_in
    await remove_passkey(
        visit.world,
        region_code=session.region_code,
        person_id=session.person_id,
        passkey_id=visit.form.one("passkey"),
    )
    return SeeOther("/me/passkeys")


async def places(visit: Visit) -> Answer:
    """Where somebody is signed in."""
    session, region = visit.signed_in, visit.region
    security = await security_of(visit.world, session=session)
    shows = {
        "places": [
            {
                "id": one.token_hash.hex(),
                "device": one.device or "设备",
                "channel": region.channels[one.entry_channel].name
                if one.entry_channel in region.channels
                else "",
                "way": Way(one.way).label,
                "began_at": one.began_at,
                "here": one.token_hash == session.token_hash,
            }
            for one in security.places
        ]
    }
    return Page("entrance/places.html", shows)


async def leave_place(visit: Visit) -> Answer:
    """Sign out of another place, or of all others."""
    if place := visit.form.one("place"):
        await sign_out_there(visit.world, session=visit.signed_in, place=place)
    else:
        await sign_out_elsewhere(visit.world, session=visit.signed_in)
    return SeeOther("/me/places")


async def forget_account(visit: Visit) -> Answer:
    """Let an app or a portal let somebody in no more."""
    session = visit.signed_in
    await forget_app(
        visit.world,
        region_code=session.region_code,
        person_id=session.person_id,
        app=visit.form.one("app"),
    )
    return SeeOther("/me")
