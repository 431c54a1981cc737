"""Far side: WeChat and a registry as they sign and seal, without any code of ours."""

from __future__ import annotations

import base64
import hmac
import json
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from tests.gateways.peer import Reply

GOLDEN = Path(__file__).parent / "golden"
NOW = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)
ATTEMPT = "att01KB7ZGQ00AAAAAAAAAAAAAAAA"
REFUND = "ref01KB7ZGQ00BBBBBBBBBBBBBBBB"


class Platform:
    """WeChat's side: it signs with the platform key and seals with the APIv3 key."""

    key = serialization.load_pem_private_key((GOLDEN / "platform_key.pem").read_bytes(), None)
    facts = json.loads((GOLDEN / "wechat.json").read_text())

    def headers(self, body: bytes, *, at=NOW, **changed):
        timestamp, nonce = str(int(at.timestamp())), "8fQ2kLmZ"
        message = f"{timestamp}\n{nonce}\n".encode() + body + b"\n"
        signature = self.key.sign(message, padding.PKCS1v15(), hashes.SHA256())
        headers = {
            "wechatpay-timestamp": timestamp,
            "wechatpay-nonce": nonce,
            "wechatpay-serial": self.facts["public_key_id"],
            "wechatpay-signature": base64.b64encode(signature).decode(),
            "wechatpay-signature-type": "WECHATPAY2-SHA256-RSA2048",
        }
        headers.update({f"wechatpay-{k.replace('_', '-')}": v for k, v in changed.items()})
        return {name: value for name, value in headers.items() if value is not None}

    def says(self, status: int, words=None, **changed) -> Reply:
        body = b"" if words is None else json.dumps(words, ensure_ascii=False).encode()
        return Reply(status, body, self.headers(body, **changed))

    def refuses(self, status: int, code: str, message: str = "不行") -> Reply:
        return self.says(status, {"code": code, "message": message})

    def sealed(self, plain: bytes, associated: str, nonce: str = "0123456789ab"):
        cipher = AESGCM(self.facts["apiv3_key"].encode())
        ciphertext = cipher.encrypt(nonce.encode(), plain, associated.encode())
        return {
            "algorithm": "AEAD_AES_256_GCM",
            "nonce": nonce,
            "associated_data": associated,
            "ciphertext": base64.b64encode(ciphertext).decode(),
        }

    def notice(self, plain: bytes, kind: str = "transaction") -> bytes:
        resource = {"original_type": kind, **self.sealed(plain, kind)}
        return json.dumps({"id": "EV-1", "resource": resource}).encode()

    def transaction(self, **changed):
        words = {
            "mchid": self.facts["mchid"],
            "appid": self.facts["appid"],
            "out_trade_no": ATTEMPT,
            "transaction_id": "4200002345202612011234567890",
            "trade_state": "SUCCESS",
            "trade_state_desc": "支付成功",
            "success_time": "2026-12-01T11:59:30+08:00",
            "amount": {"total": 38050, "payer_total": 38050, "currency": "CNY"},
        }
        words.update(changed)
        return {name: value for name, value in words.items() if value is not None}

    def refund(self, **changed):
        words = {
            "refund_id": "50300002342026120112345678901",
            "out_refund_no": REFUND,
            "out_trade_no": ATTEMPT,
            "status": "SUCCESS",
            "success_time": "2026-12-01T11:59:50+08:00",
            "amount": {"total": 38050, "refund": 10000, "currency": "CNY"},
        }
        words.update(changed)
        return {name: value for name, value in words.items() if value is not None}


class RegistrySide:
    """A registry's side: it shares a secret with us."""

    secret = b"between-us"

    def digest(self, message: bytes) -> str:
        return hmac.new(self.secret, message, "sha256").hexdigest()

    def says(self, words, *, at=NOW, **changed) -> Reply:
        body = json.dumps(words).encode()
        timestamp = str(int(at.timestamp()))
        headers = {
            "X-Timestamp": timestamp,
            "X-Nonce": "n0nce",
            "X-Signature": self.digest(f"{timestamp}\nn0nce\n".encode() + body + b"\n"),
        }
        headers.update({f"X-{k.capitalize()}": v for k, v in changed.items()})
        return Reply(200, body, {k: v for k, v in headers.items() if v is not None})
