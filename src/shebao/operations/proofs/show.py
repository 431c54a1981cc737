"""Show (查验缴费证明): a certificate in words: whole to its owner, masked to who has its code."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from shebao.core.certificate import (
    Certificate,
    CertificateLine,
    CertificatePaper,
    CertificateState,
    CertificateUnknown,
    region_of,
)
from shebao.core.identity import IdNumber, IdType
from shebao.core.money import Money
from shebao.core.paper import Party, is_code_of
from shebao.core.period import Period
from shebao.core.refusals import NotYours
from shebao.operations.world import SHANGHAI, World
from shebao.store import certificates


async def certificate_paper(
    world: World, *, region_code: str, number: str, viewer_id: str, whole: bool
) -> CertificatePaper:
    """What a certificate says to whom it is about. Raises NotYours."""
    paper, found = await _read(world, region_code, number)
    if found.person_id != viewer_id:
        raise NotYours(number)
    return replace(paper, whole=whole)


async def check_certificate(world: World, *, number: str, code: str) -> CertificatePaper:
    """What a certificate says, masked, to anybody who holds its number and its code.

    Raises CertificateUnknown, and does not tell which of the two was wrong.
    """
    region_code = region_of(number)
    secret = world.vault.hash("receipt codes")
    if region_code not in world.regions or not is_code_of(number, code, secret):
        raise CertificateUnknown(number)
    try:
        paper, _ = await _read(world, region_code, number)
    except NotYours:
        raise CertificateUnknown(number) from None
    return paper


async def for_clerk(world: World, *, region_code: str, number: str) -> CertificatePaper:
    """What a certificate says, masked, to a clerk of its region. Raises CertificateUnknown."""
    try:
        paper, _ = await _read(world, region_code, number)
    except NotYours:
        raise CertificateUnknown(number) from None
    return paper


async def _read(
    world: World, region_code: str, number: str
) -> tuple[CertificatePaper, Certificate]:
    async with world.db.reading() as tx:
        found = await certificates.by_number(tx, region_code=region_code, number=number)
        if found is None:
            raise NotYours(number)
        back = await certificates.given_back(tx, region_code=region_code, numbers=found.receipts)
    facts = json.loads(world.vault.open(found.facts_sealed))
    paper = replace(
        _paper(facts, found.digest.hex()),
        title=world.region(region_code).words.get("certificate", "缴费证明"),
        revoked=found.state is CertificateState.REVOKED,
        revoked_at=_printed(found.revoked_at) if found.revoked_at else "",
        revoke_reason=found.revoke_reason,
        given_back=back,
    )
    return paper, found


def _paper(facts: Any, digest: str) -> CertificatePaper:
    who = facts["person"]
    return CertificatePaper(
        title="",
        number=facts["number"],
        region=facts["region"],
        collector=facts["collector"],
        person=Party(who["name"], IdNumber(IdType(who["id_type_code"]), who["id_number"])),
        first=Period.parse(facts["first"]).label,
        last=Period.parse(facts["last"]).label,
        lines=tuple(
            CertificateLine(
                receipt=line["receipt"],
                item=line["item"],
                period=Period.parse(line["period"]).label,
                label=line["label"],
                amount=Money(line["amount_fen"]),
                paid_at=line["paid_at"][:10],
            )
            for line in facts["lines"]
        ),
        issued_at=_printed(datetime.fromisoformat(facts["issued_at"])),
        verify_code=facts["verify_code"],
        verify_url=facts["verify_url"],
        digest=digest,
    )


def _printed(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
