"""Top up (个人账户充值): find the account behind a card, and open an order that fills it.

A top-up is a bill that lives with its order: opened together, paid like everything else, and
void as soon as the order is over without money. Late money finds nothing to pay and goes back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from shebao.core.bill import Bill, BillEvent, BillKind, Explanation
from shebao.core.money import Money, total
from shebao.core.order import OrderDiffers
from shebao.core.period import Period
from shebao.core.policy.assessment import Assessment, assess
from shebao.core.policy.choice import Choice, ChoiceKind, Situation
from shebao.core.policy.scheme import Scheme, TopUpTerms
from shebao.core.refusals import NotYours
from shebao.core.topup import (
    CardAccount,
    CardUnknown,
    TopUpNotOffered,
    must_have_room,
    read_card,
    share_of,
)
from shebao.operations.world import World
from shebao.store import bills, enrolments, medical_accounts, orders, persons
from shebao.store.bills import NewBill
from shebao.store.database import Tx
from shebao.store.orders import NewOrder
from shebao.store.persons import PersonRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who tops up, and through which way in."""

    region_code: str
    payer_id: str
    entry_channel: str


@dataclass(frozen=True, slots=True)
class TopUpSeen:
    """An account somebody may top up, how it stands this year, and what an amount comes to."""

    account: CardAccount
    person: PersonRow
    scheme: Scheme
    so_far: Money
    assessment: Assessment | None = None


async def own_account(world: World, visitor: Visitor) -> CardAccount | None:
    """One's own account, if the agency has told us of one. Raises TopUpNotOffered."""
    offered(world, visitor)
    async with world.db.reading() as tx:
        return await medical_accounts.of_person(
            tx, region_code=visitor.region_code, person_id=visitor.payer_id
        )


async def find_account(world: World, visitor: Visitor, card: str) -> CardAccount:
    """The account behind a card that was typed. Raises CardUnreadable or CardUnknown."""
    offered(world, visitor)
    card_hash = world.vault.hash("card", read_card(card))
    async with world.db.reading() as tx:
        account = await medical_accounts.by_card(
            tx, region_code=visitor.region_code, card_hash=card_hash
        )
        if account is None or not await _may(tx, visitor, account.person_id):
            raise CardUnknown
    return account


async def look_at_top_up(
    world: World, visitor: Visitor, *, person_id: str, amount: str
) -> TopUpSeen:
    """What an amount would come to. Raises what speaks against it."""
    async with world.db.reading() as tx:
        seen = await _seen(tx, world, visitor, person_id)
    return _with(world, seen, amount)


async def open_top_up(
    world: World, visitor: Visitor, *, order_id: str, person_id: str, amount: str
) -> str:
    """Open the order of a top-up; its id. The same form again finds the same order."""
    region_code, at = visitor.region_code, world.now()
    async with world.db.transaction() as tx:
        seen = await _seen(tx, world, visitor, person_id)
        account = seen.account
        await enrolments.lock(tx, region_code=region_code, enrolment_id=account.enrolment_id)
        if await _opened_before(tx, visitor, order_id, amount):
            return order_id
        new = _bill(world, _with(world, await _seen(tx, world, visitor, person_id), amount))
        await bills.issue(tx, region_code=region_code, bills=[new], at=at)
        held = await bills.lock(tx, region_code=region_code, bill_ids=[new.id])
        lifetime = timedelta(seconds=world.region(region_code).order_seconds)
        order = NewOrder(order_id, visitor.payer_id, visitor.entry_channel, (held[new.id],))
        await orders.insert(
            tx, region_code=region_code, orders=[order], at=at, expires_at=at + lifetime
        )
        moves: list[tuple[Bill, BillEvent, str | None]] = [
            (held[new.id], BillEvent.RESERVED, order_id)
        ]
        await bills.step(tx, region_code=region_code, moves=moves, at=at)
    return order_id


def offered(world: World, visitor: Visitor) -> tuple[Scheme, TopUpTerms]:
    """What the region and the way in let people put in. Raises TopUpNotOffered."""
    region = world.region(visitor.region_code)
    scheme = region.top_up
    terms = scheme.top_up if scheme else None
    if scheme is None or terms is None or visitor.entry_channel not in terms.channels:
        raise TopUpNotOffered(region.channels[visitor.entry_channel].name)
    return scheme, terms


async def _seen(tx: Tx, world: World, visitor: Visitor, person_id: str) -> TopUpSeen:
    scheme, _ = offered(world, visitor)
    region_code = visitor.region_code
    account = await medical_accounts.of_person(tx, region_code=region_code, person_id=person_id)
    if account is None or not await _may(tx, visitor, person_id):
        raise CardUnknown
    people = await persons.by_ids(tx, region_code=region_code, person_ids=[person_id])
    so_far = await medical_accounts.topped_up(
        tx,
        region_code=region_code,
        enrolment_id=account.enrolment_id,
        year=world.today(region_code).year,
    )
    return TopUpSeen(account, people[person_id], scheme, so_far)


def _with(world: World, seen: TopUpSeen, amount: str) -> TopUpSeen:
    """The same with what an amount comes to, if the rules and the year have room for it."""
    today = world.today(seen.account.region_code)
    situation = Situation(period=Period(today.year, today.month))
    chosen = Choice.read(ChoiceKind.AMOUNT, amount)
    assessment = assess(seen.scheme, situation, chosen, as_of=today)
    terms = seen.scheme.top_up
    assert terms is not None
    must_have_room(terms, so_far=seen.so_far, more=assessment.personal)
    return TopUpSeen(seen.account, seen.person, seen.scheme, seen.so_far, assessment)


async def _may(tx: Tx, visitor: Visitor, person_id: str) -> bool:
    pair = (visitor.payer_id, person_id)
    return pair in await persons.may_pay(tx, region_code=visitor.region_code, pairs=[pair])


async def _opened_before(tx: Tx, visitor: Visitor, order_id: str, amount: str) -> bool:
    """Whether this form came before; with something else in it, it is refused."""
    found = await orders.existing(tx, region_code=visitor.region_code, order_ids=[order_id])
    before = found.get(order_id)
    if before is None:
        return False
    if before.payer_id != visitor.payer_id:
        raise NotYours(order_id)
    held = await bills.by_ids(tx, region_code=visitor.region_code, bill_ids=before.bill_ids)
    if Choice.read(ChoiceKind.AMOUNT, amount).value != total(bill.amount for bill in held):
        raise OrderDiffers(order_id, "amount")
    return True


def _bill(world: World, seen: TopUpSeen) -> NewBill:
    assert seen.assessment is not None
    account, amount = seen.account, seen.assessment.personal
    today = world.today(account.region_code)
    bill_id = world.mint("bil")
    return NewBill(
        id=bill_id,
        person_id=account.person_id,
        enrolment_id=account.enrolment_id,
        scheme=seen.scheme.id,
        period=Period(today.year, today.month),
        kind=BillKind.TOP_UP,
        label=f"社保卡尾号 {account.tail}",
        amount=amount,
        shares=share_of(amount),
        explanation=Explanation(
            seen.assessment.version,
            str(seen.assessment.source),
            (f"充值 {amount} 元，全部记入社保卡尾号 {account.tail} 的医保个人账户",),
        ),
        document=bill_id,
    )
