"""Confirm (银行确认): what a bank says of an agreement is written down, then believed.

A bank tells us by a notice, and is asked when it does not: a signature may be given and the
notice lost. An agreement that we do not want any more is ended, and asked about until it has.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from shebao.core.account import AccountKind, masked_account
from shebao.core.agreement import AgreementTold, Standing
from shebao.core.channel import ChannelRefused, Forged, Method
from shebao.core.deduction.mandate import (
    STEPS,
    Mandate,
    MandateEvent,
    MandateState,
    SignedAccount,
    meaning,
)
from shebao.core.enrolment import EnrolmentState
from shebao.core.refusals import Unanswered
from shebao.operations.world import World
from shebao.store import enrolments
from shebao.store.database import Tx
from shebao.store.deduction import mandates
from shebao.store.deduction.mandates import MandateNotice

ASK_EVERY: Final = timedelta(seconds=10)
ON_ITS_WAY: Final = timedelta(seconds=60)  # A request may take that long to arrive.
BATCH_MAX: Final = 50
_NOT_ALLOWED: Final = "签下的账户不合要求，或者已经另签了账户，所以没有采用"
_SIGNED: Final = frozenset({MandateEvent.CONFIRMED, MandateEvent.CONFIRMED_LATE})


async def shelve_telling(world: World, notice: MandateNotice) -> None:
    """Write a verified notice about a mandate down as it came."""
    async with world.db.transaction() as tx:
        await mandates.shelve(tx, notice)


async def judge_mandate_notices(world: World, region_code: str) -> int:
    """Judge what banks told us of mandates by themselves; say how many tellings there were."""
    async with world.db.transaction() as tx:
        waiting = await mandates.lock_told(tx, region_code=region_code, most=BATCH_MAX)
        for notice in waiting:
            verdict = await _judge(tx, world, notice)
            await mandates.judged(tx, notice, verdict=verdict, at=world.now())
    return len(waiting)


async def advance_mandates(world: World, region_code: str) -> int:
    """Ask about the mandates of a region that a bank still has to say something about."""
    async with world.db.reading() as tx:
        due = await mandates.waiting(
            tx, region_code=region_code, asked_before=world.now() - ASK_EVERY, most=BATCH_MAX
        )
    for mandate_id in due:
        await ask_about(world, region_code=region_code, mandate_id=mandate_id)
    return len(due)


async def ask_about(world: World, *, region_code: str, mandate_id: str) -> Mandate:
    """Ask the bank how a mandate stands, or to end it if it is to end; how it stands now."""
    async with world.db.transaction() as tx:
        mandate = await mandates.lock(tx, region_code=region_code, mandate_id=mandate_id)
        await mandates.asked(tx, region_code=region_code, mandate_id=mandate_id, at=world.now())
    told = await _heard(world, mandate)
    async with world.db.transaction() as tx:
        now = await mandates.lock(tx, region_code=region_code, mandate_id=mandate_id)
        if told is not None:
            await believe(tx, world, now, told)
            now = await mandates.lock(tx, region_code=region_code, mandate_id=mandate_id)
        await _lapse(tx, world, now, told)
        return await mandates.lock(tx, region_code=region_code, mandate_id=mandate_id)


async def believe(tx: Tx, world: World, mandate: Mandate, told: AgreementTold) -> str:
    """Take a locked mandate the steps that a bank's word means; the word for it."""
    held = await mandates.lock_of_person(
        tx,
        region_code=mandate.region_code,
        person_id=mandate.person_id,
        funds=[mandate.fund],
    )
    others = [one for one in held if one.state.in_force and one.id != mandate.id]
    allowed = await _allowed(tx, world, mandate)
    at = world.now()
    moves = meaning(mandate, told, in_force=others[0] if others else None, allowed=_real(allowed))
    for one, event in moves:
        if event in _SIGNED:
            kind = AccountKind.PENSION_AGREEMENT
            await mandates.keep_account(
                tx,
                one,
                _account(world, told, kind if kind in allowed else told.kind),
                agreement=told.number,
                signed_at=told.happened_at or at,
            )
        says = _NOT_ALLOWED if event is MandateEvent.UNWANTED else told.says
        if one.id == mandate.id and says:
            await mandates.keep_words(tx, one, says)
        await mandates.step(tx, one, event, at=at)
    return str(moves[-1][1]) if moves else "nothing_new"


async def _judge(tx: Tx, world: World, notice: MandateNotice) -> str:
    """What a shelved notice means: it is opened anew, as it was when it came."""
    headers = dict(line.partition(": ")[::2] for line in notice.headers.splitlines())
    told = world.channel(notice.method).open_notice(headers, notice.body, now=notice.received_at)
    assert isinstance(told, AgreementTold)
    try:
        mandate = await mandates.lock(
            tx, region_code=notice.region_code, mandate_id=notice.mandate_id
        )
    except LookupError:
        return "unknown_mandate"
    return await believe(tx, world, mandate, told)


async def _heard(world: World, mandate: Mandate) -> AgreementTold | None:
    """What the bank says; none when it does not answer."""
    bank = world.agreement(mandate.method)
    try:
        if mandate.state is MandateState.CANCELLING:
            return await bank.end_agreement(mandate.id)
        return await bank.inquire_agreement(mandate.id)
    except (Unanswered, ChannelRefused, Forged):
        return None


async def _lapse(tx: Tx, world: World, mandate: Mandate, told: AgreementTold | None) -> None:
    """A mandate nobody signed in time ends: only once the bank says that nobody did."""
    if told is None or not STEPS.allows(mandate.state, MandateEvent.LAPSED):
        return
    now = world.now()
    never_came = told.standing is Standing.UNHEARD_OF and mandate.created_at <= now - ON_ITS_WAY
    if never_came or mandate.expires_at <= now:
        await mandates.step(tx, mandate, MandateEvent.LAPSED, at=now)


async def _allowed(tx: Tx, world: World, mandate: Mandate) -> Collection[AccountKind]:
    """The kinds of account the region allows this person for this fund."""
    terms = world.region(mandate.region_code).agreement
    if terms is None:
        return ()
    if mandate.method is Method.ENTRUST:
        return (AccountKind.WALLET,)
    belongs = await enrolments.of_persons(
        tx, region_code=mandate.region_code, person_ids=[mandate.person_id]
    )
    active = [
        one.scheme
        for one in belongs.get(mandate.person_id, ())
        if one.state is EnrolmentState.ACTIVE
    ]
    return terms.accounts_for(mandate.fund, active)


def _real(allowed: Collection[AccountKind]) -> Collection[AccountKind]:
    """What a bank may call an account that is allowed: the pension's may be of any kind."""
    return tuple(AccountKind) if AccountKind.PENSION_AGREEMENT in allowed else allowed


def _account(world: World, told: AgreementTold, kind: AccountKind | None) -> SignedAccount:
    assert kind is not None
    assert told.account
    return SignedAccount(
        kind=kind,
        bank=told.bank,
        masked=masked_account(told.account),
        sealed=world.vault.seal(told.account),
        hash=world.vault.hash("account", told.bank, told.account),
    )
