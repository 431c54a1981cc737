"""The bank as tests play it: levers of the sandbox's, and notices signed with its own key."""

from __future__ import annotations

import base64
import json
import secrets
from datetime import UTC, datetime, timedelta, timezone

import httpx
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP, PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

BEIJING = timezone(timedelta(hours=8))


class Teller:
    """Somebody at the sandbox's bank, reached through its own door."""

    def __init__(self, url):
        self._http = httpx.AsyncClient(base_url=url, trust_env=False)

    async def _pull(self, path, **told):
        answer = await self._http.post(f"/sandbox/bank/{path}", json=told)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def signs(self, mandate, **told):
        return await self._pull(f"agreements/{mandate.id}/sign", **told)

    async def refuses(self, mandate, **told):
        return await self._pull(f"agreements/{mandate.id}/refuse", **told)

    async def ends(self, mandate, **told):
        return await self._pull(f"agreements/{mandate.id}/end", **told)

    async def lets_go_wrong(self, *faults, **told):
        return await self._pull("next", faults=list(faults), **told)

    async def takes_back(self, attempt_id):
        return await self._pull(f"payments/{attempt_id}/take-back")

    async def opens(self, **account):
        return await self._pull("accounts", **account)

    async def paid(self, attempt_id):
        answer = await self._http.get(f"/sandbox/bank/payments/{attempt_id}")
        return answer.json()

    async def goes_wrong(self, kind, **told):
        answer = await self._http.post("/sandbox/faults", json={"kind": kind, **told})
        assert answer.status_code == 200, answer.text

    async def well_again(self):
        await self._http.delete("/sandbox/faults")

    async def close(self):
        await self._http.aclose()


class Letters:
    """What the bank writes to us, signed with its own key and nothing of ours."""

    def __init__(self, credentials):
        room = credentials / "sandbox" / "bank"
        self._key = load_pem_private_key((room / "private_key.pem").read_bytes(), None)
        self._merchant = load_pem_public_key((room / "merchant_public_key.pem").read_bytes())
        self._merchant_no = json.loads((credentials / "bank.json").read_bytes())["merchant_no"]

    def sealed(self, text):
        oaep = OAEP(mgf=MGF1(SHA256()), algorithm=SHA256(), label=None)
        return base64.b64encode(self._merchant.encrypt(text.encode(), oaep)).decode()

    def letter(self, code, body, *, at=None, serial=None, key=None):
        """Headers and body of one notice."""
        when = (at or datetime.now(UTC)).astimezone(BEIJING)
        head = {
            "version": "1.0",
            "trans_code": code,
            "merchant_no": self._merchant_no,
            "serial": serial or secrets.token_hex(16),
            "time": f"{when:%Y%m%d%H%M%S}",
        }
        text = json.dumps({"head": head, "body": body}, ensure_ascii=False).encode()
        signature = (key or self._key).sign(text, PKCS1v15(), SHA256())
        return {"x-bank-signature": base64.b64encode(signature).decode()}, text

    def agreed(self, mandate, *, card="6229990000001234", status="0", **more):
        """A notice that an agreement was signed, or not."""
        body = {
            "sign_no": mandate.id,
            "sign_status": status,
            "reject_msg": "",
            "protocol_no": f"99910000001820250512{card[-8:]}",
            "account_cipher": self.sealed(card),
            "account_kind": "bank_card",
            "bank_name": "演练银行",
            "sign_time": "20250512103000",
        }
        return self.letter("SB9001", body | more)
