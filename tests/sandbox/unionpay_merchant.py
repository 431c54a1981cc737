"""A UnionPay merchant who signs by hand: nothing here is shared with the program or the sandbox."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import parse_qsl

import httpx
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

CHINA = timezone(timedelta(hours=8))


def china(**ahead):
    """The time in China, as UnionPay writes it, perhaps some time ahead."""
    return (datetime.now(CHINA) + timedelta(**ahead)).strftime("%Y%m%d%H%M%S")


def digest(words):
    kept = sorted(name for name, value in words.items() if value and name != "signature")
    return hashlib.sha256("&".join(f"{n}={words[n]}" for n in kept).encode()).hexdigest().encode()


@dataclass
class UnionPayMerchant:
    """Reads the credentials folder and speaks the wire, rightly or as wrongly as told."""

    url: str
    folder: Path
    http: httpx.Client
    told: dict = field(init=False)

    def __post_init__(self):
        self.told = json.loads((self.folder / "unionpay.json").read_text())
        key = (self.folder / "unionpay_merchant_key.pem").read_bytes()
        self.key = load_pem_private_key(key, None)
        certificate = (self.folder / "unionpay_merchant_cert.pem").read_bytes()
        self.serial = str(x509.load_pem_x509_certificate(certificate).serial_number)
        self.gateway = f"{self.url}/{self.told['gateway_url']}"
        self.files = f"{self.url}/{self.told['file_url']}"

    def sign(self, words):
        signature = self.key.sign(digest(words), PKCS1v15(), SHA256())
        return base64.b64encode(signature).decode()

    def words(self, kind, /, **changed):
        """What a request says, signed; a change to None drops a word, before it is signed."""
        type_, subtype, business = kind
        said = {
            "version": "5.1.0",
            "encoding": "UTF-8",
            "certId": self.serial,
            "signMethod": "01",
            "txnType": type_,
            "txnSubType": subtype,
            "bizType": business,
            "accessType": "0",
            "merId": self.told["mer_id"],
        } | changed
        said = {name: value for name, value in said.items() if value is not None}
        return said | {"signature": self.sign(said)}

    def order(self, **changed):
        """What is asked for by a form."""
        said = {
            "orderId": f"att{secrets.token_hex(12)}",
            "txnTime": china(),
            "txnAmt": "500000",
            "currencyCode": "156",
            "channelType": "08",
            "backUrl": "http://127.0.0.1:1/notices",
            "orderDesc": "2024 年度居民养老保险",
        } | changed
        return self.words(("01", "01", "000201"), **said)

    def front(self, words):
        """What the payer's browser gets when it posts a form."""
        return self.http.post(f"{self.gateway}frontTransReq.do", data=words)

    def opened(self, **changed):
        """Open a trade, and give its words back."""
        words = self.order(**changed)
        answer = self.front(words)
        assert answer.status_code == 303, answer.text
        return words

    def paid(self, *, faults=(), **changed):
        words = self.opened(**changed)
        self.pull(f"attempts/{words['orderId']}/pay", {"faults": list(faults)})
        return words

    def ask(self, door, words):
        """Ask, and hear the words of the answer, whose signature must hold."""
        answer = self.http.post(
            door if door.startswith("http") else self.gateway + door, data=words
        )
        said = dict(part.split("=", 1) for part in answer.text.split("&"))
        assert self.holds(said), answer.text
        return said

    def asked(self, of, **changed):
        """What UnionPay says of a transaction."""
        key = {name: of[name] for name in ("orderId", "txnTime")} | changed
        return self.ask("queryTrans.do", self.words(("00", "00", "000000"), **key))

    def back(self, kind, of, **changed):
        """Ask for money to go back: 04 a refund, 31 an undoing."""
        said = {
            "orderId": f"rfd{secrets.token_hex(12)}",
            "txnTime": china(),
            "txnAmt": of["txnAmt"],
            "currencyCode": "156",
            "origQryId": self.asked(of).get("queryId"),
            "backUrl": of["backUrl"],
            "channelType": "07",
        } | changed
        words = self.words((kind, "00", "000201"), **said)
        return words, self.ask("backTransReq.do", words)

    def file(self, day, **changed):
        """Ask for the file of a day, such as 1121."""
        said = {"settleDate": day, "fileType": "00", "txnTime": china()} | changed
        return self.ask(self.files, self.words(("76", "01", "000000"), **said))

    def pull(self, lever, facts=None):
        answer = self.http.post(f"{self.url}/sandbox/{lever}", json=facts or {})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def look(self, window):
        return self.http.get(f"{self.url}/sandbox/{window}").json()

    def settled(self, number):
        """The newest notice of a trade, when nobody brings it any more."""
        return self._until(
            lambda: self.look(f"notices?subject={number}")["notices"][0],
            lambda notice: notice["state"] != "waiting",
        )

    def ended(self, of):
        """What is said of a refund when it has ended."""
        return self._until(lambda: self.asked(of), lambda said: said["origRespCode"] != "05")

    def heard(self, letter):
        """The words of a notice, and whether UnionPay signed them."""
        told = dict(parse_qsl(letter.body.decode(), keep_blank_values=True))
        return told, self.holds(told)

    def holds(self, words):
        """Whether UnionPay signed some words, by the certificate among them."""
        key = x509.load_pem_x509_certificate(words["signPubKeyCert"].encode()).public_key()
        try:
            key.verify(base64.b64decode(words["signature"]), digest(words), PKCS1v15(), SHA256())
        except InvalidSignature:
            return False
        return True

    @staticmethod
    def _until(look, is_over):
        until = time.monotonic() + 5
        while True:
            found = look()
            if is_over(found) or time.monotonic() > until:
                return found
            time.sleep(0.01)
