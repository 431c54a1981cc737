"""A file arrives whole under its name, or leaves nothing behind."""

from __future__ import annotations

import gzip
import hashlib

import pytest

from shebao.core.refusals import Unanswered
from shebao.gateways.arrival import Arrival, nothing_moved
from shebao.gateways.transport import BODY_BYTES_MAX

FILE = b"0123456789" * 50_000


@pytest.fixture
def into(tmp_path):
    return tmp_path / "file"


async def test_a_file_is_handed_on_piece_by_piece(peer, transport, reply):
    peer.replies = [reply(200, FILE)]
    pieces = []
    answer = await transport.download(whom="x", url=peer.url, headers={}, take=pieces.append)
    assert (answer.status, answer.body, b"".join(pieces)) == (200, b"", FILE)
    assert len(pieces) > 1


async def test_a_no_is_an_answer_and_no_file(peer, transport, reply):
    peer.replies = [reply(404, b"gone")]
    pieces = []
    answer = await transport.download(whom="x", url=peer.url, headers={}, take=pieces.append)
    assert (answer.status, answer.body, pieces) == (404, b"gone", [])


async def test_a_no_that_never_ends_is_unanswered(peer, transport, reply):
    peer.replies = [reply(404, b"x" * (BODY_BYTES_MAX + 1))]
    with pytest.raises(Unanswered):
        await transport.download(whom="x", url=peer.url, headers={}, take=len)


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 X\r\nContent-Length: 9\r\n\r\n1234"])
async def test_who_hangs_up_has_not_answered(peer, transport, hang_up, said):
    peer.replies = [hang_up(said)]
    with pytest.raises(Unanswered):
        await transport.download(whom="x", url=peer.url, headers={}, take=len)


@pytest.mark.parametrize("status", [500, 503])
async def test_who_is_in_trouble_has_not_answered(peer, transport, reply, status):
    peer.replies = [reply(status, b"")]
    with pytest.raises(Unanswered):
        await transport.download(whom="x", url=peer.url, headers={}, take=len)


async def test_who_is_silent_has_not_answered(peer, transport, silence):
    peer.replies = [silence]
    with pytest.raises(Unanswered):
        await transport.download(whom="x", url=peer.url, headers={}, take=len)


@pytest.mark.parametrize("gzipped", [False, True])
def test_a_file_lies_in_its_place_once_it_is_kept(into, gzipped):
    sent = gzip.compress(FILE) if gzipped else FILE
    with Arrival(into, gzipped=gzipped) as arrival:
        arrival.take(sent[:100])
        arrival.take(sent[100:])
        assert arrival.end() == hashlib.sha1(FILE, usedforsecurity=False).hexdigest()
        assert not into.exists()
        arrival.keep()
    assert into.read_bytes() == FILE
    assert [one.name for one in into.parent.iterdir()] == [into.name]


def test_what_is_not_kept_leaves_nothing_behind(into):
    into.write_bytes(b"before")
    with Arrival(into) as arrival:
        arrival.take(FILE)
        arrival.end()
    assert into.read_bytes() == b"before"
    assert [one.name for one in into.parent.iterdir()] == [into.name]


def test_a_gzip_file_that_breaks_off_is_none(into):
    with Arrival(into, gzipped=True) as arrival:
        arrival.take(gzip.compress(FILE)[:-9])
        with pytest.raises(ValueError, match="breaks off"):
            arrival.end()


def test_what_is_no_gzip_file_is_none(into):
    with Arrival(into, gzipped=True) as arrival, pytest.raises(ValueError, match="not a gzip"):
        arrival.take(b"<html>")


def test_a_day_without_a_movement_is_an_empty_file(into):
    nothing_moved(into)
    assert into.read_bytes() == b""
