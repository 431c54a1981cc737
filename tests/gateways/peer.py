"""Peer: a small real HTTP server that says what it is told to say, well or badly."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field


@dataclass
class Asked:
    line: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Reply:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    def written(self) -> bytes:
        headers = {"Content-Length": str(len(self.body)), "Connection": "close", **self.headers}
        if self.status == 204:
            del headers["Content-Length"]
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"HTTP/1.1 {self.status} X\r\n{head}\r\n".encode("latin-1") + self.body


@dataclass
class Silence:
    """Reads the question, and never answers."""


@dataclass
class HangUp:
    """Reads the question, and puts down the receiver, perhaps in the middle of a word."""

    said: bytes = b""


class Peer:
    """Answers each question with the next of its replies, and remembers what was asked."""

    def __init__(self):
        self.asked = []
        self.heard = asyncio.Queue()
        self.replies = []
        self.url = ""

    async def converse(self, reader, writer):
        try:
            self.asked.append(await _read(reader))
            self.heard.put_nowait(self.asked[-1])
            reply = self.replies.pop(0) if self.replies else Reply(204)
            if isinstance(reply, Silence):
                await reader.read()
            elif isinstance(reply, HangUp):
                writer.write(reply.said)
            else:
                writer.write(reply.written())
        finally:
            writer.close()


async def _read(reader):
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {}
    for one in head[1:-2]:
        name, _, value = one.partition(": ")
        headers[name.lower()] = value
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Asked(head[0].removesuffix(" HTTP/1.1"), headers, body)
