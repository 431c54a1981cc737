"""Scan (扫码登录): the code a desktop shows, and the page on which the telephone says yes."""

from __future__ import annotations

from shebao.core.entrance.scan import ScanGone, ScanState
from shebao.core.entrance.way import Way
from shebao.operations.entrance.scan import (
    CODE_LIVES,
    answer_code,
    look_at_code,
    scan_code,
    show_code,
    use_code,
)
from shebao.web.answers import Answer, Facts, Page, SeeOther
from shebao.web.cookies import HALF_WAY, SCAN
from shebao.web.keeping import found, kept
from shebao.web.pages.entrance.arriving import (
    came,
    entry_of,
    local_path,
    must_be_in,
    must_offer,
    signed_in,
    ways_shown,
)
from shebao.web.pages.entrance.password import half_way_of
from shebao.web.pages.pay import picture_of
from shebao.web.visit import Visit


async def show(visit: Visit) -> Answer:
    """The code, and how it stands with it; a button to show one, if there is none."""
    facts = found(visit, SCAN)
    shows = {
        "ways": [] if found(visit, HALF_WAY) else ways_shown(visit, Way.SCAN),
        "next": visit.query.one("next"),
        "minutes": CODE_LIVES.seconds // 60,
        "state": "",
    }
    if facts is None:
        return Page("entrance/scan.html", shows)
    try:
        scan = await look_at_code(
            visit.world, region_code=facts["region_code"], scan_id=facts["scan_id"]
        )
    except ScanGone:
        if visit.device.wants_json:
            return Facts({"state": "gone"})
        return Page("entrance/scan.html", shows)
    if visit.device.wants_json:
        return Facts({"state": scan.state})
    address = f"{visit.world.base_url}/scan/{scan.region_code}/{scan.id}"
    drawn = {"picture": picture_of(address), "address": address, "state": scan.state}
    return Page("entrance/scan.html", {**shows, **drawn})


async def begin(visit: Visit) -> Answer:
    """Show a new code: as the second step for who knew the password, or for whoever scans it."""
    half_way, back = None, local_path(visit.form.one("next"))
    if found(visit, HALF_WAY):
        half_way, back = half_way_of(visit)
    else:
        must_offer(visit, Way.SCAN)
    entry = entry_of(visit)
    scan = await show_code(
        visit.world,
        region_code=entry.region.code,
        entry_channel=entry.channel.id,
        device=visit.device.name,
        half_way=half_way,
    )
    facts = {"region_code": scan.region_code, "scan_id": scan.id, "back": back}
    return SeeOther("/sign-in/scan", (kept(visit, SCAN, facts, lives=CODE_LIVES),))


async def enter(visit: Visit) -> Answer:
    """The telephone has said yes: let the desktop in."""
    facts = found(visit, SCAN)
    if facts is None:
        raise ScanGone
    token = await use_code(
        visit.world,
        region_code=facts["region_code"],
        scan_id=facts["scan_id"],
        came=came(visit),
    )
    return signed_in(facts["region_code"], token, facts["back"], SCAN, HALF_WAY)


async def phone(visit: Visit) -> Answer:
    """What a telephone has scanned: which device wants to come in, and whether it may."""
    region_code = visit.parts["region_code"]
    must_be_in(visit, region_code)
    scan = await scan_code(visit.world, session=visit.signed_in, scan_id=visit.parts["scan_id"])
    shows = {
        "device": scan.device,
        "shown_at": scan.shown_at,
        "city": visit.region.name,
        "path": visit.path,
        "own": scan.for_person is not None,
    }
    return Page("entrance/scan-phone.html", shows)


async def answer(visit: Visit) -> Answer:
    """The telephone says yes or no."""
    region_code = visit.parts["region_code"]
    must_be_in(visit, region_code)
    yes = visit.form.one("say") == "yes"
    scan_id = visit.parts["scan_id"]
    await answer_code(visit.world, session=visit.signed_in, scan_id=scan_id, yes=yes)
    return SeeOther(f"/scan/done?{'yes' if yes else 'no'}=1")


async def done(visit: Visit) -> Answer:
    """What the telephone shows after it has answered."""
    yes = "yes" in visit.query
    return Page("entrance/scan-done.html", {"yes": yes, "state": ScanState.AGREED})
