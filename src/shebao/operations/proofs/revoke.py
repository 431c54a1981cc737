"""Revoke (撤销缴费证明): a clerk takes a certificate back; who checks it reads the reason."""

from __future__ import annotations

from shebao.core.certificate import CertificateState, CertificateUnknown, ReasonNeeded
from shebao.core.desk.clerk import Clerk, Duty
from shebao.operations.world import World
from shebao.store import certificates


async def revoke_certificate(world: World, clerk: Clerk, *, number: str, reason: str) -> None:
    """Revoke a certificate; revoking it again changes nothing.

    Raises DutyMissing, ReasonNeeded and CertificateUnknown.
    """
    clerk.must(Duty.PROOFS)
    if not reason.strip():
        raise ReasonNeeded
    async with world.db.transaction() as tx:
        found = await certificates.lock(tx, region_code=clerk.region_code, number=number)
        if found is None:
            raise CertificateUnknown(number)
        if found.state is CertificateState.REVOKED:
            return
        await certificates.revoke(tx, found, by=clerk.id, reason=reason.strip(), at=world.now())
