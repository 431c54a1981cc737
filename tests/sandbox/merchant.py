"""A merchant who signs by hand: nothing here is shared with the program or the sandbox."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from cryptography.x509 import load_pem_x509_certificate

DESCRIPTION = "2024 年度居民养老保险"


@dataclass
class Merchant:
    """Reads the credentials folder and speaks the wire, rightly or as wrongly as told."""

    url: str
    folder: Path
    http: httpx.Client
    told: dict = field(init=False)

    def __post_init__(self):
        self.told = json.loads((self.folder / "wechat.json").read_text())
        self.key = load_pem_private_key((self.folder / "merchant_key.pem").read_bytes(), None)
        public = (self.folder / "platform_public_key.pem").read_bytes()
        self.platform = load_pem_public_key(public)
        certificate = (self.folder / "platform_cert.pem").read_bytes()
        self.certificate = load_pem_x509_certificate(certificate)

    def sign(self, *lines, key=None):
        message = "".join(f"{line}\n" for line in lines).encode()
        signed = (key or self.key).sign(message, PKCS1v15(), SHA256())
        return base64.b64encode(signed).decode()

    def authorization(self, method, path, body, **changed):
        facts = {
            "mchid": self.told["mchid"],
            "nonce_str": secrets.token_hex(16),
            "timestamp": str(int(time.time())),
            "serial_no": self.told["merchant_serial"],
        } | {name: changed[name] for name in changed if name not in ("key", "signature")}
        signed = self.sign(
            method, path, facts["timestamp"], facts["nonce_str"], body, key=changed.get("key")
        )
        facts["signature"] = changed.get("signature", signed)
        pairs = ",".join(f'{name}="{value}"' for name, value in facts.items())
        return f"WECHATPAY2-SHA256-RSA2048 {pairs}"

    def call(self, method, path, facts=None, *, headers=None, **changed):
        body = "" if facts is None else json.dumps(facts, ensure_ascii=False)
        signed = {"Authorization": self.authorization(method, path, body, **changed)}
        return self.send(method, path, body, signed | (headers or {}))

    def send(self, method, path, body, headers):
        standard = {"Accept": "application/json", "Content-Type": "application/json"}
        content = body.encode()
        return self.http.request(
            method, self.url + path, content=content, headers=standard | headers
        )

    def order(self, **changed):
        return {
            "appid": self.told["appid"],
            "mchid": self.told["mchid"],
            "description": DESCRIPTION,
            "out_trade_no": f"att{secrets.token_hex(12)}",
            "notify_url": "http://127.0.0.1:9/nobody",
            "amount": {"total": 500000, "currency": "CNY"},
            "payer": {"openid": "oHkLxtx0vUqe-18p_AXTZ1innxkC"},
            "scene_info": {"payer_client_ip": "127.0.0.1", "h5_info": {"type": "Wap"}},
        } | changed

    def opened(self, scene="h5", **changed):
        """Open an order and give its number back."""
        order = self.order(**changed)
        answer = self.call("POST", f"/v3/pay/transactions/{scene}", order)
        assert answer.status_code == 200, answer.text
        return order["out_trade_no"]

    def paid(self, *, faults=(), **changed):
        """Open an order, pay it, and give its number back."""
        number = self.opened(**changed)
        self.pull(f"attempts/{number}/pay", {"faults": list(faults)})
        return number

    def asked(self, number):
        """What the channel says of an order."""
        path = f"/v3/pay/transactions/out-trade-no/{number}?mchid={self.told['mchid']}"
        return self.call("GET", path)

    def refund(self, number, *, fen, total=500000, out_refund_no=None, **changed):
        facts = {
            "out_trade_no": number,
            "out_refund_no": out_refund_no or f"ref{secrets.token_hex(8)}",
            "amount": {"refund": fen, "total": total, "currency": "CNY"},
        } | changed
        return self.call("POST", "/v3/refund/domestic/refunds", facts)

    def pull(self, lever, facts=None):
        """Pull one of the rehearsal's levers."""
        answer = self.http.post(f"{self.url}/sandbox/{lever}", json=facts or {})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def look(self, window):
        """Look through one of the rehearsal's windows."""
        return self.http.get(f"{self.url}/sandbox/{window}").json()

    def settled(self, number):
        """The notice of an order, when nobody brings it any more."""
        until = time.monotonic() + 5
        while True:
            notice = self.look(f"notices?subject={number}")["notices"][0]
            if notice["state"] != "waiting" or time.monotonic() > until:
                return notice
            time.sleep(0.01)

    def is_true(self, headers, body):
        """Whether a body and its headers carry the channel's own signature."""
        serials = {
            self.told["public_key_id"]: self.platform,
            self.told["platform_serial"]: self.certificate.public_key(),
        }
        stamp, nonce = headers["Wechatpay-Timestamp"], headers["Wechatpay-Nonce"]
        message = f"{stamp}\n{nonce}\n".encode() + body + b"\n"
        try:
            signature = base64.b64decode(headers["Wechatpay-Signature"], validate=True)
            key = serials[headers["Wechatpay-Serial"]]
            key.verify(signature, message, PKCS1v15(), SHA256())
        except (ValueError, InvalidSignature):
            return False
        return abs(int(stamp) - time.time()) < 300

    def opens(self, resource):
        """What is inside the envelope of a notice."""
        plain = AESGCM(self.told["apiv3_key"].encode()).decrypt(
            resource["nonce"].encode(),
            base64.b64decode(resource["ciphertext"]),
            resource["associated_data"].encode(),
        )
        return plain.decode()

    def registry(self, name, path, facts, **changed):
        """Ask a registry, signed by the secret shared with it."""
        partner = json.loads((self.folder / f"{name}.json").read_text()) | changed
        body = changed.get("body", json.dumps(facts, ensure_ascii=False))
        stamp = changed.get("timestamp", str(int(time.time())))
        nonce = changed.get("nonce", secrets.token_hex(16))
        message = f"POST\n{path}\n{stamp}\n{nonce}\n{body}\n".encode()
        signed = hmac.new(partner["secret"].encode(), message, hashlib.sha256).hexdigest()
        headers = {
            "X-App-Id": partner["app_id"],
            "X-Timestamp": stamp,
            "X-Nonce": nonce,
            "X-Signature": signed,
        }
        return self.send("POST", path, changed.get("sent_body", body), headers)
