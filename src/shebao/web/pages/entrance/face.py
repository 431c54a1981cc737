"""Face (刷脸登录): who somebody is, then the provider's page, and back here with its word."""

from __future__ import annotations

from shebao.core.entrance.face_check import FaceGone, FaceState
from shebao.core.entrance.way import Way
from shebao.core.identity import IdType
from shebao.operations.entrance.face import CHECK_LIVES, begin_face, settled, use_face
from shebao.web.answers import Answer, Facts, Page, SeeOther
from shebao.web.cookies import FACE
from shebao.web.keeping import found, kept
from shebao.web.pages.entrance.arriving import (
    ID_TYPES,
    came,
    claim_of,
    local_path,
    must_offer,
    signed_in,
    ways_shown,
)
from shebao.web.visit import Visit

BACK = "/sign-in/face/back"


async def show(visit: Visit) -> Answer:
    """The form for name and number."""
    entry = must_offer(visit, Way.FACE)
    return Page(
        "entrance/face.html",
        {
            "ways": ways_shown(visit, Way.FACE),
            "id_types": ID_TYPES,
            "name": visit.typed("name"),
            "id_type": visit.typed("id_type", IdType.RESIDENT),
            "number": visit.typed("number"),
            "next": visit.typed("next", visit.query.one("next")),
            "channel_name": entry.channel.name,
        },
    )


async def begin(visit: Visit) -> Answer:
    """Ask the provider for a check."""
    entry = must_offer(visit, Way.FACE)
    check_id, url = await begin_face(
        visit.world,
        region_code=entry.region.code,
        entry_channel=entry.channel.id,
        claim=claim_of(visit),
        back=f"{visit.world.base_url}{BACK}",
    )
    facts = {
        "region_code": entry.region.code,
        "check_id": check_id,
        "url": url,
        "back": local_path(visit.form.one("next")),
    }
    return SeeOther("/sign-in/face/go", (kept(visit, FACE, facts, lives=CHECK_LIVES),))


async def go(visit: Visit) -> Answer:
    """What will happen at the provider, and the way there."""
    facts = found(visit, FACE)
    if facts is None:
        return SeeOther("/sign-in/face")
    return Page("entrance/face-go.html", {"url": facts["url"]})


async def back(visit: Visit) -> Answer:
    """Back from the provider: let them in, or say why not; or wait for its word."""
    facts = found(visit, FACE)
    if facts is None:
        raise FaceGone
    region_code, check_id = facts["region_code"], facts["check_id"]
    state = await settled(visit.world, region_code=region_code, check_id=check_id)
    if visit.device.wants_json:
        return Facts({"state": state})
    if state is FaceState.ASKED:
        return Page("entrance/face-waiting.html", {"url": facts["url"]})
    token = await use_face(
        visit.world, region_code=region_code, check_id=check_id, came=came(visit)
    )
    return signed_in(region_code, token, facts["back"], FACE)
