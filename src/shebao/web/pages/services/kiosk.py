"""Kiosk (自助终端): a screen in an office hall that anybody uses, and that keeps nothing of them.

Whoever comes in there is out again after some minutes, whatever they do; every page ends by
itself when nobody touches it; and what a browser would keep is forgotten each time.
"""

from __future__ import annotations

from typing import Final

from shebao.core.entrance.way import Place
from shebao.core.policy.region import EntryChannel, Region
from shebao.operations.sign_in import sign_out
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.cookies import APP_USER, LOOK, SCAN, SESSION, SIGN_IN, forget
from shebao.web.fields import path_with
from shebao.web.pages.city import EntryUnknown
from shebao.web.reading import entry_cookie
from shebao.web.visit import Entry, Visit

_FORGETS: Final = (SESSION, SIGN_IN, SCAN, APP_USER, LOOK)


async def show(visit: Visit) -> Answer:
    """What the terminal does, each as one large button; with a region, the terminal is set up."""
    asked = visit.query.one("region")
    if asked:
        region = visit.world.region(asked)
        return SeeOther("/kiosk", (entry_cookie(Entry(region, kiosk_of(region))),))
    if not visit.at_kiosk:
        return SeeOther("/")
    ways = [("打印缴费清单", "/records/list", "list"), ("查缴费记录", "/records", "search")]
    if visit.region_here.objection_days:
        ways.append(("看异议的答复", "/objections", "edit"))
    ways.append(("看缴费标准", "/rates", "tier"))
    return Page(
        "services/kiosk.html",
        {
            "city": visit.region_here.name,
            "ways": [
                {"name": name, "href": _there(visit, there), "icon": drawn}
                for name, there, drawn in ways
            ],
        },
    )


async def end(visit: Visit) -> Answer:
    """Somebody is done, or gone: sign them out and forget them."""
    if not visit.at_kiosk:
        return SeeOther("/home" if visit.session else "/")
    if visit.session is not None:
        await sign_out(visit.world, session=visit.session)
    return SeeOther("/kiosk", tuple(forget(name) for name in _FORGETS))


def kiosk_of(region: Region) -> EntryChannel:
    """The terminal of a region. Raises EntryUnknown where there is none."""
    for channel in region.channels.values():
        if channel.place is Place.KIOSK:
            return channel
    raise EntryUnknown("kiosk")


def _there(visit: Visit, path: str) -> str:
    """Where a button leads: to sign in first, unless somebody is in already."""
    return path if visit.session or path == "/rates" else path_with("/sign-in", next=path)
