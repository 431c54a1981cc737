"""Seal: the electronic signature on a document (PAdES B-B), and the verdict on one.

The key is read once and kept. The library's own signer reads and checks it anew for every
document, which takes longer than the signing.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import logging
import zlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from asn1crypto import algos
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import Certificate
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes, Signer
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator.context import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from shebao.core.money import Money
from shebao.gateways.documents.authority import Credentials
from shebao.gateways.documents.certifying import TWIN
from shebao.gateways.documents.typesetting import ATTACHMENT

# Every broken file would have its stack trace in the log: a verdict says enough.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)

_RESERVED: Final = 8192  # Hexadecimal digits: a signature and two certificates take half.
_METADATA: Final = PdfSignatureMetadata(
    field_name="Signature",
    md_algorithm="sha256",
    certify=True,
    docmdp_permissions=MDPPerm.NO_CHANGES,
    subfilter=SigSeedSubFilter.PADES,
)

# Whatever a damaged or hostile file makes the reader stumble over. All of it means the same:
# this is not the document that was signed.
_STUMBLES: Final = (
    PdfError,
    SignatureValidationError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    RecursionError,
    NotImplementedError,
    zlib.error,
)


class Verdict(StrEnum):
    """What a file turns out to be."""

    VALID = "valid"  # Signed by us, and nothing in it was changed since.
    CHANGED = "changed"  # Signed by us, and changed afterwards.
    NOT_OURS = "not_ours"  # Signed by somebody else.
    NO_SIGNATURE = "no_signature"  # Not a signed document at all.


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict on a file; of a valid one, which receipt it is and what it is for."""

    verdict: Verdict
    number: str | None = None
    verify_code: str | None = None
    total: Money | None = None
    signed_at: datetime | None = None
    digest: str | None = None  # Of what is attached: a certificate is bound to it.


class Seal:
    """Signs documents, and judges documents that claim to be signed by it.

    The library runs an event loop of its own, so call both from a thread that has none.
    """

    def __init__(self, credentials: Credentials) -> None:
        self._signer = _KeptKeySigner(credentials)
        self._anchor = _as_asn1(credentials.authority)

    def sign(self, pdf: bytes, at: datetime) -> bytes:
        """Sign a document so that any later change is seen."""
        return asyncio.run(self._sign(pdf, at))

    def judge(self, pdf: bytes, at: datetime) -> Judgement:
        """Say whether a file is a document of ours, whole and unchanged."""
        if b"/ByteRange" not in pdf:
            return Judgement(Verdict.NO_SIGNATURE)
        try:
            return asyncio.run(self._judge(pdf, at))
        except _STUMBLES:
            return Judgement(Verdict.CHANGED)

    async def _sign(self, pdf: bytes, at: datetime) -> bytes:
        signer = PdfSigner(_METADATA, signer=self._signer)
        session = signer.init_signing_session(_AsPrinted(io.BytesIO(pdf)))
        session.system_time = at  # The library would ask the machine's clock.
        prepared = session.prepare_tbs_document(None, _RESERVED)
        digest, signed = prepared.digest_tbs_document()
        finish = await prepared.perform_signature(
            digest.document_digest, PdfCMSSignedAttributes(signing_time=at)
        )
        await finish.post_signature_processing(signed)
        assert isinstance(signed, io.BytesIO)
        return signed.getvalue()

    async def _judge(self, pdf: bytes, at: datetime) -> Judgement:
        reader = PdfFileReader(io.BytesIO(pdf))
        signatures = reader.embedded_regular_signatures
        if not signatures:
            return Judgement(Verdict.NO_SIGNATURE)
        trust = ValidationContext(
            trust_roots=[self._anchor], allow_fetching=False, moment=at, revocation_mode="soft-fail"
        )
        status = await async_validate_pdf_signature(signatures[0], trust)
        if status.validation_path is None or status.trust_problem_indic is not None:
            return Judgement(Verdict.NOT_OURS)
        whole = status.coverage is SignatureCoverageLevel.ENTIRE_FILE
        if not (status.bottom_line and whole and len(signatures) == 1):
            return Judgement(Verdict.CHANGED)
        attached = _attached(reader)
        facts = json.loads(attached)
        return Judgement(
            Verdict.VALID,
            number=facts["number"],
            verify_code=facts["verify_code"],
            total=Money(facts["total_fen"]),
            signed_at=status.signer_reported_dt,
            digest=hashlib.sha256(attached).hexdigest(),
        )


class _AsPrinted(IncrementalPdfFileWriter):
    """Adds the signature and leaves alone what the printer said of the document."""

    def _update_meta(self) -> None:
        # The library would put in its own name and the machine's clock.
        pass


class _KeptKeySigner(Signer):
    """Signs with a key that is held ready."""

    def __init__(self, credentials: Credentials) -> None:
        self._key = credentials.key
        chain = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # Its own lack.
        chain.register(_as_asn1(credentials.authority))
        super().__init__(
            signing_cert=_as_asn1(credentials.certificate),
            cert_registry=chain,
            signature_mechanism=algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
        )

    async def async_sign_raw(
        self,
        data: bytes,
        digest_algorithm: str,
        dry_run: bool = False,  # noqa: FBT001, FBT002  The library's signature.
    ) -> bytes:
        """Sign what the library prepared."""
        assert digest_algorithm == "sha256"
        assert not dry_run
        return self._key.sign(data, ec.ECDSA(hashes.SHA256()))


def _attached(reader: PdfFileReader) -> bytes:
    described = reader.root["/AF"][0]
    assert described["/F"] in {ATTACHMENT, TWIN}
    attached = described["/EF"]["/F"].data
    assert isinstance(attached, bytes)
    return attached


def _as_asn1(certificate: Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
