"""A wire carries everything both ways, and in trouble fails in exactly the way it was told to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from chaos.weather import Trouble
from chaos.wire import LOCALHOST, Wire

PATIENCE = 5


class Shouter:
    """Answers every line with the same in capitals, and remembers what it heard."""

    def __init__(self):
        self.heard = []

    async def answer(self, reader, writer):
        with suppress(ConnectionError):
            while line := await reader.readline():
                self.heard.append(line)
                writer.write(line.upper())
        writer.transport.abort()


@pytest.fixture
async def shouter():
    shouter = Shouter()
    server = await asyncio.start_server(shouter.answer, LOCALHOST, 0)
    shouter.port = server.sockets[0].getsockname()[1]
    yield shouter
    server.close()
    await asyncio.sleep(0.05)  # Whoever was hung up on sees it.


@pytest.fixture
async def wire(shouter) -> AsyncIterator[Wire]:
    wire = Wire(shouter.port)
    await wire.open()
    yield wire
    await wire.close()


@asynccontextmanager
async def calling(wire):
    reader, writer = await asyncio.open_connection(LOCALHOST, wire.port)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()
        await asyncio.sleep(0)  # The loop lets go of it.


async def hung_up_on(reader):
    with suppress(ConnectionResetError):
        return await asyncio.wait_for(reader.read(), PATIENCE) == b""
    return True


async def heard(shouter, *lines):
    async with asyncio.timeout(PATIENCE):
        while shouter.heard != list(lines):
            await asyncio.sleep(0.01)
    return True


async def test_what_is_said_arrives_in_order_and_so_does_the_answer(wire):
    async with calling(wire) as (reader, writer):
        writer.write(b"one\n")
        writer.write(b"two\n")
        assert await reader.readline() == b"ONE\n"
        assert await reader.readline() == b"TWO\n"


async def test_a_cut_hangs_up_on_everybody_and_lets_nobody_in(wire, shouter):
    async with calling(wire) as (reader, writer):
        writer.write(b"before\n")
        assert await reader.readline() == b"BEFORE\n"
        wire.suffer(Trouble.CUT)
        assert await hung_up_on(reader)
    async with calling(wire) as (reader, writer):
        assert await hung_up_on(reader)
    assert shouter.heard == [b"before\n"]


async def test_after_a_cut_it_carries_as_before(wire):
    wire.suffer(Trouble.CUT)
    wire.recover()
    async with calling(wire) as (reader, writer):
        writer.write(b"after\n")
        assert await reader.readline() == b"AFTER\n"


async def test_in_silence_nothing_arrives_and_afterwards_all_of_it_in_order(wire, shouter):
    async with calling(wire) as (reader, writer):
        wire.suffer(Trouble.SILENT)
        writer.write(b"one\n")
        await asyncio.sleep(0.1)
        writer.write(b"two\n")
        await asyncio.sleep(0.1)
        assert shouter.heard == []
        wire.recover()
        assert await reader.readline() == b"ONE\n"
        assert await reader.readline() == b"TWO\n"


async def test_what_was_said_in_silence_arrives_though_the_caller_has_gone(wire, shouter):
    async with calling(wire) as (_, writer):
        wire.suffer(Trouble.SILENT)
        writer.write(b"late\n")
        await asyncio.sleep(0.1)
    wire.recover()
    assert await heard(shouter, b"late\n")


async def test_slow_is_late_and_still_in_order(wire):
    async with calling(wire) as (reader, writer):
        wire.suffer(Trouble.SLOW)
        began = asyncio.get_running_loop().time()
        writer.write(b"slow\n")
        assert await reader.readline() == b"SLOW\n"
        assert asyncio.get_running_loop().time() - began >= 0.4


async def test_deaf_means_that_it_was_done_and_nobody_heard(wire, shouter):
    async with calling(wire) as (reader, writer):
        wire.suffer(Trouble.DEAF)
        writer.write(b"done\n")
        assert await hung_up_on(reader)
    assert shouter.heard == [b"done\n"]
