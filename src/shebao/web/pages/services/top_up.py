"""Top up (个人账户充值): the card and the amount, a last look, and on to paying like anything else.

The number of a card never stands in an address: from the second page on, its account is meant
by whose it is.
"""

from __future__ import annotations

from shebao.core.period import Period
from shebao.core.policy.rules import Range
from shebao.core.policy.scheme import Scheme, in_force
from shebao.core.topup import CardUnknown
from shebao.operations.top_up import (
    Visitor,
    find_account,
    look_at_top_up,
    offered,
    open_top_up,
    own_account,
)
from shebao.web import wording
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.fields import path_with
from shebao.web.guard import believe_order, seal_of
from shebao.web.visit import Visit

_MINUTE = 60


async def show(visit: Visit) -> Answer:
    """The form: a card, and how much."""
    visitor = _visitor(visit)
    own = await own_account(visit.world, visitor)
    scheme, terms = offered(visit.world, visitor)
    rule = _bounds(visit, scheme)
    return Page(
        "services/top-up.html",
        {
            "own": own,
            "card": visit.typed("card"),
            "amount": visit.typed("choice"),
            "minimum": rule.minimum,
            "maximum": rule.maximum,
            "per_year": terms.per_year,
            "others": visit.channel.pays_for.others,
        },
    )


async def find(visit: Visit) -> Answer:
    """See whose card it is and whether the amount will do, and go on to the last look."""
    visitor, card, amount = _visitor(visit), visit.form.one("card"), visit.form.one("choice")
    if card:
        account = await find_account(visit.world, visitor, card)
    else:
        own = await own_account(visit.world, visitor)
        if own is None:
            raise CardUnknown
        account = own
    whose = account.person_id
    seen = await look_at_top_up(visit.world, visitor, person_id=whose, amount=amount)
    assert seen.assessment is not None
    return SeeOther(path_with("/top-up/check", person=whose, amount=str(seen.assessment.personal)))


async def check(visit: Visit) -> Answer:
    """A last look: whose account, how much, and what it can never be used for."""
    visitor, query = _visitor(visit), visit.query
    seen = await look_at_top_up(
        visit.world, visitor, person_id=query.one("person"), amount=query.one("amount")
    )
    assert seen.assessment is not None
    assert seen.scheme.top_up is not None
    order_id = visit.world.mint("ord")
    own = seen.person.id == visitor.payer_id
    return Page(
        "services/top-up-check.html",
        {
            "person": wording.person_shown(seen.person, own=own),
            "tail": seen.account.tail,
            "amount": seen.assessment.personal,
            "so_far": seen.so_far,
            "left": seen.scheme.top_up.per_year - seen.so_far,
            "source": seen.assessment.source.title,
            "order": order_id,
            "seal": seal_of(visit, order_id),
            "minutes": visit.region.order_seconds // _MINUTE,
        },
    )


async def begin(visit: Visit) -> Answer:
    """Open the order, once, however often the button was pressed."""
    form, order_id = visit.form, visit.form.one("order")
    believe_order(visit, order_id)
    opened = await open_top_up(
        visit.world,
        _visitor(visit),
        order_id=order_id,
        person_id=form.one("person"),
        amount=form.one("amount"),
    )
    return SeeOther(f"/orders/{opened}/pay")


def may_top_up(visit: Visit) -> bool:
    """Whether the way in through which somebody came lets them top up."""
    scheme = visit.region.top_up
    terms = scheme.top_up if scheme else None
    return terms is not None and visit.channel.id in terms.channels


def _bounds(visit: Visit, scheme: Scheme) -> Range:
    """The least and the most of one top-up, as the rule in force says."""
    today = visit.world.today(scheme.region_code)
    rule = in_force(scheme, Period(today.year, today.month), as_of=today).rule
    assert isinstance(rule, Range)
    return rule


def _visitor(visit: Visit) -> Visitor:
    session = visit.signed_in
    return Visitor(
        region_code=session.region_code,
        payer_id=session.person_id,
        entry_channel=visit.channel.id,
    )
