"""Routes: the site map of the console, each page with the duty that opens it."""

from __future__ import annotations

from typing import Final

from shebao.web.console import (
    batches,
    books,
    by_hand,
    certificates,
    collectors,
    objections,
    refunds,
    several,
    sign_in,
    where,
    work,
)
from shebao.web.guard import Guard
from shebao.web.kernel import Route

CONSOLE: Final = (
    Route("GET", "/console/sign-in", Guard.OPEN, sign_in.show),
    Route("POST", "/console/sign-in", Guard.OPEN, sign_in.begin, sign_in.show),
    Route("GET", "/console/sign-in/code", Guard.OPEN, sign_in.code),
    Route("POST", "/console/sign-in/code", Guard.OPEN, sign_in.finish, sign_in.code),
    Route("POST", "/console/sign-out", Guard.CLERK, sign_in.leave),
    Route("GET", "/console", Guard.CLERK, work.show),
    Route("GET", "/console/refunds", Guard.READ, refunds.show),
    Route("GET", "/console/refunds/new", Guard.REFUND_ASK, refunds.new),
    Route("POST", "/console/refunds/new", Guard.REFUND_ASK, refunds.send, refunds.new_again),
    Route("GET", "/console/refunds/several", Guard.REFUND_ASK, several.show),
    Route("POST", "/console/refunds/several", Guard.REFUND_ASK, several.send, several.show),
    Route(
        "POST", "/console/refunds/{request_id}/together/check", Guard.REFUND_ASK, several.take_up
    ),
    Route(
        "POST",
        "/console/refunds/{request_id}/together/approve",
        Guard.REFUND_APPROVE,
        several.agree,
    ),
    Route("GET", "/console/refunds/{request_id}", Guard.READ, refunds.one),
    Route("POST", "/console/refunds/{request_id}/check", Guard.REFUND_ASK, refunds.take_up),
    Route("POST", "/console/refunds/{request_id}/approve", Guard.REFUND_APPROVE, refunds.agree),
    Route(
        "POST",
        "/console/refunds/{request_id}/reject",
        Guard.REFUND_APPROVE,
        refunds.refuse,
        refunds.one,
    ),
    Route("GET", "/console/by-hand", Guard.READ, by_hand.show),
    Route("POST", "/console/by-hand/{refund_id}/take", Guard.REFUND_ASK, by_hand.take),
    Route("GET", "/console/objections", Guard.READ, objections.show),
    Route("GET", "/console/objections/{objection_id}", Guard.READ, objections.one),
    Route("GET", "/console/objections/{objection_id}/papers/{paper}", Guard.READ, objections.paper),
    Route(
        "POST",
        "/console/objections/{objection_id}",
        Guard.OBJECTIONS,
        objections.answer_it,
        objections.one,
    ),
    Route("GET", "/console/collectors", Guard.KEEP_CLERKS, collectors.show),
    Route("POST", "/console/collectors", Guard.KEEP_CLERKS, collectors.add, collectors.show),
    Route("POST", "/console/collectors/turn", Guard.KEEP_CLERKS, collectors.turn),
    Route("GET", "/console/applications", Guard.ENROL, collectors.waiting),
    Route("POST", "/console/applications/{enrolment_id}", Guard.ENROL, collectors.decide),
    Route("GET", "/console/where", Guard.READ, where.show),
    Route("GET", "/console/certificates", Guard.READ, certificates.show),
    Route(
        "POST",
        "/console/certificates/revoke",
        Guard.PROOFS,
        certificates.revoke,
        certificates.show,
    ),
    Route("GET", "/console/books", Guard.READ, books.days),
    Route("GET", "/console/books/{day}", Guard.READ, books.day),
    Route("POST", "/console/books/{day}/{difference_id}", Guard.BOOKS_PROPOSE, books.propose),
    Route("POST", "/console/by-hand/{refund_id}/sent", Guard.BOOKS_PROPOSE, books.sent_by_hand),
    Route("GET", "/console/repairs", Guard.READ, books.repairs),
    Route("POST", "/console/repairs/{repair_id}/approve", Guard.BOOKS_APPROVE, books.approve),
    Route("POST", "/console/repairs/{repair_id}/decline", Guard.READ, books.decline),
    Route("POST", "/console/repairs/{repair_id}/undo", Guard.BOOKS_APPROVE, books.undo),
    Route("GET", "/console/batches", Guard.READ, batches.show),
    Route("POST", "/console/batches", Guard.BATCH_BUILD, batches.build),
    Route("GET", "/console/batches/{batch_id}", Guard.READ, batches.one),
    Route("POST", "/console/batches/{batch_id}/sign", Guard.BATCH_SIGN, batches.sign),
    Route("POST", "/console/batches/{batch_id}/cancel", Guard.BATCH_BUILD, batches.cancel),
    Route("POST", "/console/batches/{batch_id}/packets/{packet}", Guard.BATCH_SIGN, batches.carry),
    Route(
        "POST",
        "/console/batches/{batch_id}/answer",
        Guard.BATCH_SIGN,
        batches.bring,
        batches.one,
        files=True,
    ),
    Route("GET", "/console/batches/{batch_id}/{reason}", Guard.READ, batches.ended),
)
