"""An Alipay merchant who signs by hand: nothing here is shared with the program or the sandbox."""

from __future__ import annotations

import base64
import json
import secrets
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import httpx
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

CHINA = timezone(timedelta(hours=8))
SUBJECT = "2024 年度居民养老保险"


def china(**ahead):
    """The time in China, as Alipay writes it, perhaps some time ahead."""
    return (datetime.now(CHINA) + timedelta(**ahead)).strftime("%Y-%m-%d %H:%M:%S")


def joined(params):
    return "&".join(f"{name}={params[name]}" for name in sorted(params)).encode()


@dataclass
class AlipayMerchant:
    """Reads the credentials folder and speaks the wire, rightly or as wrongly as told."""

    url: str
    folder: Path
    http: httpx.Client
    told: dict = field(init=False)

    def __post_init__(self):
        self.told = json.loads((self.folder / "alipay.json").read_text())
        self.key = load_pem_private_key((self.folder / "alipay_app_key.pem").read_bytes(), None)
        self.theirs = load_pem_public_key((self.folder / "alipay_public_key.pem").read_bytes())
        self.gateway = f"{self.url}/{self.told['gateway_url']}"

    def sign(self, message, *, key=None):
        return base64.b64encode((key or self.key).sign(message, PKCS1v15(), SHA256())).decode()

    def params(self, method, biz, *, key=None, **changed):
        """What a question says, signed; a change to None drops a word, before it is signed."""
        said = {
            "app_id": self.told["app_id"],
            "method": method,
            "format": "JSON",
            "charset": "utf-8",
            "sign_type": "RSA2",
            "timestamp": china(),
            "version": "1.0",
            "biz_content": biz if isinstance(biz, str) else json.dumps(biz, ensure_ascii=False),
        } | changed
        said = {name: value for name, value in said.items() if value is not None}
        return said | {"sign": self.sign(joined(said), key=key)}

    def ask(self, method, biz, **changed):
        """Ask, and hear the whole answer as it came."""
        return self.send(self.params(f"alipay.trade.{method}", biz, **changed))

    def send(self, params):
        return self.http.post(self.gateway, data=params)

    def said(self, method, biz, **changed):
        """Ask, and hear the words of the answer, whose signature must hold."""
        answer = self.ask(method, biz, **changed)
        assert self.is_true(answer), answer.text
        return words(answer)

    def order(self, **changed):
        order = {
            "out_trade_no": f"att{secrets.token_hex(12)}",
            "total_amount": "5000.00",
            "subject": SUBJECT,
        } | changed
        return {name: value for name, value in order.items() if value is not None}

    def opened(self, *, notify_url=None, **changed):
        """Open a trade in a mini program, and give its number back."""
        order = self.order(
            product_code="JSAPI_PAY", op_app_id=self.told["app_id"], buyer_open_id="074a", **changed
        )
        said = self.said("create", order, notify_url=notify_url)
        assert said["code"] == "10000", said
        return order["out_trade_no"]

    def paid(self, *, faults=(), **changed):
        number = self.opened(**changed)
        self.pull(f"attempts/{number}/pay", {"faults": list(faults)})
        return number

    def asked(self, number):
        """What Alipay says of a trade."""
        return self.said("query", {"out_trade_no": number})

    def refund(self, number, amount, request="r1", **changed):
        facts = {"out_trade_no": number, "refund_amount": amount, "out_request_no": request}
        return self.said("refund", facts | changed)

    def refund_asked(self, number, request="r1"):
        facts = {"out_trade_no": number, "out_request_no": request}
        return self.said("fastpay.refund.query", facts)

    def link(self, biz, method="wap.pay", **changed):
        """The address a payer's browser opens."""
        return f"{self.gateway}?{urlencode(self.params(f'alipay.trade.{method}', biz, **changed))}"

    def wap(self, **changed):
        """What is asked for by a link."""
        return self.order(product_code="QUICK_WAP_WAY", **changed)

    def pull(self, lever, facts=None):
        answer = self.http.post(f"{self.url}/sandbox/{lever}", json=facts or {})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def look(self, window):
        return self.http.get(f"{self.url}/sandbox/{window}").json()

    def settled(self, number):
        """The newest notice of a trade, when nobody brings it any more."""
        until = time.monotonic() + 5
        while True:
            notice = self.look(f"notices?subject={number}")["notices"][0]
            if notice["state"] != "waiting" or time.monotonic() > until:
                return notice
            time.sleep(0.01)

    def is_true(self, answer):
        """Whether an answer carries Alipay's own signature over the text of its first member."""
        said, _, rest = answer.text.partition(":")[2].rpartition(',"sign":"')
        return self.holds(said.encode(), rest.removesuffix('"}'))

    def heard(self, letter):
        """The words of a notice, and whether Alipay signed them."""
        told = dict(parse_qsl(letter.body.decode(), keep_blank_values=True))
        sign, _ = told.pop("sign"), told.pop("sign_type")
        return told, self.holds(joined(told), sign)

    def holds(self, message, signature):
        """Whether Alipay signed a message."""
        try:
            self.theirs.verify(base64.b64decode(signature), message, PKCS1v15(), SHA256())
        except (ValueError, InvalidSignature):
            return False
        return True


def words(answer):
    """The words of an answer, whoever signed it."""
    return next(iter(answer.json().values()))
