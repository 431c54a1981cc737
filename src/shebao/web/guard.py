"""Guard: who may pass, and what a form must bring to be believed."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from enum import Enum
from typing import Final

from shebao.core.refusals import Refusal
from shebao.operations.sign_in import SignedOut
from shebao.web.visit import Visit

FORM_FIELD: Final = "csrf"


class Guard(Enum):
    """Who may open a page."""

    OPEN = "open"
    SIGNED_IN = "signed_in"


@dataclass(eq=False)
class FormStale(Refusal):
    """A form does not carry the token of this visitor: another site's, or an old page's."""


def let_in(visit: Visit, guard: Guard) -> None:
    """Let a visitor pass. Raises SignedOut."""
    if guard is Guard.SIGNED_IN and visit.session is None:
        raise SignedOut


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
