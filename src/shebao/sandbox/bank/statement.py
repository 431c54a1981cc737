"""Statement: the bank's file of one day: what was collected, given back and taken back.

Separated by ``|``, in GBK, every line ended by CR and LF. A head says the totals, a tail says
how many lines there were, and the answer that names the file says its SHA-256.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from shebao.sandbox import clock
from shebao.sandbox.bank import signing
from shebao.sandbox.bank.gate import Call, Said
from shebao.sandbox.bank.refusals import BankRefusal
from shebao.sandbox.channel import files
from shebao.sandbox.channel.files import Writer
from shebao.sandbox.channel.movements import Mishap, Movement
from shebao.sandbox.ledger import Ledger
from shebao.sandbox.town import Town

PATH: Final = "/bank/files"
_DAY_DIGITS: Final = 8
_LINES: Final = """
    SELECT '1' AS type, pay_no AS our_no, bank_serial AS serial, protocol_no, amount_fen,
           paid_at AS at, '' AS of, account_number
    FROM bank_payments WHERE paid_at >= :since AND paid_at < :until
    UNION ALL
    SELECT '2', r.refund_no, r.bank_serial, p.protocol_no, r.amount_fen, r.succeeded_at,
           p.bank_serial, p.account_number
    FROM bank_refunds AS r JOIN bank_payments AS p USING (pay_no)
    WHERE r.succeeded_at >= :since AND r.succeeded_at < :until
    UNION ALL
    SELECT '3', pay_no, reversal_no, protocol_no, amount_fen, reversed_at, bank_serial,
           account_number
    FROM bank_payments WHERE reversed_at >= :since AND reversed_at < :until
    ORDER BY 6, 3
"""
_WORDS: Final = {"1": "社会保险费", "2": "退款", "3": "冲正"}
_HOLDER: Final = "SELECT holder FROM bank_accounts WHERE number = :number"


def ask(town: Town, call: Call) -> Said:
    """Say where the file of a day is; there is none before the day is over."""
    day = call.text("date", most=_DAY_DIGITS)
    try:
        whole = written(town, day)
    except ValueError:
        raise BankRefusal("9002") from None
    if not _is_over(town, day):
        raise BankRefusal("1010")
    name = f"SBHZ_{town.bank.keys.merchant_no}_{day}.txt"
    return Said(
        {
            "date": day,
            "file_name": name,
            "file_url": f"{call.base_url}{PATH}/{name}",
            "file_size": str(len(whole)),
            "sha256": hashlib.sha256(whole).hexdigest(),
        }
    )


def bring(town: Town, request: Request) -> Response:
    """The file itself."""
    name = str(request.path_params["name"])
    day = name.removesuffix(".txt").rpartition("_")[2]
    if name != f"SBHZ_{town.bank.keys.merchant_no}_{day}.txt" or not _is_over(town, day):
        return Response("没有这个文件", status_code=404)
    return Response(written(town, day), media_type="text/plain;charset=GBK")


def writer(town: Town) -> Writer:
    """How the file of a day is made."""
    return Writer(
        channel="bank",
        kind="trade",
        movements=partial(_movements, town),
        written=partial(_written, town),
        digest=lambda content: hashlib.sha256(content).hexdigest(),
    )


def written(town: Town, day: str) -> bytes:
    """The file of a day, as it was made or as it is now; ValueError when that is no day."""
    on = datetime.strptime(day, "%Y%m%d").replace(tzinfo=clock.CHINA).date()
    made = files.find(town.ledger, writer(town), on)
    if made is not None:
        return made.content or b""
    return _written(town, on, _movements(town, on), frozenset())


def _movements(town: Town, day: date) -> list[Movement]:
    since = signing.read_stamp(f"{day:%Y%m%d}000000")
    rows = town.ledger.rows(_LINES, {"since": since, "until": since + 24 * 3600 * 1000})
    return [
        Movement(
            is_refund=row["type"] != "1",
            our_id=row["our_no"],
            reference=row["serial"],
            paid_id=row["protocol_no"],
            paid_reference=row["of"],
            fen=row["amount_fen"],
            at=row["at"],
            name=_WORDS[row["type"]],
            payer=row["account_number"],
            way=row["type"],
        )
        for row in rows
    ]


def _written(town: Town, day: date, lines: Sequence[Movement], mishaps: frozenset[Mishap]) -> bytes:
    paid = sum(one.fen for one in lines if not one.is_refund)
    back = sum(one.fen for one in lines if one.is_refund)
    paid += int(Mishap.TOTALS_WRONG in mishaps)
    head = ["SBHZ", "1.0", town.bank.keys.merchant_no, f"{day:%Y%m%d}", str(len(lines))]
    told = ["|".join([*head, signing.yuan(paid), signing.yuan(back)])]
    told += [_line(town.ledger, one) for one in lines]
    if Mishap.CUT_SHORT not in mishaps:
        told.append(f"END|{len(lines)}")
    return "".join(f"{line}\r\n" for line in told).encode("gbk", "replace")


def _line(ledger: Ledger, one: Movement) -> str:
    found = ledger.row(_HOLDER, {"number": one.payer})
    holder = found["holder"] if found else ""
    return "|".join(
        [
            one.way or "1",  # A line nobody else knows is a payment.
            one.our_id,
            one.reference,
            one.paid_id,
            signing.yuan(one.fen),
            "0.00",
            signing.stamp(one.at),
            one.paid_reference if one.is_refund else "",
            f"{holder[:1]}*",
            one.name,
        ]
    )


def _is_over(town: Town, day: str) -> bool:
    over = day < f"{clock.at(clock.now_ms()):%Y%m%d}" or day in town.bank.closed_days
    on = datetime.strptime(day, "%Y%m%d").replace(tzinfo=clock.CHINA).date()
    made = files.find(town.ledger, writer(town), on)
    return over if made is None else made.content is not None
