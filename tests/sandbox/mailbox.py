"""A mailbox: a real HTTP server that receives notices, and answers them as it is told."""

from __future__ import annotations

import socket
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Letter:
    """One request that came in."""

    headers: dict
    body: bytes
    at: float


@dataclass
class Mailbox:
    """Answers from a list, then 204 for ever."""

    answers: list = field(default_factory=list)
    letters: list = field(default_factory=list)
    refuses: object = None  # Given a letter, says whether to refuse it.

    def __post_init__(self):
        self.arrived = threading.Condition()
        self.wires = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._receiver())
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/notices"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def wait_for(self, count, *, seconds=5):
        """The letters, when there are at least so many."""
        with self.arrived:
            enough = self.arrived.wait_for(lambda: len(self.letters) >= count, seconds)
        assert enough, f"{len(self.letters)} of {count} letters came"
        return list(self.letters)

    def stays_at(self, count, *, seconds):
        """Whether no more letters than these come for a while."""
        time.sleep(seconds)
        return len(self.letters) == count

    def hang_up(self):
        """Close every connection that is kept open."""
        while self.wires:
            self.wires.pop().shutdown(socket.SHUT_RDWR)

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def _receiver(mailbox):  # noqa: N805
        class Receiver(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                mailbox.wires.append(self.request)
                super().setup()

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                letter = Letter(dict(self.headers.items()), body, time.monotonic())
                self.send_response(mailbox._received(letter))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        return Receiver

    def _received(self, letter):
        with self.arrived:
            self.letters.append(letter)
            self.arrived.notify_all()
            if self.refuses and self.refuses(letter):
                return 401
            return self.answers.pop(0) if self.answers else 204
