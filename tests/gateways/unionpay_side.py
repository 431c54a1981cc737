"""UnionPay's side of the wire: every signature and certificate is made by openssl's command."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

from tests.gateways.peer import Reply
from tests.gateways.rehearsal import PATIENCE_SECONDS, clock
from tests.openssl import CertificateHouse, signature

MERCHANT = "777290058110048"
CARD_MERCHANT = "777290058110049"
QUERY_ID = "202612011159301234567"
ATTEMPT = "att01M8QW2ZX00000000000000007"  # Begun 2026-12-01 11:59 in Beijing.
REFUND = "rfd01M8QW2ZX00000000000000007"
BEGAN = "20261201115900"


class UnionPaySide:
    """It holds UnionPay's key, and says what it is told to say."""

    def __init__(self, folder: Path):
        self.house = CertificateHouse(folder)
        self.certificate = self.house.certify("unionpay")
        self.key = self.house.file("unionpay", "key")
        self.merchant = self.house.certify("merchant", subject="rehearsal merchant")

    def credentials(self, folder: Path, **changed):
        """What UnionPay gave a merchant, laid into a folder."""
        folder.mkdir(exist_ok=True)
        for name in ("root", "middle"):
            shutil.copy(self.house.file(name), folder / f"unionpay_{name}.pem")
        shutil.copy(self.merchant, folder / "unionpay_merchant_cert.pem")
        shutil.copy(self.house.file("merchant", "key"), folder / "unionpay_merchant_key.pem")
        facts = {"mer_id": MERCHANT, "card_mer_id": CARD_MERCHANT} | changed
        facts = {name: value for name, value in facts.items() if value is not None}
        (folder / "unionpay.json").write_text(json.dumps(facts))
        return folder

    def signed(self, words, *, by="unionpay", **changed):
        """Words under a signature; a change to None drops one before it is signed."""
        said = {
            "version": "5.1.0",
            "encoding": "UTF-8",
            "signMethod": "01",
            "signPubKeyCert": self.house.file(by).read_text(),
            **words,
            **changed,
        }
        said = {name: value for name, value in said.items() if value is not None}
        return said | {"signature": signature(self.house.file(by, "key"), said)}

    def says(self, words, **changed) -> Reply:
        """An answer, not escaped at all."""
        return Reply(200, plain(self.signed(words, **changed)))

    def payment(self, **changed):
        """What a query is told of a payment."""
        words = {
            "txnType": "00",
            "merId": MERCHANT,
            "orderId": ATTEMPT,
            "txnTime": BEGAN,
            "respCode": "00",
            "respMsg": "成功[0000000]",
            "origRespCode": "00",
            "origRespMsg": "成功[0000000]",
            "txnAmt": "38050",
            "currencyCode": "156",
            "queryId": QUERY_ID,
            "traceNo": "123456",
            "traceTime": "1201115930",
            "settleDate": "1201",
            "accNo": "6222****0000",
            "reqReserved": "{a=1&b=2}",
        } | changed
        return {name: value for name, value in words.items() if value is not None}

    def told(self, **changed):
        """What a notice says of a payment."""
        gone = {"origRespCode": None, "origRespMsg": None, "txnType": "01"}
        return self.payment(**(gone | changed))

    def notice(self, *, by="unionpay", **changed) -> bytes:
        return urlencode(self.signed(self.told(**changed), by=by)).encode()

    def refund(self, **changed):
        """What is told of a refund."""
        words = {"orderId": REFUND, "txnTime": "20261201115900", "txnAmt": "10000"}
        return self.payment(**(words | changed))


def plain(words) -> bytes:
    return "&".join(f"{name}={value}" for name, value in words.items()).encode()


def asked(heard):
    """What a question said."""
    return dict(parse_qsl(heard.body.decode(), strict_parsing=True))


async def next_notice(peer):
    heard = await asyncio.wait_for(peer.heard.get(), PATIENCE_SECONDS)
    return heard.headers, heard.body


async def posted(town, cashier, **changed):
    """What a browser gets that posts the form."""
    said = {**cashier.parameters, **changed}
    return await town.transport.ask(
        whom="browser",
        method="POST",
        url=cashier.url,
        headers={"content-type": "application/x-www-form-urlencoded"},
        body=urlencode(said).encode(),
    )


async def arrived(unionpay, town, charge):
    """The payer has gone there."""
    answer = await posted(town, await unionpay.begin(charge))
    assert answer.status == 303, answer.body.decode()
    return answer


async def paid(unionpay, town, charge, peer, **told):
    await arrived(unionpay, town, charge)
    await town.pull(f"attempts/{charge.attempt_id}/pay", told)
    return unionpay.open_notice(*await next_notice(peer), now=clock())
