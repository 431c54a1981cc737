"""A mailbox whose answers have words: Alipay believes the body of an answer, not its status."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler

from tests.sandbox.mailbox import Letter, Mailbox


class SayingMailbox(Mailbox):
    """Answers with words, too: from a list, then ``success`` for ever."""

    def _receiver(mailbox):  # noqa: N805
        class Receiver(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                mailbox._received(Letter(dict(self.headers.items()), body, 0))
                status, said = mailbox.answers.pop(0) if mailbox.answers else (200, b"success")
                self.send_response(status)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_):
                pass

        return Receiver

    def _received(self, letter):
        with self.arrived:
            self.letters.append(letter)
            self.arrived.notify_all()
