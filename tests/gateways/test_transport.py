"""The transport brings back the very bytes, once, or says that nobody answered."""

from __future__ import annotations

import asyncio
import os
import sys

import pytest

from shebao.core.refusals import Unanswered, Unreached
from shebao.gateways.transport import BODY_BYTES_MAX, Transport


@pytest.fixture
def ask(transport, peer):
    async def asked(**changed):
        question = {
            "whom": "somebody",
            "method": "POST",
            "url": f"{peer.url}/a%2Fb?c=%7C",
            "headers": {"x-one": "1"},
            "body": b"\x00\xff",
        }
        return await transport.ask(**{**question, **changed})

    return asked


async def test_what_was_sent_and_what_came_are_the_very_bytes(ask, peer, reply):
    peer.replies = [reply(201, b"\xef\xbb\xbf{}\x00\xff", {"X-Two": "2"})]
    answer = await ask()
    assert (answer.status, answer.body) == (201, b"\xef\xbb\xbf{}\x00\xff")
    assert answer.headers["x-two"] == "2"
    assert peer.asked[0].line == "POST /a%2Fb?c=%7C"
    assert peer.asked[0].headers["x-one"] == "1"
    assert peer.asked[0].body == b"\x00\xff"


async def test_a_compressed_body_is_left_as_it_came(ask, peer, reply):
    peer.replies = [reply(200, b"not gzip at all", {"Content-Encoding": "gzip"})]
    assert (await ask()).body == b"not gzip at all"


async def test_a_cookie_is_not_kept(ask, peer, reply):
    peer.replies = [reply(200, b"", {"Set-Cookie": "a=1"}), reply(200)]
    await ask()
    await ask()
    assert "cookie" not in peer.asked[1].headers


ASK_FROM_A_SHELL = """
import asyncio, sys
from shebao.gateways.transport import Transport
async def main():
    answer = await Transport().ask(whom="x", method="GET", url=sys.argv[1], headers={})
    print(answer.body.decode())
asyncio.run(main())
"""


async def test_a_proxy_of_the_environment_is_not_used(peer, reply):
    peer.replies = [reply(200, b"direct")]
    proxies = {
        "HTTP_PROXY": "http://127.0.0.1:1",
        "ALL_PROXY": "http://127.0.0.1:1",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        ASK_FROM_A_SHELL,
        peer.url + "/",
        env=proxies,
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await program.communicate()
    assert said == b"direct\n"


@pytest.mark.parametrize("status", [500, 502, 503, 504, 599])
async def test_a_server_that_failed_has_not_answered(ask, peer, reply, status):
    peer.replies = [reply(status, b"{}")]
    with pytest.raises(Unanswered) as unanswered:
        await ask()
    assert unanswered.value.whom == "somebody"


@pytest.mark.parametrize("status", [301, 400, 404, 429])
async def test_any_other_status_is_the_callers_to_judge(ask, peer, reply, status):
    peer.replies = [reply(status, b"", {"Location": "/elsewhere"})]
    assert (await ask()).status == status


async def test_silence_ends_at_the_deadline(ask, peer, silence):
    peer.replies = [silence]
    began = asyncio.get_running_loop().time()
    with pytest.raises(Unanswered):
        await ask()
    assert 1 <= asyncio.get_running_loop().time() - began < 3


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf a sen",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\x15\x03\x01\x00\x02\x02\x46",
    ],
)
async def test_half_an_answer_is_none(ask, peer, hang_up, said):
    peer.replies = [hang_up(said)]
    with pytest.raises(Unanswered):
        await ask()
    assert len(peer.asked) == 1


async def test_nobody_at_home_is_no_answer_and_nothing_was_asked(ask):
    with pytest.raises(Unreached):
        await ask(url="http://127.0.0.1:1/")


async def test_silence_after_asking_is_not_nobody_at_home(ask, peer, hang_up):
    peer.replies = [hang_up(b"")]
    with pytest.raises(Unanswered) as silence:
        await ask()
    assert not isinstance(silence.value, Unreached)


async def test_an_answer_without_end_is_none(ask, peer, reply):
    peer.replies = [reply(200, b"x" * (BODY_BYTES_MAX + 1))]
    with pytest.raises(Unanswered):
        await ask()


async def test_many_may_ask_at_once(peer, reply):
    transport = Transport(timeout_seconds=5)
    peer.replies = [reply(200, b"yes")] * 100
    question = {"whom": "x", "method": "GET", "url": peer.url + "/", "headers": {}}
    answers = await asyncio.gather(*[transport.ask(**question) for _ in range(100)])
    await transport.close()
    assert {answer.body for answer in answers} == {b"yes"}
