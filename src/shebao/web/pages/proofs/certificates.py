"""Certificates (缴费证明): asking for one, looking at it, and its files; those there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shebao.core.certificate import (
    Certificate,
    CertificatePaper,
    CertificateState,
    stretch,
)
from shebao.core.money import total
from shebao.core.period import Period
from shebao.core.refusals import Refusal
from shebao.operations.proofs.certify import Proof, certify, my_certificates, provable, twin
from shebao.operations.proofs.show import certificate_paper
from shebao.web import wording
from shebao.web.answers import Answer, Download, Page, SeeOther
from shebao.web.pages.pay import picture_of
from shebao.web.visit import Visit


async def mine(visit: Visit) -> Answer:
    """The certificates there are, newest first."""
    session = visit.signed_in
    found = await my_certificates(
        visit.world, region_code=session.region_code, person_id=session.person_id
    )
    return Page(
        "proofs/certificates.html",
        {"title": _title(visit), "rows": [_row(visit, one) for one in found]},
    )


async def new(visit: Visit) -> Answer:
    """The form: from which period to which, and of which insurances; what it would list."""
    session, today = visit.signed_in, visit.world.today(visit.region.code)
    asked = visit.form or visit.query
    begins = asked.one("from") or f"{today.year}-01"
    ends = asked.one("to") or f"{today.year}-{today.month:02d}"
    try:
        first, last = stretch(begins, ends)
    except Refusal:
        first, last = Period(today.year), Period(today.year)
    proof = Proof(
        region_code=session.region_code, person_id=session.person_id, first=first, last=last
    )
    found = await provable(visit.world, proof)
    schemes = dict.fromkeys(record.scheme for record in found)
    return Page(
        "proofs/certificate-new.html",
        {
            "title": _title(visit),
            "ask": wording.city_word(visit.region, "certificate_ask"),
            "first": begins,
            "last": ends,
            "said": _between(first, last),
            "schemes": [
                {
                    "id": scheme,
                    "name": wording.item_name(visit.region.scheme(scheme)),
                    "count": sum(record.scheme == scheme for record in found),
                    "amount": total(one.amount for one in found if one.scheme == scheme),
                }
                for scheme in schemes
            ],
        },
    )


async def ask(visit: Visit) -> Answer:
    """Issue it, and show it."""
    session, form = visit.signed_in, visit.form
    first, last = stretch(form.one("from"), form.one("to"))
    number = await certify(
        visit.world,
        Proof(
            region_code=session.region_code,
            person_id=session.person_id,
            first=first,
            last=last,
            schemes=frozenset(form.all("scheme")),
        ),
    )
    return SeeOther(f"/certificates/{number}")


async def show(visit: Visit) -> Answer:
    """One certificate, masked, with its code and its files."""
    paper = await _paper(visit, whole=False)
    picture = picture_of(paper.verify_url)
    return Page("proofs/certificate.html", {"paper": on_page(paper), "picture": picture})


async def pdf(visit: Visit) -> Answer:
    """The signed paper, whole, with its twin inside."""
    paper = await _paper(visit, whole=True)
    signed = await visit.world.documents.certify(paper, await _twin(visit))
    return Download(signed, "application/pdf", f"{paper.title}-{paper.number}.pdf")


async def data(visit: Visit) -> Answer:
    """The machine-readable twin, whole."""
    number = visit.parts["number"]
    return Download(await _twin(visit), "application/json", f"{number}.json")


def on_page(paper: CertificatePaper) -> Mapping[str, Any]:
    """A certificate as pages show it; whole names never come this way."""
    assert not paper.whole
    return {
        "title": paper.title,
        "number": paper.number,
        "region": paper.region,
        "collector": paper.collector,
        "name": paper.name,
        "id_label": paper.person.number.id_type.label,
        "id_number": paper.id_number,
        "between": paper.first if paper.first == paper.last else f"{paper.first} 至 {paper.last}",
        "lines": paper.lines,
        "total": paper.total,
        "capitals": paper.capitals,
        "issued_at": paper.issued_at,
        "code": paper.verify_code,
        "digest": paper.digest,
        "revoked": paper.revoked,
        "revoked_at": paper.revoked_at,
        "revoke_reason": paper.revoke_reason,
        "given_back": paper.given_back,
    }


async def _paper(visit: Visit, *, whole: bool) -> CertificatePaper:
    session = visit.signed_in
    return await certificate_paper(
        visit.world,
        region_code=session.region_code,
        number=visit.parts["number"],
        viewer_id=session.person_id,
        whole=whole,
    )


async def _twin(visit: Visit) -> bytes:
    session = visit.signed_in
    return await twin(
        visit.world,
        region_code=session.region_code,
        number=visit.parts["number"],
        viewer_id=session.person_id,
    )


def _row(visit: Visit, one: Certificate) -> Mapping[str, Any]:
    revoked = one.state is CertificateState.REVOKED
    schemes = [wording.item_name(visit.region.scheme(scheme)) for scheme in one.schemes]
    return {
        "number": one.number,
        "between": _between(one.first, one.last),
        "schemes": "、".join(schemes),
        "amount": one.amount,
        "at": one.issued_at,
        "said": "已撤销" if revoked else "有效",
        "colour": "" if revoked else "ok",
    }


def _between(first: Period, last: Period) -> str:
    return first.label if first == last else f"{first.label} 至 {last.label}"


def _title(visit: Visit) -> str:
    return wording.city_word(visit.region, "certificate")
