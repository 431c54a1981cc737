"""Alipay's side of the wire: it signs answers and notices without any code of ours."""

from __future__ import annotations

import asyncio
import base64
import json
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from tests.gateways.far_side import ATTEMPT, REFUND
from tests.gateways.peer import Reply
from tests.gateways.rehearsal import PATIENCE_SECONDS

GOLDEN = Path(__file__).parent / "golden" / "alipay"
TRADE = "2026120122001412345678901234"


class AlipaySide:
    """It holds Alipay's private key, and says what it is told to say."""

    key = serialization.load_pem_private_key((GOLDEN / "far_key.pem").read_bytes(), None)

    def sign(self, message: bytes) -> str:
        signature = self.key.sign(message, padding.PKCS1v15(), hashes.SHA256())
        return base64.b64encode(signature).decode()

    def says(self, method: str, words, *, sign=None, node=None) -> Reply:
        node = node or f"alipay_trade_{method}_response"
        said = json.dumps(words, ensure_ascii=False)
        signature = self.sign(said.encode()) if sign is None else sign
        tail = f',"sign":"{signature}"' if signature else ""
        return Reply(200, f'{{"{node}":{said}{tail}}}'.encode())

    def agrees(self, method: str, **words) -> Reply:
        return self.says(method, {"code": "10000", "msg": "Success", **words})

    def refuses(self, method: str, sub_code: str, code="40004", **more) -> Reply:
        words = {"code": code, "msg": "Business Failed", "sub_code": sub_code, "sub_msg": "不行"}
        return self.says(method, words, **more)

    def trade(self, **changed):
        words = {
            "code": "10000",
            "msg": "Success",
            "out_trade_no": ATTEMPT,
            "trade_no": TRADE,
            "trade_status": "TRADE_SUCCESS",
            "total_amount": "380.50",
            "send_pay_date": "2026-12-01 11:59:30",
        } | changed
        return {name: value for name, value in words.items() if value is not None}

    def returned(self, **changed):
        words = {
            "code": "10000",
            "msg": "Success",
            "out_trade_no": ATTEMPT,
            "out_request_no": REFUND,
            "trade_no": TRADE,
            "refund_status": "REFUND_SUCCESS",
            "refund_amount": "100.00",
            "total_amount": "380.50",
        } | changed
        return {name: value for name, value in words.items() if value is not None}

    def notice(self, *, unsigned=None, **changed) -> bytes:
        words = {
            "app_id": "2021000000000001",
            "seller_id": "2088000000000001",
            "notify_type": "trade_status_sync",
            "notify_id": "N-1",
            "notify_time": "2026-12-01 11:59:31",
            "out_trade_no": ATTEMPT,
            "trade_no": TRADE,
            "trade_status": "TRADE_SUCCESS",
            "total_amount": "380.50",
            "gmt_payment": "2026-12-01 11:59:30",
        } | changed
        words = {name: value for name, value in words.items() if value is not None}
        message = "&".join(f"{name}={words[name]}" for name in sorted(words)).encode()
        signed = {"sign": self.sign(message), "sign_type": "RSA2", **(unsigned or {})}
        words |= {name: value for name, value in signed.items() if value is not None}
        return urlencode(words).encode()


def params_of(url: str, body: bytes = b"") -> dict[str, str]:
    """What a question says, wherever it says it."""
    return dict(parse_qsl(urlsplit(url).query) + parse_qsl(body.decode()))


async def next_notice(peer):
    heard = await asyncio.wait_for(peer.heard.get(), PATIENCE_SECONDS)
    return heard.headers, heard.body


async def visit(town, url):
    """What a browser gets, following no more than one redirection."""
    ask = town.transport.ask
    page = await ask(whom="browser", method="GET", url=url, headers={})
    there = page.headers.get("location")
    if there is None:
        return page
    return await ask(whom="browser", method="GET", url=town.url + there, headers={})


async def paid(alipay, town, charge, peer, **told):
    await alipay.begin(charge)
    await town.pull(f"attempts/{charge.attempt_id}/pay", told)
    return await next_notice(peer)
