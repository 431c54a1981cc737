"""One by one: what our operations ask of the database, for one item, as pgbench can ask it.

``:n`` is the item's number; ``fill.sql`` made the things it speaks of. When an operation asks
something else, ``tests/bench/test_bench.py`` says that this file has fallen behind.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from city.residents import REGION, STREWN

from bench.books import ORDER_FEN
from bench.peer import Asked

_COMMON: Final[Mapping[str, str]] = {"region_code": f"'{REGION}'", "at": "now()"}


def _ask(stem: str, name: str, **facts: str) -> Asked:
    return Asked(stem, name, {**_COMMON, **facts})


def _id(prefix: str, number: str = ":n::bigint") -> str:
    return f"'{prefix}' || lpad(({number})::text, 26, '0')"


def _list(*values: str) -> str:
    return f"ARRAY[{', '.join(values)}]"


_ATTEMPT: Final = _id("att")
_ORDER: Final = _id("ord")
_PERSON: Final = f"(:n::bigint * {STREWN} % :people::int + 1)"
_HELD: Final = (_id("bil", f"4 * {_PERSON}"), _id("bil", f"4 * {_PERSON} + 1"))
_REFERENCE: Final = "'42000020231105' || lpad((:n::bigint)::text, 14, '0')"
_NOTICE: Final = "'EV-2023110512000000' || lpad((:n::bigint)::text, 14, '0')"
_ENTRY: Final = rf"E'payment\x3awechat\x3a' || {_REFERENCE}"  # To pgbench a colon is a variable.
_HEADERS: Final = f"'{'x' * 760}'"
_BODY: Final = f"'{'y' * 1000}'::bytea"
_FEN: Final = str(ORDER_FEN)
_LINES: Final = {
    r"E'clearing\x3awechat'": ORDER_FEN,
    r"E'fund\x3amedical'": -90_000,
    r"E'fund\x3along_term_care'": -3_000,
    r"E'fund\x3apension'": -192_000,
    r"E'government\x3asubsidy'": 12_000,
}

NOTICE: Final = (
    _ask(
        "notices",
        "shelve",
        region_codes=_list(f"'{REGION}'"),
        methods=_list("'wechat'"),
        ids=_list(_NOTICE),
        received_ats=_list("now()"),
        headers=_list(_HEADERS),
        bodies=_list(_BODY),
        subjects=_list("'payment'"),
        subject_ids=_list(_ATTEMPT),
        outcomes=_list("'paid'"),
        amounts=_list(_FEN),
        references=_list(_REFERENCE),
        happened_ats=_list("now()"),
    ),
    _ask("notices", "lock_waiting", subject="'payment'", most="1"),
    _ask("orders", "lock_orders_of_attempts", attempt_ids=_list(_ATTEMPT)),
    _ask("bills", "lock_bills_of_orders", order_ids=_list(_ORDER)),
    _ask("attempts", "by_ids", attempt_ids=_list(_ATTEMPT)),
    _ask("payments", "known", methods=_list("'wechat'"), references=_list(_REFERENCE)),
    _ask(
        "orders",
        "step_orders",
        ids=_list(_ORDER),
        versions=_list("2"),
        events=_list("'paid'"),
        states=_list("'paid'"),
    ),
    _ask(
        "bills",
        "step_bills",
        ids=_list(*_HELD),
        versions=_list("2", "2"),
        events=_list("'paid'", "'paid'"),
        states=_list("'paid'", "'paid'"),
        holders=_list(_ORDER, _ORDER),
    ),
    _ask(
        "attempts",
        "step_attempts",
        ids=_list(_ATTEMPT),
        versions=_list("3"),
        events=_list("'paid'"),
        states=_list("'succeeded'"),
    ),
    _ask(
        "receipts",
        "issue",
        bill_ids=_list(*_HELD),
        order_ids=_list(_ORDER, _ORDER),
        amounts=_list("93000", "180000"),
        day="'231105'",
    ),
    _ask(
        "payments",
        "insert_payments",
        methods=_list("'wechat'"),
        references=_list(_REFERENCE),
        attempt_ids=_list(_ATTEMPT),
        order_ids=_list(_ORDER),
        amounts=_list(_FEN),
        states=_list("'applied'"),
        misfits=_list("''"),
        happened_ats=_list("now()"),
    ),
    _ask(
        "journal",
        "post",
        references=_list(_ENTRY),
        counts=_list(str(len(_LINES))),
        line_references=_list(*[_ENTRY] * len(_LINES)),
        line_numbers=_list(*map(str, range(1, len(_LINES) + 1))),
        accounts=_list(*_LINES),
        amounts=_list(*map(str, _LINES.values())),
    ),
    _ask(
        "notices",
        "judged",
        methods=_list("'wechat'"),
        ids=_list(_NOTICE),
        verdicts=_list("'applied'"),
    ),
)

_OWED: Final = (_id("bil", f"4 * {_PERSON} + 2"), _id("bil", f"4 * {_PERSON} + 3"))
_NEW: Final = f"'ord' || lpad(({_PERSON} + 1000000000)::text, 26, '0')"

SESSION: Final = _ask(
    "sessions",
    "find_session",
    region_codes=_list(f"'{REGION}'"),
    token_hashes=_list(f"sha256(({_PERSON})::text::bytea)"),
    now="now()",
)

ORDER: Final = (
    _ask("bills", "lock_bills", bill_ids=_list(*_OWED)),
    _ask("orders", "existing", order_ids=_list(_NEW)),
    _ask(
        "orders",
        "insert_orders",
        ids=_list(_NEW),
        payer_ids=_list(_id("per", _PERSON)),
        entry_channels=_list("'wechat_mini'"),
        amounts=_list(_FEN),
        order_ids=_list(_NEW, _NEW),
        bill_ids=_list(*_OWED),
        line_amounts=_list("93000", "180000"),
        expires_at="now() + interval '30 min'",
    ),
    _ask(
        "bills",
        "step_bills",
        ids=_list(*_OWED),
        versions=_list("1", "1"),
        events=_list("'reserved'", "'reserved'"),
        states=_list("'reserved'", "'reserved'"),
        holders=_list(_NEW, _NEW),
    ),
    _ask(
        "declarations",
        "declare_bills",
        ids=_list(_id("dec", f"4 * {_PERSON} + 2"), _id("dec", f"4 * {_PERSON} + 3")),
        bill_ids=_list(*_OWED),
        declared_by=_list(*[_id("per", _PERSON)] * 2),
        entry_channels=_list("'wechat_mini'", "'wechat_mini'"),
    ),
)
