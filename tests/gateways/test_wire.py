"""A wire keeps its connections, asks nothing twice, and tells silence from nobody at home."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
import uvloop
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from shebao.core.refusals import Unanswered, Unreached
from shebao.gateways.transport import Transport
from shebao.gateways.wire import Wire

YES = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes"
HANG_UP = object()
LONG = b"abcdefgh" * 512 * 1024


class FarSide:
    """Gives each connection, in turn, its own list of answers, and then waits or hangs up."""

    def __init__(self, *lines):
        self.lines, self.asked, self.met = [list(line) for line in lines], [], 0
        self.url = self.tls = None

    async def meet(self, reader, writer):
        answers, self.met = self.lines[self.met], self.met + 1
        try:
            for answer in answers:
                if answer is HANG_UP:
                    break
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                length = [line for line in head.lower().split("\r\n") if "content-length" in line]
                body = await reader.readexactly(int(length[0].split(":")[1]) if length else 0)
                self.asked.append((head.split("\r\n")[0], body))
                writer.write(answer)
                await writer.drain()
            else:
                await reader.read()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    @asynccontextmanager
    async def open(self):
        server = await asyncio.start_server(self.meet, "127.0.0.1", 0, ssl=self.tls)
        port = server.sockets[0].getsockname()[1]
        self.url = f"{'https://localhost' if self.tls else 'http://127.0.0.1'}:{port}/here"
        yield self
        server.close()


@pytest.fixture(params=[asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def met(request):
    """Runs a conversation with a far side on either loop: the tests' and the program's."""

    def run(far, conversation, **how):
        async def talk():
            wire = Wire(most=4, idle_seconds=1, **how)
            transport = Transport(timeout_seconds=1, wire=wire)
            async with far.open():
                try:
                    return await conversation(transport, far)
                finally:
                    await transport.close()

        with asyncio.Runner(loop_factory=request.param) as runner:
            return runner.run(talk())

    return run


async def ask(transport, far, body=b"please"):
    return await transport.ask(whom="x", method="POST", url=far.url, headers={}, body=body)


async def twice(transport, far):
    first = await ask(transport, far)
    await asyncio.sleep(0.05)  # What they did meanwhile has come.
    return first, await ask(transport, far)


async def silence(transport, far):
    with pytest.raises(Unanswered) as told:
        await ask(transport, far)
    return type(told.value)


def test_a_connection_serves_one_question_after_the_other(met):
    far = FarSide([YES, YES])
    assert [answer.body for answer in met(far, twice)] == [b"yes", b"yes"]
    assert (far.met, len(far.asked)) == (1, 2)


def test_who_hung_up_meanwhile_is_called_anew_and_asked_once(met):
    far = FarSide([YES, HANG_UP], [YES])
    assert [answer.body for answer in met(far, twice)] == [b"yes", b"yes"]
    assert (far.met, len(far.asked)) == (2, 2)


def test_a_question_that_left_on_a_kept_connection_is_never_asked_again(met):
    far = FarSide([YES, b"", HANG_UP], [YES])

    async def conversation(transport, far):
        await ask(transport, far)
        return await silence(transport, far)

    assert met(far, conversation) is Unanswered
    assert (far.met, len(far.asked)) == (1, 2)


def test_a_connection_that_has_rested_too_long_is_left_alone(met):
    far = FarSide([YES], [YES])

    async def conversation(transport, far):
        await ask(transport, far)
        await asyncio.sleep(1.1)
        return await ask(transport, far)

    assert met(far, conversation).body == b"yes"
    assert far.met == 2


@pytest.mark.parametrize(
    "more", [b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno", b"?"], ids=["answer", "noise"]
)
def test_words_nobody_asked_for_answer_nothing(met, more):
    far = FarSide([YES + more], [YES])
    assert [answer.body for answer in met(far, twice)] == [b"yes", b"yes"]
    assert far.met == 2


@pytest.mark.parametrize(
    ("said", "body"),
    [
        (b"HTTP/1.1 100 Continue\r\n\r\n" + YES, b"yes"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
            b"abc",
        ),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
    ],
    ids=["continue", "chunked", "empty"],
)
def test_every_way_to_frame_an_answer_is_read(met, said, body):
    assert met(FarSide([said]), ask).body == body


def test_an_answer_may_last_until_they_hang_up(met):
    far = FarSide([b"HTTP/1.0 200 OK\r\n\r\nto the end", HANG_UP])
    assert met(far, ask).body == b"to the end"


@pytest.mark.parametrize(
    "said",
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", HANG_UP),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nslow",),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000,),
        (b"HTTP/1.1 200 OK\r\n" + b"X: x\r\n" * 20_000,),
    ],
    ids=["cut", "slow", "endless header", "endless headers"],
)
def test_an_answer_that_does_not_end_is_silence(met, said):
    assert met(FarSide(said), silence) is Unanswered


def test_a_header_cannot_smuggle_in_another(met):
    far = FarSide([YES])

    async def conversation(transport, far):
        told = {"x-one": "1\r\nx-two: 2"}
        with pytest.raises(Unanswered):
            await transport.ask(whom="x", method="GET", url=far.url, headers=told)

    met(far, conversation)
    assert far.asked == []


def test_a_file_comes_and_goes_whole_however_long_it_is(met, tmp_path):
    far = FarSide([b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(LONG), LONG), YES])
    file, came = tmp_path / "file", []
    file.write_bytes(LONG)

    async def conversation(transport, far):
        await transport.download(whom="x", url=far.url, headers={}, take=came.append)
        return await transport.upload(whom="x", url=far.url, headers={}, file=file)

    assert met(far, conversation).body == b"yes"
    assert (b"".join(came), far.asked[1][1]) == (LONG, LONG)


def test_a_file_that_ends_too_soon_is_no_file(met):
    far = FarSide([b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", HANG_UP])

    async def conversation(transport, far):
        with pytest.raises(Unanswered):
            await transport.download(whom="x", url=far.url, headers={}, take=len)

    met(far, conversation)


def certificate(folder, name):
    """A certificate for a name, signed by itself, and its key; the file of both."""
    key, today = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    whose = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(whose)
        .issuer_name(whose)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / name).write_bytes(made.public_bytes(Encoding.PEM) + secret)
    return folder / name


def shown(file):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(file)
    return tls


async def nobody(transport, far):
    with pytest.raises(Unreached):
        await ask(transport, far)


def test_whom_we_know_is_asked_over_tls(met, tmp_path):
    far, file = FarSide([YES, YES]), certificate(tmp_path, "localhost")
    far.tls = shown(file)
    answers = met(far, twice, tls=ssl.create_default_context(cafile=file))
    assert ([answer.body for answer in answers], far.met) == ([b"yes", b"yes"], 1)


def test_a_certificate_for_another_name_is_not_asked_anything(met, tmp_path):
    far, file = FarSide([YES]), certificate(tmp_path, "elsewhere.example")
    far.tls = shown(file)
    met(far, nobody, tls=ssl.create_default_context(cafile=file))
    assert far.asked == []


def test_whom_nobody_vouches_for_is_not_asked_anything(met, tmp_path):
    far = FarSide([YES])
    far.tls = shown(certificate(tmp_path, "localhost"))
    met(far, nobody)
    assert far.asked == []
