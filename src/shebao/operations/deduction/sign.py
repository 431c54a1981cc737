"""Sign (签约): somebody agrees that what they owe to a fund is collected from their account.

The mandate is written down before the bank hears of it, and only the bank's own word makes it
active (`confirm.py`). A new account is signed while the old one still holds.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import timedelta

from shebao.core.account import AccountKind
from shebao.core.agreement import SigningWish
from shebao.core.channel import ChannelRefused, Method
from shebao.core.deduction.mandate import STEPS, Mandate, MandateEvent, MandateState
from shebao.core.enrolment import EnrolmentState
from shebao.core.policy.fund import Fund
from shebao.core.policy.signing import AgreementTerms
from shebao.core.refusals import NotYours, Refusal
from shebao.operations.world import World
from shebao.store import enrolments, persons
from shebao.store.database import Tx
from shebao.store.deduction import mandates


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who wants to agree to what, and at whom."""

    region_code: str
    person_id: str
    fund: Fund
    method: Method = Method.AGREEMENT


@dataclass(eq=False)
class AgreementNotOffered(Refusal):
    """Here nothing is collected by agreement, or not at whom one wants to agree."""

    region: str


@dataclass(eq=False)
class FundNotYours(Refusal):
    """Somebody owes nothing to a fund, so there is nothing to agree to."""

    fund: str


@dataclass(eq=False)
class PensionMandateFirst(Refusal):
    """先签养老: this fund is collected from the account of the pension's mandate."""

    fund: str


async def sign_mandate(world: World, signer: Signer) -> Mandate:
    """Begin a signing, or go on with the one there is; its ``sign_url`` says where.

    Raises AgreementNotOffered, FundNotYours, PensionMandateFirst, ChannelRefused, and
    Unanswered when the bank did not answer: asking again is the same signing.
    """
    mandate, wish = await _written_down(world, signer)
    if mandate.sign_url and mandate.state is MandateState.PENDING_BANK:
        return mandate
    try:
        sign_url = await world.agreement(signer.method).begin_signing(wish)
    except ChannelRefused as refused:
        await _keep(world, mandate, MandateEvent.REFUSED, says=refused.says)
        raise
    return await _keep(world, mandate, MandateEvent.SUBMITTED, sign_url=sign_url)


async def _written_down(world: World, signer: Signer) -> tuple[Mandate, SigningWish]:
    """The mandate that is being signed, in the books, and what the bank is asked for."""
    region_code, person_id = signer.region_code, signer.person_id
    terms = terms_of(world, signer)
    async with world.db.transaction() as tx:
        schemes = await schemes_of(tx, world, signer)
        kinds = terms.accounts_for(signer.fund, schemes)
        held = await mandates.lock_of_person(
            tx, region_code=region_code, person_id=person_id, funds=[signer.fund, Fund.PENSION]
        )
        beside = _beside(signer, kinds, held)
        mandate = await _begun(tx, world, signer, terms, held)
        sealed = await persons.sealed_number(tx, region_code=region_code, person_id=person_id)
        people = await persons.by_ids(tx, region_code=region_code, person_ids=[person_id])
    return mandate, SigningWish(
        mandate_id=mandate.id,
        fund=signer.fund,
        name=people[person_id].name,
        id_type=people[person_id].id_type,
        id_number=world.vault.open(sealed),
        kinds=tuple(AccountKind) if beside else kinds,
        beside=beside,
        notify_url=world.notify_url(region_code, signer.method),
        return_url=f"{world.base_url}/agreements/{mandate.id}",
        expires_at=mandate.expires_at,
    )


def terms_of(world: World, signer: Signer) -> AgreementTerms:
    """How the region collects by agreement. Raises AgreementNotOffered."""
    region = world.region(signer.region_code)
    if region.agreement is None or signer.method not in region.agreement.methods:
        raise AgreementNotOffered(region.name)
    world.agreement(signer.method)  # Somebody must be there to sign at, before we write.
    return region.agreement


async def schemes_of(tx: Tx, world: World, signer: Signer) -> Collection[str]:
    """The schemes a signer belongs to. Raises FundNotYours when none is of the fund."""
    region = world.region(signer.region_code)
    schemes = await _schemes(tx, signer.region_code, signer.person_id)
    if signer.fund not in {region.scheme(scheme).fund for scheme in schemes}:
        raise FundNotYours(signer.fund.label)
    return schemes


async def _schemes(tx: Tx, region_code: str, person_id: str) -> set[str]:
    belongs = await enrolments.of_persons(tx, region_code=region_code, person_ids=[person_id])
    return {one.scheme for one in belongs.get(person_id, ()) if one.state is EnrolmentState.ACTIVE}


async def mandate_of(world: World, *, region_code: str, person_id: str, mandate_id: str) -> Mandate:
    """One mandate, for whoever it is of. Raises NotYours."""
    async with world.db.reading() as tx:
        found = await mandates.of_person(tx, region_code=region_code, person_id=person_id)
    for mandate in found:
        if mandate.id == mandate_id:
            return mandate
    raise NotYours(mandate_id)


@dataclass(frozen=True, slots=True)
class FundAgreed:
    """One fund somebody owes to: what they may agree to, and how it stands."""

    fund: Fund
    methods: tuple[Method, ...]
    accounts: tuple[AccountKind, ...]
    in_force: Mandate | None
    being_signed: Mandate | None


async def agreements_of(
    world: World, *, region_code: str, person_id: str
) -> tuple[list[FundAgreed], list[Mandate]]:
    """What somebody may agree to, fund by fund, and their earlier mandates, newest first.

    Raises AgreementNotOffered.
    """
    region = world.region(region_code)
    terms = region.agreement
    if terms is None:
        raise AgreementNotOffered(region.name)
    async with world.db.reading() as tx:
        found = await mandates.of_person(tx, region_code=region_code, person_id=person_id)
        schemes = await _schemes(tx, region_code, person_id)
    funds = dict.fromkeys(region.scheme(scheme).fund for scheme in sorted(schemes))
    shown = [
        FundAgreed(
            fund=fund,
            methods=tuple(method for method in terms.methods if method in world.agreements),
            accounts=terms.accounts_for(fund, schemes),
            in_force=_first(found, fund, lambda state: state.in_force),
            being_signed=_first(found, fund, lambda state: state.being_signed),
        )
        for fund in funds
    ]
    now = {one.id for agreed in shown for one in (agreed.in_force, agreed.being_signed) if one}
    return shown, [one for one in found if one.id not in now]


def _first(
    found: Collection[Mandate], fund: Fund, wanted: Callable[[MandateState], bool]
) -> Mandate | None:
    return next((one for one in found if one.fund is fund and wanted(one.state)), None)


def _beside(signer: Signer, kinds: Collection[AccountKind], held: Collection[Mandate]) -> str:
    """The agreement whose account must be signed, where the rule says: the pension's own."""
    if AccountKind.PENSION_AGREEMENT not in kinds:
        return ""
    for mandate in held:
        if mandate.fund is Fund.PENSION and mandate.state.in_force:
            return mandate.agreement
    raise PensionMandateFirst(signer.fund.label)


async def _begun(
    tx: Tx,
    world: World,
    signer: Signer,
    terms: AgreementTerms,
    held: Collection[Mandate],
) -> Mandate:
    """The mandate that is being signed; one whose time is over, or at another bank, lapses."""
    now = world.now()
    for mandate in held:
        if mandate.fund is signer.fund and mandate.state.being_signed:
            if mandate.method is signer.method and mandate.expires_at > now:
                return mandate
            await mandates.step(tx, mandate, MandateEvent.LAPSED, at=now)
    fresh = Mandate(
        region_code=signer.region_code,
        id=world.mint("man"),
        person_id=signer.person_id,
        fund=signer.fund,
        method=signer.method,
        state=MandateState.DRAFT,
        version=1,
        created_at=now,
        expires_at=now + timedelta(seconds=terms.sign_seconds),
    )
    await mandates.draft(tx, fresh)
    return fresh


async def _keep(
    world: World, mandate: Mandate, event: MandateEvent, *, sign_url: str = "", says: str = ""
) -> Mandate:
    """Keep what the bank answered, unless it has told us more meanwhile."""
    async with world.db.transaction() as tx:
        now = await mandates.lock(tx, region_code=mandate.region_code, mandate_id=mandate.id)
        if sign_url:
            await mandates.keep_sign_url(tx, now, sign_url)
        if says:
            await mandates.keep_words(tx, now, says)
        if STEPS.allows(now.state, event):
            await mandates.step(tx, now, event, at=world.now())
            now = replace(now, state=STEPS.after(now.state, event), version=now.version + 1)
    return replace(now, sign_url=sign_url, says=says)
