"""Consent (同意): the rules and the sensitive part, each agreed to by itself, and taken back."""

from __future__ import annotations

from shebao.core.entrance.consent import ConsentKind
from shebao.operations.entrance.consent import agree, agreed, in_force, withdraw
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.pages.entrance.arriving import local_path
from shebao.web.visit import Visit


async def show(visit: Visit) -> Answer:
    """What is asked, with nothing ticked beforehand."""
    session = visit.signed_in
    back = visit.form.one("next") or visit.query.one("next")
    if not session.must_agree:
        return SeeOther(local_path(back))
    given = {one.kind for one in await agreed(visit.world, session=session)}
    shows = {
        "kinds": [
            {
                "id": kind.value,
                "edition": edition,
                "ticked": kind in visit.form.all("kind"),
            }
            for kind, edition in in_force(visit.world, session.region_code).items()
        ],
        "next": back,
        "before": bool(given),
        "city": visit.region.name,
        "collector": visit.region.collector,
    }
    return Page("entrance/consent.html", shows)


async def give(visit: Visit) -> Answer:
    """Agree to all that is asked, and go on."""
    ticked = [ConsentKind(kind) for kind in visit.form.all("kind") if kind in set(ConsentKind)]
    await agree(visit.world, session=visit.signed_in, kinds=ticked)
    return SeeOther(local_path(visit.form.one("next")))


async def mine(visit: Visit) -> Answer:
    """What somebody agreed to and when, and how to take it back."""
    given = await agreed(visit.world, session=visit.signed_in)
    channels = visit.region.channels
    shows = {
        "given": [
            {
                "name": one.kind.label,
                "edition": one.edition,
                "at": one.given_at,
                "withdrawn_at": one.withdrawn_at,
                "channel": channels[one.entry_channel].name
                if one.entry_channel in channels
                else "",
            }
            for one in given
        ],
        "kinds": [{"id": kind.value, "name": kind.label} for kind in ConsentKind],
    }
    return Page("entrance/consents.html", shows)


async def take_back(visit: Visit) -> Answer:
    """Take back what was agreed to; the pages ask again before anything else."""
    kinds = [ConsentKind(kind) for kind in visit.form.all("kind") if kind in set(ConsentKind)]
    await withdraw(visit.world, session=visit.signed_in, kinds=kinds or list(ConsentKind))
    return SeeOther("/consent")
