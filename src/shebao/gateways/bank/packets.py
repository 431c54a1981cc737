"""Packets: a batch's file put at the bank, asked about, and its answer brought.

What is signed is the message that names the file and says its SHA-256; the file itself follows
on a plain line. The bank reads it later, and says then whether it takes it.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final
from urllib.parse import urljoin

from shebao.core.channel import ChannelRefused, Forged
from shebao.core.deduction.packet import PacketHead, PacketStanding, PacketTold
from shebao.core.refusals import Unanswered
from shebao.gateways.arrival import Arrival
from shebao.gateways.bank.line import WHOM, Line
from shebao.gateways.bank.told import UNREADABLE, text

_OK: Final = 200
_UNHEARD_OF: Final = "1006"
_STANDINGS: Final = {
    "0": PacketStanding.ACCEPTED,
    "1": PacketStanding.REFUSED,
    "2": PacketStanding.WAITING,
    "3": PacketStanding.ANSWERED,
}


async def send(line: Line, head: PacketHead, file: Path, *, sha256: str, notify_url: str) -> None:
    """Name a file, and put it where the bank wants it. Raises ChannelRefused and Unanswered."""
    words = await line.ask(
        "SB5001",
        {
            "packet_no": head.number,
            "date": f"{head.day:%Y%m%d}",
            "count": str(head.count),
            "amount": str(head.total),
            "file_name": file.name,
            "sha256": sha256,
            "notify_url": notify_url,
        },
    )
    try:
        url = urljoin(line.account.gateway_url, text(words, "upload_url"))
    except UNREADABLE as unreadable:
        raise Forged("unreadable") from unreadable
    headers = {"content-type": "text/plain"}
    answer = await line.transport.upload(whom=WHOM, url=url, headers=headers, file=file)
    if answer.status != _OK:
        raise Unanswered(WHOM)


async def inquire(line: Line, number: str) -> PacketTold:
    """Ask how a packet stands."""
    try:
        words = await line.ask("SB5002", {"packet_no": number})
    except ChannelRefused as refused:
        if refused.channel_code == _UNHEARD_OF:
            return PacketTold(number, PacketStanding.UNHEARD_OF)
        raise
    try:
        standing = _STANDINGS.get(text(words, "packet_status"), PacketStanding.WAITING)
        parts = words.get("parts") or []
        if text(words, "packet_no") != number or not isinstance(parts, list):
            raise Forged("not_asked_for")
        ready = tuple(int(part) for part in parts)
    except UNREADABLE as unreadable:
        raise Forged("unreadable") from unreadable
    return PacketTold(number, standing, str(words.get("reject_msg") or ""), ready)


async def fetch(line: Line, number: str, part: int, into: Path) -> None:
    """Bring a part of the answer. Raises Forged when it is not what the bank said it would be."""
    words = await line.ask("SB5003", {"packet_no": number, "part": str(part)})
    try:
        url = urljoin(line.account.gateway_url, text(words, "file_url"))
        due = text(words, "sha256")
    except UNREADABLE as unreadable:
        raise Forged("unreadable") from unreadable
    digest = hashlib.sha256()
    into.parent.mkdir(parents=True, exist_ok=True)
    with Arrival(into) as arrival:

        def take(piece: bytes) -> None:
            digest.update(piece)
            arrival.take(piece)

        answer = await line.transport.download(whom=WHOM, url=url, headers={}, take=take)
        if answer.status != _OK:
            raise Unanswered(WHOM)
        arrival.end()
        if digest.hexdigest() != due:
            raise Forged("digest")
        arrival.keep()
