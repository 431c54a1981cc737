"""Tryton debits: a batch of SEPA direct debits, from the payment to the file and its success.

Runs under the interpreter of an environment that has `trytond-account-payment-sepa`, on SQLite in
memory, and imports nothing of ours. The town is the one the module's own tests set up: one bank,
one payer with a mandate, so that everything but the batch itself is as cheap as can be.
"""

from __future__ import annotations

import json
import os
import sys
import time
from decimal import Decimal
from typing import Any, Final

os.environ.setdefault("TRYTOND_DATABASE_URI", "sqlite://")
os.environ.setdefault("DB_NAME", ":memory:")

from trytond.modules.account_payment_sepa.tests import test_module as sepa
from trytond.modules.company.tests import set_company
from trytond.pool import Pool
from trytond.tests.test_tryton import activate_module, with_transaction
from trytond.transaction import Transaction

FLAVOR: Final = "pain.008.001.02"


@with_transaction()
def collected(count: int) -> dict[str, float]:
    """Collect so many times, and tell what it took."""
    pool, town = Pool(), sepa.setup_environment()
    with set_company(town["company"]):
        ours, theirs = sepa.setup_accounts(town["bank"], town["company"], town["customer"])
        sepa.setup_mandate(town["company"], town["customer"], theirs)
        journal = sepa.setup_journal(FLAVOR, "receivable", town["company"], ours)
        payment = pool.get("account.payment")
        began = time.process_time()
        made = payment.create([_payment(town, journal, number) for number in range(count)])
        payment.submit(made)
        size = _file(pool, made)
        payment.succeed(payment.browse([one.id for one in made]))
        spent = time.process_time() - began
    return {"cpu_us": spent * 1e6 / count, "bytes": size / count}


def _payment(town: dict[str, Any], journal: Any, number: int) -> dict[str, Any]:
    return {
        "company": town["company"],
        "party": town["customer"],
        "journal": journal,
        "kind": "receivable",
        "amount": Decimal("930.00"),
        "reference": f"{number:08}",
        "date": Pool().get("ir.date").today(),
    }


def _file(pool: Any, made: list[Any]) -> int:
    """Put payments into a group, and write the file of it."""
    wizard = pool.get("account.payment.process", type="wizard")
    session, _, _ = wizard.create()
    which = {"active_model": "account.payment", "active_ids": [one.id for one in made]}
    with Transaction().set_context(**which):
        _, data = wizard(session).do_process(None)
    [group] = pool.get("account.payment.group").browse(data["res_id"])
    [message] = group.sepa_messages
    return len(bytes(message.message))


def main() -> None:
    """Play the batch, and tell."""
    asked = json.load(sys.stdin)
    activate_module("account_payment_sepa")
    print(json.dumps(collected(asked["lines"])))


if __name__ == "__main__":
    main()
