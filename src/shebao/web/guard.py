"""Guard: who may pass, and what a form must bring to be believed."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from enum import Enum
from typing import Final

from shebao.core.desk.clerk import Duty, DutyMissing
from shebao.core.entrance.consent import ConsentNeeded
from shebao.core.refusals import Refusal
from shebao.operations.desk.sign_in import ClerkSignedOut
from shebao.operations.sign_in import SignedOut
from shebao.web.visit import Visit

FORM_FIELD: Final = "csrf"


class Guard(Enum):
    """Who may open a page."""

    OPEN = "open"
    COMES_BACK = "comes_back"  # A channel's form brings the payer back; its words are not read.
    TICKET = "ticket"  # Whoever brings a ticket that is good once: a mini program, without cookies.
    SIGNED_IN = "signed_in"
    KNOWN = "known"  # Signed in, whether or not they have agreed to the rules in force.
    CLERK = "clerk"  # Any clerk; those below, a clerk with this duty.
    COUNTER = Duty.COUNTER
    CASHIER = Duty.CASHIER
    REFUND_ASK = Duty.REFUND_ASK
    REFUND_APPROVE = Duty.REFUND_APPROVE
    BOOKS_PROPOSE = Duty.BOOKS_PROPOSE
    BOOKS_APPROVE = Duty.BOOKS_APPROVE
    BATCH_BUILD = Duty.BATCH_BUILD
    BATCH_SIGN = Duty.BATCH_SIGN
    ROSTER = Duty.ROSTER
    OBJECTIONS = Duty.OBJECTIONS
    PROOFS = Duty.PROOFS
    ENROL = Duty.ENROL
    READ = Duty.READ
    KEEP_CLERKS = Duty.KEEP_CLERKS

    @property
    def duty(self) -> Duty | None:
        """The duty it asks for, if it asks for one."""
        return self.value if isinstance(self.value, Duty) else None

    @property
    def for_clerks(self) -> bool:
        """Whether only clerks may pass."""
        return self is Guard.CLERK or self.duty is not None


@dataclass(eq=False)
class FormStale(Refusal):
    """A form does not carry the token of this visitor: another site's, or an old page's."""


_FOR_PAYERS: Final = frozenset({Guard.SIGNED_IN, Guard.KNOWN})


def let_in(visit: Visit, guard: Guard) -> None:
    """Let a visitor pass. Raises SignedOut, ConsentNeeded, ClerkSignedOut or DutyMissing."""
    if guard in _FOR_PAYERS and visit.session is None:
        raise SignedOut
    if guard is Guard.SIGNED_IN and visit.signed_in.must_agree:
        raise ConsentNeeded
    if guard.for_clerks and visit.clerk_session is None:
        raise ClerkSignedOut
    if guard.duty is not None and not visit.clerk.may(guard.duty):
        raise DutyMissing(guard.duty.label)


def believe(visit: Visit) -> None:
    """Believe a form. Raises FormStale."""
    brought = visit.form.one(FORM_FIELD)
    if not visit.secret or not hmac.compare_digest(brought.encode(), visit.csrf.encode()):
        raise FormStale


def seal_of(visit: Visit, order_id: str) -> str:
    """What shows that an order's number was minted by us, for this session's confirm page."""
    return visit.world.vault.hash("order form", visit.token, order_id).hex()


def believe_order(visit: Visit, order_id: str) -> None:
    """Believe that we minted an order's number for this visitor. Raises FormStale."""
    brought = visit.form.one("seal")
    if not hmac.compare_digest(brought.encode(), seal_of(visit, order_id).encode()):
        raise FormStale
