"""Packets: a merchant's file of many collections, taken in, worked through later, and answered.

The bank names an address for the file, reads it in its own time, and writes one answer or several
parts of one. An agreement it knows decides by the account; of any other, what was ordered by
whoever rehearses: so many in a thousand, by the serial.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from shebao.sandbox import clock
from shebao.sandbox.bank import accounts, agreements, layouts, payments, signing
from shebao.sandbox.bank.agreements import AgreementState
from shebao.sandbox.bank.gate import Call, Said
from shebao.sandbox.bank.layouts import Ended, Layout, Wanted, Whole
from shebao.sandbox.bank.payments import Payment, PaymentState
from shebao.sandbox.bank.refusals import BankRefusal
from shebao.sandbox.faults import Plan
from shebao.sandbox.town import Town

PATH: Final = "/bank/packets"
_WORK_SECONDS: Final = 60
_TURN: Final = 500
_DEMAND: Final = "demand.txt"


@dataclass(slots=True)
class Packet:
    """One packet: what the merchant said of it, and how far it has come."""

    number: str
    day: str
    sha256: str
    notify_url: str
    layout: Layout
    orders: Mapping[str, Any]  # What whoever rehearses wants of it.
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="shebao-bank-")))
    status: str = "2"
    says: str = ""
    parts: list[int] = field(default_factory=list)


def begin(town: Town, call: Call) -> Said:
    """Take a packet's particulars, and say where its file is put; the same again is the same."""
    number = call.text("packet_no", most=32)
    known = town.bank.packets.get(number)
    if known is None or known.status == "1":
        orders = town.bank.packet_orders.popleft() if town.bank.packet_orders else {}
        known = Packet(
            number, call.text("date", most=8), call.text("sha256", most=64),
            call.text("notify_url"), layouts.of_file(call.text("file_name", most=64)), orders,
        )  # fmt: skip
        town.bank.packets[number] = known
    if known.sha256 != call.text("sha256", most=64):
        raise BankRefusal("1005")
    return Said({"packet_no": number, "upload_url": f"{call.base_url}{PATH}/{number}"})


def query(town: Town, call: Call) -> Said:
    """Tell how a packet stands."""
    known = _known(town, call)
    facts: dict[str, Any] = {"packet_no": known.number, "packet_status": known.status}
    return Said(facts | {"reject_msg": known.says, "parts": sorted(known.parts)})


def answer(town: Town, call: Call) -> Said:
    """Say where a part of an answer is."""
    known = _known(town, call)
    name = f"answer-{int(call.text('part', most=4))}.txt"
    file = known.folder / name
    if not file.exists():
        raise BankRefusal("1010")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return Said({"file_url": f"{call.base_url}{PATH}/{known.number}/{name}", "sha256": digest})


async def put(town: Town, request: Request) -> Response:
    """The file itself; it is read later."""
    known = town.bank.packets.get(request.path_params["number"])
    if known is None:
        return Response("没有这个报文包", status_code=404)
    digest, coming = hashlib.sha256(), known.folder / f"{secrets.token_hex(8)}.part"
    with coming.open("wb") as file:
        async for piece in request.stream():
            digest.update(piece)
            file.write(piece)
    if digest.hexdigest() != known.sha256:
        coming.unlink()
        return Response("文件没有传完", status_code=400)
    coming.replace(known.folder / _DEMAND)  # Whoever reads the one before reads it to its end.
    if known.status == "2":
        delay = town.timers.scaled_ms(int(known.orders.get("late_seconds", _WORK_SECONDS)))
        town.timers.after(delay, partial(_work, town, known))
    return Response("已受理")


def bring(town: Town, request: Request) -> Response:
    """A part of an answer."""
    known = town.bank.packets.get(request.path_params["number"])
    name = request.path_params["name"]
    if known is None or name not in {f"answer-{part}.txt" for part in known.parts}:
        return Response("没有这个文件", status_code=404)
    return FileResponse(known.folder / name)


async def _work(town: Town, packet: Packet) -> None:
    """Read a file, take what can be taken, and write the answer."""
    if packet.status != "2":
        return
    if "refuse" in packet.orders:
        packet.status, packet.says = "1", str(packet.orders["refuse"])
        return
    packet.status = "0"
    count = int(packet.orders.get("parts", 1))
    parts = [_Part(packet, part, count) for part in range(1, count + 1)]
    rows, next_part = packet.layout.rows(packet.folder / _DEMAND), cycle(parts)
    while some := list(islice(rows, _TURN)):
        with town.ledger.together():
            for wanted in some:
                next(next_part).take(_collected(town, packet, wanted))
        await asyncio.sleep(0)
    for part in parts:
        part.end()
        packet.parts.append(part.number)
    packet.status = "3"


class _Part:
    """One part of an answer, written as its lines come; what its head says is known at the end."""

    def __init__(self, packet: Packet, number: int, parts: int) -> None:
        self._packet, self.number, self._parts = packet, number, parts
        self._lines = self._fen = 0
        self._body = packet.folder / f"body-{number}.txt"
        self._file = self._body.open("wb")

    def take(self, one: Ended) -> None:
        """Write a line."""
        self._file.write(self._packet.layout.line(one))
        self._lines += 1
        self._fen += one.fen

    def end(self) -> None:
        """Put the head before the lines, and the end behind them."""
        self._file.close()
        packet, layout = self._packet, self._packet.layout
        whole = Whole(packet.number, packet.day, self._lines, self._fen, self.number, self._parts)
        with (packet.folder / f"answer-{self.number}.txt").open("wb") as into:
            into.write(layout.head(whole))
            with self._body.open("rb") as body:
                shutil.copyfileobj(body, into)
            into.write(layout.end(whole))
        self._body.unlink()


def _collected(town: Town, packet: Packet, one: Wanted) -> Ended:
    """Take what can be taken, and say how it ended. What is in doubt has no number yet."""
    code = _code(town, packet, one)
    serial = f"{packet.day}{secrets.randbelow(10**12):012}" if code in {"0000", "9999"} else ""
    if serial:
        payments.book(town.ledger, _payment(packet, one, serial))
    reference = "" if code == "9999" else serial
    return Ended(one.serial, one.fen, code, reference, signing.stamp(clock.now_ms()))


def _code(town: Town, packet: Packet, one: Wanted) -> str:
    agreement = agreements.by_protocol(town.ledger, one.protocol_no)
    if agreement is None:
        return _ordered(packet, one.serial)
    valid = agreement.state is AgreementState.VALID
    if not valid or agreement.account_number != one.account_number:
        return "1004"
    account = accounts.find(town.ledger, one.account_number)
    if account is None or account.holder != one.holder:
        return "1007"
    try:
        accounts.take(town.ledger, one.account_number, one.fen)
    except BankRefusal as no:
        return no.code
    return "0000"


def _ordered(packet: Packet, serial: int) -> str:
    """What was ordered for a line of an agreement the bank does not know."""
    codes: Mapping[str, int] = packet.orders.get("per_mille", {"1004": 1000})
    place = serial * 7919 % 1000
    for code, share in codes.items():
        if place < share:
            return code
        place -= share
    return "0000"


def _payment(packet: Packet, one: Wanted, serial: str) -> Payment:
    now = clock.now_ms()
    return Payment(
        pay_no=one.pay_no,
        bank_serial=serial,
        protocol_no=one.protocol_no,
        account_number=one.account_number,
        amount_fen=one.fen,
        notify_url=packet.notify_url,
        state=PaymentState.PAID,
        reject_code="",
        asked_at=now,
        paid_at=now,
        ends_at=None,
        plan=Plan().written(),
        reversal_no=None,
        reversed_at=None,
    )


def _known(town: Town, call: Call) -> Packet:
    known: Packet | None = town.bank.packets.get(call.text("packet_no", most=32))
    if known is None:
        raise BankRefusal("1006")
    return known
