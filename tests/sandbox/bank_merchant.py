"""A bank's merchant who signs with openssl: nothing is shared with the program or the sandbox."""

from __future__ import annotations

import base64
import json
import secrets
import subprocess
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpx
from tests.sandbox.mailbox import Letter, Mailbox

CHINA = timezone(timedelta(hours=8))
YES = (200, b'{"retCd":"00000"}')
OAEP = ("rsa_padding_mode:oaep", "rsa_oaep_md:sha256", "rsa_mgf1_md:sha256")
OPTIONS = tuple(part for option in OAEP for part in ("-pkeyopt", option))


def china(**ahead):
    """The time in China, as the bank writes it, perhaps some time ahead."""
    return (datetime.now(CHINA) + timedelta(**ahead)).strftime("%Y%m%d%H%M%S")


def openssl(*arguments, stdin=b""):
    return subprocess.run(
        ["openssl", *map(str, arguments)], input=stdin, check=True, capture_output=True
    ).stdout


class BankMailbox(Mailbox):
    """Answers from a list, then yes for ever."""

    def _receiver(mailbox):  # noqa: N805
        class Receiver(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with mailbox.arrived:
                    mailbox.letters.append(Letter(dict(self.headers.items()), body, 0))
                    mailbox.arrived.notify_all()
                    status, said = mailbox.answers.pop(0) if mailbox.answers else YES
                self.send_response(status)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_):
                pass

        return Receiver


@dataclass
class BankMerchant:
    """Reads the credentials folder and speaks the wire, rightly or as wrongly as told."""

    url: str
    folder: Path
    http: httpx.Client
    told: dict = field(init=False)

    def __post_init__(self):
        self.told = json.loads((self.folder / "bank.json").read_text())

    def sign(self, message):
        key = self.folder / "bank_merchant_key.pem"
        return base64.b64encode(openssl("dgst", "-sha256", "-sign", key, stdin=message)).decode()

    def is_true(self, message, signature, tmp):
        """Whether openssl finds the bank's signature over exactly these bytes."""
        proof = tmp / f"{secrets.token_hex(4)}.sig"
        proof.write_bytes(base64.b64decode(signature))
        key = self.folder / "bank_public_key.pem"
        said = subprocess.run(
            ["openssl", "dgst", "-sha256", "-verify", key, "-signature", proof],
            input=message,
            capture_output=True,
            check=False,
        )
        return said.stdout == b"Verified OK\n"

    def hidden(self, text):
        """Words that only the bank can read."""
        key = self.folder / "bank_public_key.pem"
        said = openssl(
            "pkeyutl", "-encrypt", "-pubin", "-inkey", key, *OPTIONS, stdin=text.encode()
        )
        return base64.b64encode(said).decode()

    def uncovered(self, cipher):
        """Words that the bank hid for us."""
        key = self.folder / "bank_merchant_key.pem"
        said = openssl(
            "pkeyutl", "-decrypt", "-inkey", key, *OPTIONS, stdin=base64.b64decode(cipher)
        )
        return said.decode()

    def message(self, code, body, **head):
        """A message as it is sent, and its head."""
        facts = {
            "version": "1.0",
            "trans_code": code,
            "merchant_no": self.told["merchant_no"],
            "serial": secrets.token_hex(16),
            "time": china(),
        }
        return json.dumps({"head": facts | head, "body": body}, ensure_ascii=False).encode()

    def send(self, message, *, signature=None):
        headers = {"X-Bank-Signature": signature or self.sign(message)}
        url = f"{self.url}/{self.told['gateway_url']}"
        return self.http.post(url, content=message, headers=headers)

    def ask(self, code, **body):
        """Ask, and take the answer's head and body."""
        said = self.send(self.message(code, body)).json()
        return said["head"], said["body"]

    def begins(self, notify_url="http://127.0.0.1:1/n", **more):
        """Ask for a signature; our number of it and the page."""
        number = f"man{secrets.token_hex(13)}"
        facts = {
            "oper_flag": "2",
            "sign_no": number,
            "project_name": "pension",
            "name_cipher": self.hidden("王小芳"),
            "id_type": "201",
            "id_no_cipher": self.hidden(f"110106{secrets.randbelow(10**12):012}"),
            "account_kinds": ["bank_card", "social_card"],
            "beside_protocol_no": "",
            "deadline": china(minutes=30),
            "notify_url": notify_url,
            "return_url": "http://127.0.0.1:1/agreements/1",
        }
        head, body = self.ask("SB1001", **(facts | more))
        assert head["retCd"] == "00000", head
        return number, body["sign_url"]

    def pulls(self, path, **told):
        answer = self.http.post(f"{self.url}/sandbox/bank/{path}", json=told)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def agreed(self, **more):
        """The bank's number of an agreement somebody has signed."""
        number, _ = self.begins(**more)
        return self.pulls(f"agreements/{number}/sign")["protocol_no"]

    def pays(self, protocol_no, *, amount="100.00", notify_url="http://127.0.0.1:1/n", **more):
        """Ask for money; our number, and the answer's head and body."""
        number = f"att{secrets.token_hex(13)}"
        facts = {
            "pay_no": number,
            "protocol_no": protocol_no,
            "amount": amount,
            "summary": "社会保险费",
            "deadline": china(minutes=5),
            "notify_url": notify_url,
        }
        return number, *self.ask("SB2001", **(facts | more))
