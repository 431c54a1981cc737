"""Certificates (缴费证明): found by number, and revoked with a reason by who may do that."""

from __future__ import annotations

from shebao.core.desk.clerk import Duty
from shebao.operations.proofs.revoke import revoke_certificate
from shebao.operations.proofs.show import for_clerk
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.fields import path_with
from shebao.web.pages.proofs.certificates import on_page
from shebao.web.visit import Visit


async def show(visit: Visit) -> Answer:
    """The form; and the certificate, when a number was asked for."""
    number = "".join((visit.form.one("number") or visit.query.one("q")).split())
    paper = None
    if number:
        found = await for_clerk(visit.world, region_code=visit.clerk.region_code, number=number)
        paper = on_page(found)
    return Page(
        "console/certificates.html",
        {"asked": number, "paper": paper, "may_revoke": visit.clerk.may(Duty.PROOFS)},
    )


async def revoke(visit: Visit) -> Answer:
    """Revoke one, for a reason."""
    number = visit.form.one("number")
    await revoke_certificate(
        visit.world, visit.clerk, number=number, reason=visit.form.one("reason")
    )
    return SeeOther(path_with("/console/certificates", q=number))
