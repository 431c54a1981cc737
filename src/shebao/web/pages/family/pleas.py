"""Pleas (请家人代付): making a link, sending it, and what who opens it sees: a name, an amount."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from shebao.core.bill import Bill, BillState
from shebao.core.entrance.way import Feature
from shebao.core.family.plea import NotOfferedHere, PleaState
from shebao.core.money import total
from shebao.core.person import masked_name
from shebao.core.policy.region import Region
from shebao.operations.family.naming import OnlyForOneself
from shebao.operations.family.plead import (
    PLEA_LIVES,
    look_at_plea,
    my_pleas,
    plead,
    take_plea,
    withdraw_plea,
)
from shebao.store.family.pleas import Plea
from shebao.web import wording
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.cookies import PLEA
from shebao.web.fields import path_with
from shebao.web.keeping import found, kept
from shebao.web.pages.entrance.arriving import must_be_in
from shebao.web.pages.items import owed_by
from shebao.web.pages.pay import picture_of
from shebao.web.visit import Visit

_SHOWN: Final = timedelta(minutes=10)
_STATES: Final = {PleaState.TAKEN: "家人已打开", PleaState.WITHDRAWN: "已撤回"}


async def show(visit: Visit) -> Answer:
    """My bills that somebody could pay for me, and the links I have made."""
    _offered(visit)
    session = visit.signed_in
    [owed] = await owed_by(visit, [session.person_id])
    ticked = visit.query.all("bill")
    asked = await my_pleas(
        visit.world, region_code=session.region_code, person_id=session.person_id
    )
    now = visit.world.now()
    shows = {
        "due": [
            {**_line(visit.region, one.bill), "ticked": not ticked or one.bill.id in ticked}
            for one in owed.due
            if not one.first
        ],
        "asked": [_asked(one, over=one.expires_at <= now) for one in asked],
        "days": PLEA_LIVES.days,
        **_just_made(visit),
    }
    return Page("family/pleas.html", shows)


async def make(visit: Visit) -> Answer:
    """Make a link for the bills that were ticked."""
    _offered(visit)
    session = visit.signed_in
    token = await plead(
        visit.world,
        region_code=session.region_code,
        entry_channel=visit.channel.id,
        person_id=session.person_id,
        bill_ids=visit.form.all("bill"),
    )
    facts = {"path": f"/ask/{session.region_code}/{token}"}
    return SeeOther("/pleas", (kept(visit, PLEA, facts, lives=_SHOWN),))


async def withdraw(visit: Visit) -> Answer:
    """Take a link back."""
    session = visit.signed_in
    await withdraw_plea(
        visit.world,
        region_code=session.region_code,
        person_id=session.person_id,
        plea_id=visit.form.one("plea"),
    )
    return SeeOther("/pleas")


async def asked(visit: Visit) -> Answer:
    """What a link leads to: who asks, for what, and how much. No number, and nothing else."""
    must_be_in(visit, visit.parts["region_code"])
    seen = await look_at_plea(
        visit.world,
        region_code=visit.parts["region_code"],
        token=visit.parts["token"],
        viewer_id=visit.signed_in.person_id,
    )
    payable = [bill for bill in seen.bills if bill.state is BillState.PAYABLE]
    shows = {
        "name": masked_name(seen.person.name),
        "city": visit.region.name,
        "lines": [_line(visit.region, bill) for bill in payable],
        "total": total(bill.amount for bill in payable),
        "over": not payable,
        "until": seen.plea.expires_at,
        "path": visit.path,
        "others": visit.channel.pays_for.others or seen.person.id == visit.signed_in.person_id,
        "collector": seen.collector,
    }
    return Page("family/asked.html", shows)


async def take(visit: Visit) -> Answer:
    """Say yes, and go on to the check page with these bills."""
    must_be_in(visit, visit.parts["region_code"])
    who = visit.signed_in.person_id
    seen = await look_at_plea(
        visit.world,
        region_code=visit.parts["region_code"],
        token=visit.parts["token"],
        viewer_id=who,
    )
    if not visit.channel.pays_for.others and seen.person.id != who:
        raise OnlyForOneself(visit.channel.id)
    plea = await take_plea(
        visit.world,
        region_code=visit.parts["region_code"],
        token=visit.parts["token"],
        payer_id=who,
    )
    return SeeOther(path_with("/confirm", bill=plea.bill_ids))


def _just_made(visit: Visit) -> Mapping[str, Any]:
    """The link that was just made, to be sent on; shown for some minutes, and then never again."""
    facts = found(visit, PLEA)
    if facts is None:
        return {"link": ""}
    link = f"{visit.world.base_url}{facts['path']}"
    return {"link": link, "picture": picture_of(link)}


def _asked(plea: Plea, *, over: bool) -> Mapping[str, Any]:
    open_ = plea.state is PleaState.OPEN
    return {
        "id": plea.id,
        "made_at": plea.made_at,
        "count": len(plea.bill_ids),
        "state": "已过期" if over else _STATES.get(plea.state, "等家人打开"),
        "live": not over and plea.state is not PleaState.WITHDRAWN,
        "open": open_ and not over,
    }


def _line(region: Region, bill: Bill) -> Mapping[str, Any]:
    return {
        "id": bill.id,
        "name": wording.item_name(region.scheme(bill.scheme)),
        "line": wording.bill_line(bill),
        "amount": bill.amount,
    }


def _offered(visit: Visit) -> None:
    if not visit.channel.offers(Feature.ASK_TO_PAY):
        raise NotOfferedHere(visit.channel.name)
